"""Writing a folder, or a file, as a whole: aside first, then renamed, so that none is half-written."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from emergency_sim.domain.errors import Fault, InputFaults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def new_folder(
    out: Path | str, *, option: str = "--out", ours: Callable[[Path], bool] | None = None
) -> Iterator[Path]:
    """Give an empty folder beside ``out``, which takes its place when the block ends well.

    Parameters
    ----------
    out
        Where the folder goes in the end; its parents are made.
    option
        What a fault names as its place.
    ours
        Whether a folder that is already there may be replaced; by default only an empty one may.

    Raises
    ------
    InputFaults
        ``out`` is a file, holds something else, or cannot be written.

    Notes
    -----
    What a killed process left beside ``out`` is removed by the next one that writes there.
    """
    out = Path(out).absolute()
    check_new_folder(out, option=option, ours=ours)
    partial, old = (out.with_name(f".{out.name}.{word}") for word in ("partial", "old"))
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if old.exists() and not out.exists():
            old.replace(out)  # a process was stopped between the two renames
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
    except OSError as error:
        raise _fault(option, f"cannot be written: {error.strerror}", out) from None
    try:
        yield partial
        if out.exists():
            shutil.rmtree(old, ignore_errors=True)
            out.replace(old)
        partial.replace(out)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        if not _concerns(error, partial):
            raise
        raise _fault(option, f"cannot be written: {error.strerror or error}", out) from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def check_new_folder(
    out: Path | str, *, option: str = "--out", ours: Callable[[Path], bool] | None = None
) -> None:
    """Refuse a place where no folder may be written, before any work is done.

    Raises
    ------
    InputFaults
        As :func:`new_folder`; also where the nearest existing parent cannot be written to.
    """
    if str(out).startswith("/vsi"):
        raise _fault(option, "is no folder of this computer", Path(out))
    out = Path(out).absolute()
    try:
        if out.is_dir():
            if any(out.iterdir()) and not (ours is not None and ours(out)):
                message = "the folder holds something else; name a new or an empty one"
                raise _fault(option, message, out)
        elif out.exists() or out.is_symlink():
            raise _fault(option, "is no folder", out)
        parent = next(p for p in out.parents if p.exists())
    except OSError as error:
        raise _fault(option, f"cannot be written: {error.strerror}", out) from None
    if not parent.is_dir() or not os.access(parent, os.W_OK | os.X_OK):
        raise _fault(option, f"cannot be written: no leave to write in {parent}", out)


@contextmanager
def new_file(path: Path | str, *, option: str = "") -> Iterator[Path]:
    """Give another name to write to; the file gets its own name when the block ends well.

    Parameters
    ----------
    path
        File to write, its parents are made; the other name has the same ending.
    option
        What a fault names as its place; by default the file itself.

    Raises
    ------
    InputFaults
        It cannot be written, or its name is one of GDAL's own (``/vsi...``).
    """
    shown = option or str(path)
    if str(path).startswith("/vsi"):
        raise _fault(shown, "is no file of this computer", Path(path))
    path = Path(path).absolute()
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.partial{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.touch()  # libraries that write would say less clearly that they may not
        temporary.unlink()
    except OSError as error:
        raise _fault(shown, f"cannot be written: {error.strerror}", path) from None
    try:
        yield temporary
        temporary.replace(path)
    except OSError as error:
        raise _fault(shown, f"cannot be written: {error.strerror or error}", path) from None
    finally:
        temporary.unlink(missing_ok=True)


def _concerns(error: OSError, folder: Path) -> bool:
    """Return whether an error is one of writing to a folder, not of reading something else."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO):
        return True
    names = [Path(os.fsdecode(n)) for n in (error.filename, error.filename2) if n is not None]
    return not names or any(folder == n or folder in n.parents for n in names)


def _fault(option: str, message: str, got: Path) -> InputFaults:
    return InputFaults([Fault(file=option, message=message, got=str(got))])
