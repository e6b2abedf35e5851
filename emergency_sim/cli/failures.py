"""What a run that could not go on says: what is kept, what to do, the line that goes on."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Final

from emergency_sim.cli.command_line import NAME, goes_on
from emergency_sim.domain.errors import storage_failure

if TYPE_CHECKING:
    from emergency_sim.domain.errors import UnfinishedError

DISK: Final = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO}
)
"""Failures of files that are no fault of the program."""


def cancelled(error: BaseException | None) -> list[str]:
    """Return what is said after an interrupt.

    Parameters
    ----------
    error
        What was interrupted; a run says what is done and missing.
    """
    done, missing = getattr(error, "done", None), getattr(error, "missing", None)
    if done is None:
        return [f"{NAME}: cancelled", *_on("", 0)]
    line = f"{NAME}: cancelled: {done} units of work are done, {missing} are missing"
    return [line, *_on("it goes on with", done)]


def unfinished(error: UnfinishedError | OSError) -> list[str]:
    """Return what is said when a run could not go on, or a file could not be written or read."""
    if isinstance(error, OSError):
        return [f"{NAME}: {storage_failure(error)}", *_on("then it goes on with", 0)]
    done = f"{error.done} units of work are done, {error.missing} are missing"
    return [f"{NAME}: {error.message}; {done}", *_on("then it goes on with", error.done)]


def _on(words: str, done: int) -> list[str]:
    line = goes_on()
    if line:
        return [f"{words or 'it goes on with'}: {line}"]
    return ["nothing of it is kept; with --out DIR the same command goes on"] if done else []
