"""Reading a text file strictly: UTF-8, not too large, not empty."""

from __future__ import annotations

from pathlib import Path

from emergency_sim.domain.errors import Fault, InputFaults

LARGEST_FILE = 5 * 1024 * 1024
"""Bytes; a larger file is refused."""


def read_text(path: Path | str, *, name: str | None = None, limit: int = LARGEST_FILE) -> str:
    """Return the text of a UTF-8 file without its byte order mark.

    Parameters
    ----------
    path
        The file.
    name
        How faults name it; by default as ``path``.
    limit
        Most bytes allowed.

    Raises
    ------
    InputFaults
        Missing, not a file, too large, empty, not UTF-8, or with NUL bytes.
    """
    shown = str(path) if name is None else name

    def refuse(message: str, line: int = 1, column: int = 1) -> InputFaults:
        return InputFaults([Fault(file=shown, line=line, column=column, message=message)])

    try:
        with Path(path).open("rb") as stream:
            data = stream.read(limit + 1)
    except FileNotFoundError:
        raise refuse("there is no such file") from None
    except IsADirectoryError:
        raise refuse("is a folder, not a file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise refuse(f"cannot be read: {reason}") from None
    if len(data) > limit:
        raise refuse(f"the file is larger than {limit / 1024 / 1024:g} MB")
    try:
        content = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", "replace")
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise refuse("is UTF-16, not UTF-8: save it as UTF-8") from None
        message = f"is not UTF-8 (byte 0x{data[error.start]:02x}): save it as UTF-8"
        raise refuse(message, before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1) from None
    nul = content.find("\0")
    if nul >= 0:
        before = content[:nul]
        message = "holds a NUL byte: it is not a text file"
        raise refuse(message, before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
    if not content.strip():
        raise refuse("the file is empty")
    return content
