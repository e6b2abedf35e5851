"""Units carried out by whichever executor: begun again when workers die, given up when all do."""

from __future__ import annotations

import queue
from concurrent.futures import CancelledError, Executor, Future
from typing import TYPE_CHECKING, Final, TypeVar

from emergency_sim.domain.errors import UnfinishedError
from emergency_sim.experiment.work.executors import SerialExecutor, executor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from emergency_sim.experiment.work.executors import Workers

T = TypeVar("T")
U = TypeVar("U")

ATTEMPTS: Final = 3
"""How often in a row workers may die without having finished a single unit."""
LOOK_SECONDS: Final = 0.5
"""How often the pool is asked whether it is still there while nothing finishes."""


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


def run_all(
    function: Callable[[U], T],
    units: Sequence[U],
    workers: Workers,
    finished: Callable[[U, T], None],
) -> None:
    """Run ``function`` on every unit; ``finished`` is called here, in the order of completion.

    What a dead worker took with it is begun again.

    Parameters
    ----------
    function
        Of one unit; importable, and its result small.
    units
        Units of work.
    workers
        Who runs them.
    finished
        Called with the unit and its result.

    Raises
    ------
    CancelledRun
        After an interrupt, when no worker is left.
    UnfinishedError
        Workers died again and again, or the scheduler is lost.
    """
    left = set(range(len(units)))
    in_vain = 0
    lost: BaseException | None = None
    try:
        while left:
            before = len(left)
            with executor(workers.at_most(before), begun=lost is not None) as pool:
                lost = _attempt(pool, function, units, left, finished)
            in_vain = 0 if len(left) < before else in_vain + 1
            if lost is not None and in_vain == ATTEMPTS:
                raise _gave_up(len(units) - len(left), len(left)) from lost
    except KeyboardInterrupt:
        raise CancelledRun(len(units) - len(left), len(left)) from None


def _gave_up(done: int, missing: int) -> UnfinishedError:
    return UnfinishedError(
        f"worker processes died {ATTEMPTS} times in a row without finishing anything, perhaps "
        "for want of memory: try fewer --jobs",
        done=done, missing=missing,
    )  # fmt: skip


def _attempt(
    pool: Executor,
    function: Callable[[U], T],
    units: Sequence[U],
    left: set[int],
    finished: Callable[[U, T], None],
) -> BaseException | None:
    """Run the units ``left`` and take them off that set; return what killed a worker, or None."""
    if isinstance(pool, SerialExecutor):
        for i in sorted(left):
            finished(units[i], pool.submit(function, units[i]).result())
            left.discard(i)
        return None
    from concurrent.futures.process import BrokenProcessPool

    futures: dict[Future[T], int] = {}
    done: queue.SimpleQueue[Future[T]] = queue.SimpleQueue()
    lost: BaseException | None = None
    try:
        for i in sorted(left):
            future = pool.submit(function, units[i])
            futures[future] = i
            future.add_done_callback(done.put)
    except BrokenProcessPool as error:
        lost = error  # what was submitted before ends by itself: with a result or broken
    for _ in range(len(futures)):
        future = _next(pool, done, len(units) - len(left), len(left))
        try:
            result = future.result()
        except (BrokenProcessPool, CancelledError) as error:
            lost = error
            _see_that_it_is_there(pool, len(units) - len(left), len(left))
        except Exception as error:
            if not _is_lost_worker(error):
                raise
            lost = error
            _see_that_it_is_there(pool, len(units) - len(left), len(left))
        else:
            finished(units[futures[future]], result)
            left.discard(futures[future])
    return lost


def _next(
    pool: Executor, done: queue.SimpleQueue[Future[T]], finished: int, missing: int
) -> Future[T]:
    """Return the next future that is done; look now and then whether the pool is still there.

    Raises
    ------
    UnfinishedError
        It is not.
    """
    while True:
        try:
            return done.get(timeout=LOOK_SECONDS)
        except queue.Empty:
            _see_that_it_is_there(pool, finished, missing)


def _see_that_it_is_there(pool: Executor, finished: int, missing: int) -> None:
    gone: Callable[[], str] = getattr(pool, "gone", lambda: "")
    if reason := gone():
        raise UnfinishedError(reason, done=finished, missing=missing)


def _is_lost_worker(error: BaseException) -> bool:
    """Return whether a unit failed because dask's workers died under it."""
    home = type(error).__module__.partition(".")[0]
    return home == "distributed" and type(error).__name__ in (
        "KilledWorker",
        "FutureCancelledError",
    )
