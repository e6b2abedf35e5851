"""Where units of work run: in this process, or in worker processes of this machine.

Everything is written against ``concurrent.futures.Executor``, so another executor is one entry here.
"""

from __future__ import annotations

import os
import signal
from concurrent.futures import Executor, Future, as_completed
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

P = ParamSpec("P")
T = TypeVar("T")
U = TypeVar("U")

ATTEMPTS: Final = 3
"""How often what a dead worker took with it is begun again."""
IDLE_SECONDS: Final = 60


class CancelledRun(KeyboardInterrupt):
    """Somebody interrupted the run (exit code 130).

    Parameters
    ----------
    done, missing
        Units of work that are finished, and those that are not.
    """

    def __init__(self, done: int, missing: int) -> None:
        self.done = done
        self.missing = missing
        super().__init__(f"cancelled: {done} of {done + missing} units of work are done")


class SerialExecutor(Executor):
    """Runs everything at once, in this process, in the order of submission."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run ``fn`` and return its finished future; an interrupt passes through."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - the future hands it on
            future.set_exception(error)
        return future


def job_count(jobs: int | None) -> int:
    """Return how many workers ``jobs`` asks for; None: one for each processor we may use.

    Raises
    ------
    ValueError
        Less than 1.
    """
    if jobs is None:
        available = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else ()
        return len(available) or os.cpu_count() or 1
    if jobs < 1:
        raise ValueError(f"jobs must be at least 1 (got {jobs})")
    return jobs


@contextmanager
def executor(jobs: int) -> Iterator[Executor]:
    """Give an executor with ``jobs`` workers; on an interrupt its workers are killed."""
    if jobs == 1:
        yield SerialExecutor()
        return
    pool = _pool(jobs)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=True, kill_workers=True)
        raise


def _pool(jobs: int) -> Any:
    """Return this process' pool of workers, the one that it had if that has the same size.

    An Executor of loky's, whose ``shutdown`` can also kill.
    """
    from loky import get_reusable_executor

    return get_reusable_executor(
        max_workers=jobs, timeout=IDLE_SECONDS, initializer=_leave_interrupts_to_the_parent
    )


def _leave_interrupts_to_the_parent() -> None:
    """Ignore Ctrl-C in a worker: the terminal sends it to all, and the parent ends the workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def warm_up(jobs: int) -> None:
    """Let worker processes start and load the simulation while this process does something else.

    Parameters
    ----------
    jobs
        Worker processes; 1: nothing happens.
    """
    if jobs > 1:
        for _ in range(jobs):
            _pool(jobs).submit(_load_simulation)


def _load_simulation() -> None:
    import_module("emergency_sim.experiment.runner")


def run_all(
    function: Callable[[U], T],
    units: Sequence[U],
    jobs: int,
    finished: Callable[[U, T], None],
) -> None:
    """Run ``function`` on every unit; ``finished`` is called here, in the order of completion.

    Parameters
    ----------
    function
        Of one unit; importable, and its result small.
    units
        Units of work.
    jobs
        Worker processes; 1: this process.
    finished
        Called with the unit and its result.

    Raises
    ------
    CancelledRun
        After an interrupt, when no worker is left.
    """
    left = list(range(len(units)))
    try:
        for attempt in range(ATTEMPTS):
            with executor(jobs) as pool:
                left = _attempt(pool, function, units, left, finished, last=attempt == ATTEMPTS - 1)
            if not left:
                return
    except KeyboardInterrupt:
        raise CancelledRun(len(units) - len(left), len(left)) from None


def _attempt(
    pool: Executor,
    function: Callable[[U], T],
    units: Sequence[U],
    left: list[int],
    finished: Callable[[U, T], None],
    *,
    last: bool,
) -> list[int]:
    """Run the units ``left`` and take them off that list; return those that a dead worker lost."""
    if isinstance(pool, SerialExecutor):
        for i in list(left):
            finished(units[i], pool.submit(function, units[i]).result())
            left.remove(i)
        return left
    from concurrent.futures.process import BrokenProcessPool

    futures: dict[Future[Any], int] = {}
    try:
        for i in left:
            futures[pool.submit(function, units[i])] = i
        for future in as_completed(futures):
            finished(units[futures[future]], future.result())
            left.remove(futures[future])
    except BrokenProcessPool:
        if last:
            raise
    return left
