"""Faults of input: where they stand, what is wrong, what would be right."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

GOT_LENGTH = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong in one place of a file.

    Parameters
    ----------
    file
        The file as the user named it.
    line, column
        1-based place; an empty file is 1:1.
    path
        Dotted path inside the file (``legevakter.molde.rooms``), or ``""``.
    message
        What is wrong and, where it is known, what to do.
    got
        The offending value; cut at 80 characters when shown. Use :data:`NOTHING` for none.
    did_you_mean
        The nearest valid word, if any.
    """

    file: str
    line: int = 1
    column: int = 1
    path: str = ""
    message: str
    got: Any = ...
    did_you_mean: str | None = None

    def __hash__(self) -> int:
        """Return the hash of the place: the offending value may be a list or a mapping."""
        return hash((self.file, self.line, self.column, self.path, self.message))

    def __str__(self) -> str:
        """Return the fault as one plain line: ``file:line:column: path: what (got ...)``."""
        text = f"{self.file}:{self.line}:{self.column}: "
        if self.path:
            text += f"{self.path}: "
        text += self.message
        if self.got is not ...:
            shown = repr(self.got)
            if len(shown) > GOT_LENGTH:
                shown = shown[: GOT_LENGTH - 1] + "\N{HORIZONTAL ELLIPSIS}"
            text += f" (got {shown})"
        if self.did_you_mean is not None:
            text += f", did you mean '{self.did_you_mean}'?"
        return " ".join(text.split())


NOTHING: Any = ...
"""Stands for "no value to show" in :attr:`Fault.got`."""


class InputFaults(ValueError):
    """Everything that is wrong with the input, all at once (exit code 2).

    Parameters
    ----------
    faults
        At least one fault; they are shown in order of file and place.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda f: (f.file, f.line, f.column, f.path)))
        super().__init__("\n".join(str(f) for f in self.faults))

    def __reduce__(self) -> tuple[type[InputFaults], tuple[tuple[Fault, ...]]]:
        """Let the exception cross a process boundary."""
        return type(self), (self.faults,)


class NotPossibleError(RuntimeError):
    """What was asked for cannot be done with these data or rules (exit code 3)."""


class UnfinishedError(RuntimeError):
    """A run could not go on (exit code 1); what is finished is kept.

    Parameters
    ----------
    message
        What happened, and what to do about it.
    done, missing
        Units of work that are finished, and those that are not.
    """

    def __init__(self, message: str, *, done: int, missing: int) -> None:
        self.message = message
        self.done = done
        self.missing = missing
        super().__init__(message)


def storage_failure(error: OSError) -> str:
    """Return in words why a file could not be written or read, and what to do.

    Examples
    --------
    >>> storage_failure(OSError(28, "No space left on device", "results/a.parquet"))
    'the disk is full (results/a.parquet): make room, or name another folder with --out'
    """
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        what = "the disk is full" if error.errno == errno.ENOSPC else "a quota is used up"
        return f"{what}{where}: make room, or name another folder with --out"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"no permission to write{where}: change it, or name another folder with --out"
    return f"a file cannot be written or read{where}: {error.strerror}"


def nearest_word(word: object, known: Iterable[str]) -> str | None:
    """Return the known word that ``word`` was probably meant to be.

    Examples
    --------
    >>> nearest_word("kommun", ["kommune", "name"])
    'kommune'
    >>> nearest_word("xyz", ["kommune", "name"]) is None
    True
    """
    matches = get_close_matches(str(word), list(known), n=1)
    return matches[0] if matches else None
