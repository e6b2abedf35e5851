"""Where a user's caches lie, and what to say when nothing can be kept there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from emergency_sim.domain.errors import Fault, InputFaults

CACHE_VARIABLE: Final = "EMERGENCY_SIM_CACHE"


def user_folder() -> Path:
    """Return ``EMERGENCY_SIM_CACHE``, else ``emergency_sim`` among the user's caches."""
    chosen = os.environ.get(CACHE_VARIABLE)
    if chosen:
        return Path(chosen)
    habit = os.environ.get("XDG_CACHE_HOME")
    return (Path(habit) if habit else Path.home() / ".cache") / "emergency_sim"


def usable_folder() -> Path | None:
    """Return :func:`user_folder` if something can be written there; None: then nothing is kept.

    A run needs no cache: a cluster whose home folders are read-only only finds ways anew.
    """
    folder = user_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK | os.X_OK) else None


def unwritable(folder: Path, error: OSError) -> InputFaults:
    """Return what to raise where a cache cannot be written."""
    reason = error.strerror or type(error).__name__
    return InputFaults(
        [
            Fault(
                file=str(folder),
                message=f"nothing can be kept in this folder ({reason}): make it writable, free "
                f"space, or name another one in {CACHE_VARIABLE}",
            )
        ]
    )
