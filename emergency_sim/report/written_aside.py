"""A file for other programs is written beside its place and moved there when it is complete."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from emergency_sim.domain.errors import Fault, InputFaults

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def written_aside(path: Path) -> Iterator[Path]:
    """Give the name of a file beside ``path``; it takes its place unless an error is raised.

    Parameters
    ----------
    path
        File to write; its ending is kept, since GDAL reads it.

    Yields
    ------
    Path
        Write here.

    Raises
    ------
    InputFaults
        The file cannot be written there, or the name is one of GDAL's own (``/vsi...``).
    """
    if path.as_posix().startswith("/vsi"):
        raise _fault("is no file of this computer", path)
    aside = path.with_name(f".{path.stem}.partial{path.suffix}")
    try:
        aside.unlink(missing_ok=True)
        aside.touch()  # GDAL would say less clearly that it may not
        aside.unlink()
    except OSError as error:
        raise _fault(f"cannot be written: {error.strerror}", path) from None
    try:
        yield aside
        aside.replace(path)
    except OSError as error:
        raise _fault(f"cannot be written: {error.strerror or error}", path) from None
    finally:
        aside.unlink(missing_ok=True)


def _fault(message: str, path: Path) -> InputFaults:
    return InputFaults([Fault(file=str(path), message=message)])
