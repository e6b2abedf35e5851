"""The words of this command line, so that a message can say how to go on."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME: Final = "emergency-sim"
KEEPS: Final = ("experiment", "demo")
"""Commands that keep finished replications without being told where."""

_WORDS: list[str] = []


def remember(words: Sequence[str]) -> None:
    """Remember the words after the command's name."""
    _WORDS[:] = words


def again(*more: str) -> str:
    """Return the same command line with some words more, where they are not in it yet."""
    return shlex.join([NAME, *_WORDS, *(word for word in more if word not in _WORDS)])


def goes_on() -> str:
    """Return the line that goes on with this run; empty: nothing of it is kept."""
    if not _WORDS:
        return ""
    if _WORDS[0] == "experiment":
        return again("--resume")
    kept = _WORDS[0] in KEEPS or any(w == "--out" or w.startswith("--out=") for w in _WORDS)
    return again() if kept or _WORDS[0] == "merge" else ""
