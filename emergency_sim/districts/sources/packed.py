"""The bytes of a file that may be packed with gzip, and what is wrong where it cannot be unpacked."""

from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING

from emergency_sim.domain.errors import Fault, InputFaults

if TYPE_CHECKING:
    from pathlib import Path

_GZIP = b"\x1f\x8b"


def read_bytes(path: Path, limit: int) -> bytes:
    """Return the content of a plain file or of a gzip archive.

    Parameters
    ----------
    path
        The file; whether it is packed is seen from its first bytes.
    limit
        Most bytes allowed, unpacked.

    Raises
    ------
    InputFaults
        Missing, no file, cut short, damaged, too large or empty.
    """

    def refuse(message: str) -> InputFaults:
        return InputFaults([Fault(file=str(path), message=message)])

    try:
        with path.open("rb") as stream:
            if stream.read(2) == _GZIP:
                stream.seek(0)
                with gzip.GzipFile(fileobj=stream) as packed:
                    data = packed.read(limit + 1)
            elif path.suffix == ".gz":
                raise refuse("is no gzip archive: fetch it again, or take .gz off its name")
            else:
                stream.seek(0)
                data = stream.read(limit + 1)
    except FileNotFoundError:
        raise refuse("there is no such file") from None
    except IsADirectoryError:
        raise refuse("is a folder, not a file") from None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise refuse("the archive is cut short or damaged: fetch it again") from None
    except OSError as error:
        raise refuse(f"cannot be read: {error.strerror or error}") from None
    if len(data) > limit:
        raise refuse(f"the file is larger than {limit / 1024 / 1024:g} MB")
    if not data.strip():
        raise refuse("the file is empty")
    return data
