"""Matrices of travel times kept on disk by what they were made from, and mapped into memory."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.network.paths.cache_folder import unwritable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from emergency_sim.network.paths.engines import Engine

SCHEMA: Final = 1
"""Changes when what is kept does."""

MOST_BYTES: Final = 2**32
"""Of all matrices in a folder; beyond it the oldest go."""

MILLISECONDS: Final = np.dtype("<i4")


def matrix_key(engine: Engine, sources: Sequence[int], targets: Sequence[int]) -> str:
    """Return the name of a matrix: SHA-256 of the arcs and their times, sources and targets.

    Which engine it is does not matter: all agree exactly.
    """
    total = sha256(f"emergency_sim matrix {SCHEMA} {engine.digest()}".encode())
    for nodes in (sources, targets):
        total.update(f" {len(nodes)} ".encode())
        total.update(np.asarray(nodes, dtype="<i8").tobytes())
    return total.hexdigest()


def cached_matrix(
    engine: Engine, sources: Sequence[int], targets: Sequence[int], folder: Path | None = None
) -> NDArray[Any]:
    """Return :meth:`Engine.matrix`, read-only: from the folder if it is there, else put there.

    Parameters
    ----------
    engine
        Of the graph.
    sources, targets
        Nodes.
    folder
        Where matrices are kept; it is made if need be. None: nothing is kept.

    Returns
    -------
    NDArray
        int32 milliseconds, shape (sources, targets); mapped from the file, so that processes share
        its memory and only what is read is loaded.

    Raises
    ------
    InputFaults
        The folder cannot be written.

    Notes
    -----
    A file that is cut short, or is another kind of file, is made anew. A file is written aside and
    then renamed: readers see a whole file or none, and of several writers one wins.
    """
    key = "" if folder is None else matrix_key(engine, sources, targets)
    shape = (len(sources), len(targets))
    return kept_array(key, shape, MILLISECONDS, lambda: engine.matrix(sources, targets), folder)


def kept_array(
    key: str,
    shape: tuple[int, ...],
    dtype: np.dtype[Any],
    make: Callable[[], NDArray[Any]],
    folder: Path | None,
) -> NDArray[Any]:
    """Return what ``make`` gives, read-only: from the folder if it is there, else put there.

    Parameters
    ----------
    key
        Names whatever the array is made from.
    shape, dtype
        Of the array.
    make
        Makes it.
    folder
        As in :func:`cached_matrix`.

    Raises
    ------
    InputFaults
        The folder cannot be written.
    """
    if folder is None or 0 in shape:
        found = make()
        found.setflags(write=False)
        return found
    file = Path(folder) / f"matrix-{key}.npy"
    kept = _mapped(file, shape, dtype)
    if kept is None:
        found = np.asarray(make(), dtype=dtype)
        try:
            _write(file, found)
        except OSError as error:
            raise unwritable(file.parent, error) from error
        kept = _mapped(file, shape, dtype)
        if kept is None:  # somebody clears the folder just now
            found.setflags(write=False)
            return found
    return kept


def _mapped(file: Path, shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any] | None:
    """Return the array in a file, or None where it is not a whole one of this shape."""
    try:
        found = np.load(file, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    if not isinstance(found, np.memmap):
        return None  # an archive of arrays
    whole = (
        found.dtype == dtype
        and found.shape == shape
        and bool(found.flags.c_contiguous)
        and file.stat().st_size == found.offset + found.nbytes
    )
    return found if whole else None


def _write(file: Path, matrix: NDArray[Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(prefix=".matrix-", suffix=".npy", dir=file.parent)
    aside = Path(name)
    try:
        with os.fdopen(number, "wb") as stream:
            np.save(stream, np.ascontiguousarray(matrix), allow_pickle=False)
        aside.chmod(0o666 & ~_umask())  # as any new file: a cluster's users may share the folder
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)
    _make_room(file)


def _umask() -> int:
    """Return the process' mask of file modes; it can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _make_room(newest: Path) -> None:
    """Delete the oldest matrices until all together are within :data:`MOST_BYTES`."""
    kept = []
    for file in newest.parent.glob("matrix-*.npy"):
        with suppress(OSError):  # another process deletes it just now
            stat = file.stat()
            kept.append((stat.st_mtime_ns, stat.st_size, file))
    total = sum(size for _, size, _ in kept)
    for _, size, file in sorted(kept, key=lambda one: one[0]):
        if total <= MOST_BYTES:
            return
        if file != newest:
            file.unlink(missing_ok=True)  # who has mapped it keeps it until they let go
            total -= size
