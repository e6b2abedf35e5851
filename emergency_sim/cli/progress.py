"""How far a long run is, on stderr: a bar on a terminal, else a plain line now and then."""

from __future__ import annotations

import sys
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.cli.terminal import STAGES, bars

if TYPE_CHECKING:
    from types import TracebackType

LINE_SECONDS: Final = 10.0
"""Between two lines where stderr is no terminal."""
REMEMBERED: Final = 200
"""Steps by which the time left is estimated."""


def time_left(steps: deque[tuple[float, int]], total: int) -> float | None:
    """Return seconds until all is done, by the pace of the last steps; None: not known yet.

    Parameters
    ----------
    steps
        (seconds on a clock, how much was done then).
    total
        How much there is.
    """
    if len(steps) < 2 or steps[-1][1] == steps[0][1]:
        return None
    (began, first), (now, done) = steps[0], steps[-1]
    return (total - done) * (now - began) / (done - first)


def duration(seconds: float) -> str:
    """Return seconds in words.

    Examples
    --------
    >>> [duration(s) for s in (4.4, 75, 7260)]
    ['4 s', '1 min 15 s', '2 h 1 min']
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


class RunProgress:
    """Tells how far a run is.

    Parameters
    ----------
    silent
        Say nothing about progress (lines about events are said all the same).
    """

    def __init__(self, *, silent: bool = False) -> None:
        self._bar: Any = bars() if sys.stderr.isatty() and not silent else None
        self._silent = silent
        self._tasks: dict[str, Any] = {}
        self._steps: dict[str, deque[tuple[float, int]]] = {}
        self._told: dict[str, float] = {}

    def __enter__(self) -> RunProgress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.pause()

    def pause(self) -> None:
        """Take the bar away, so that somebody can be asked something."""
        if self._bar is not None:
            self._bar.stop()

    def progress(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage is.

        Parameters
        ----------
        stage
            Its name.
        done, total
            How much is done, and how much there is.
        """
        if self._silent:
            return
        if self._bar is not None:
            self._bar.start()
            if stage not in self._tasks:
                self._tasks[stage] = self._bar.add_task(STAGES.get(stage, stage), total=total)
            self._bar.update(self._tasks[stage], completed=done, total=total)
            return
        now = time.monotonic()
        steps = self._steps.setdefault(stage, deque(maxlen=REMEMBERED))
        if not steps or steps[-1][1] != done:
            steps.append((now, done))
        last = self._told.setdefault(stage, now if done < total else 0.0)
        if now - last >= LINE_SECONDS or (done == total and total > 0):
            self._told[stage] = now
            self._line(stage, done, total, now - steps[0][0], time_left(steps, total))

    def _line(self, stage: str, done: int, total: int, spent: float, left: float | None) -> None:
        text = f"{STAGES.get(stage, stage)}: {done} of {total}, {duration(spent)}"
        if done < total and left is not None:
            text += f", about {duration(left)} left"
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()

    def say(self, line: str) -> None:
        """Write a line about something that happened."""
        if self._bar is not None and self._bar.live.is_started:
            self._bar.console.print(line, markup=False, highlight=False)
            return
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
