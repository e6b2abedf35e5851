"""Where units of work run: in this process, in worker processes here, or on a dask cluster.

Everything is written once, against ``concurrent.futures.Executor``.
"""

from __future__ import annotations

import os
import signal
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

P = ParamSpec("P")
T = TypeVar("T")

IDLE_SECONDS: Final = 60


class ExecutorKind(StrEnum):
    """What carries out units of work."""

    SERIAL = "serial"
    LOKY = "loky"
    DASK = "dask"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workers:
    """Who does the work; never decides what comes out.

    Parameters
    ----------
    jobs
        Processes on this machine; loky with one of them is this process.
    kind
        What carries out the units.
    scheduler
        Address of a dask scheduler (``tcp://host:8786``), which then knows its own workers; None: a
        cluster on this machine.

    Raises
    ------
    ValueError
        Less than one job, or a scheduler without dask.
    """

    jobs: int = 1
    kind: ExecutorKind = ExecutorKind.LOKY
    scheduler: str | None = None

    def __post_init__(self) -> None:
        if self.jobs < 1:
            raise ValueError(f"jobs must be at least 1 (got {self.jobs})")
        if self.scheduler is not None and self.kind is not ExecutorKind.DASK:
            raise ValueError("only dask has a scheduler")

    @classmethod
    def of(cls, jobs: int | None) -> Workers:
        """Return so many processes on this machine; None: one for each processor we may use."""
        return cls(jobs=job_count(jobs))

    @property
    def here(self) -> bool:
        """Whether the work is done in this process."""
        return self.kind is ExecutorKind.SERIAL or (
            self.kind is ExecutorKind.LOKY and self.jobs == 1
        )

    def side_by_side(self) -> int:
        """Return how many units run at a time; a scheduler is asked for its workers."""
        if self.here:
            return 1
        if self.scheduler is None:
            return self.jobs
        from emergency_sim.experiment.work.dask_pool import thread_count

        return thread_count(self.scheduler)

    def at_most(self, units: int) -> Workers:
        """Return no more of loky's processes than there are units; a cluster stays as it is."""
        if self.kind is not ExecutorKind.LOKY:
            return self
        return replace(self, jobs=max(1, min(self.jobs, units)))


class SerialExecutor(Executor):
    """Runs everything at once, in this process, in the order of submission."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run ``fn`` and return its finished future; a failure or an interrupt passes through."""
        future: Future[T] = Future()
        future.set_result(fn(*args, **kwargs))
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
def executor(workers: Workers, *, begun: bool = False) -> Iterator[Executor]:
    """Give an executor; on an interrupt or a failure what it runs is stopped.

    Parameters
    ----------
    workers
        Who it is made of.
    begun
        Not for the first time: a scheduler that no longer answers is lost, and not misspelt.
    """
    if workers.here:
        yield SerialExecutor()
    elif workers.kind is ExecutorKind.DASK:
        from emergency_sim.experiment.work.dask_pool import dask_executor

        with dask_executor(workers.jobs, workers.scheduler, begun=begun) as pool:
            yield pool
    else:
        pool = _pool(workers.jobs)
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
        max_workers=jobs, timeout=IDLE_SECONDS, initializer=leave_interrupts_to_the_parent
    )


def let_go(workers: Workers) -> None:
    """End idle worker processes, and so give back their memory; the next work starts new ones."""
    if workers.kind is ExecutorKind.LOKY and not workers.here:
        _pool(workers.jobs).shutdown(wait=True)


def leave_interrupts_to_the_parent() -> None:
    """Ignore Ctrl-C in a worker: the terminal sends it to all, and the parent ends the workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def warm_up(workers: Workers) -> None:
    """Let worker processes start and load the simulation while this process does something else.

    Parameters
    ----------
    workers
        Where this process does the work itself, nothing happens.
    """
    if workers.kind is ExecutorKind.LOKY and not workers.here:
        for _ in range(workers.jobs):
            _pool(workers.jobs).submit(_load_simulation)


def _load_simulation() -> None:
    import_module("emergency_sim.experiment.work.runner")
