"""Dask as one more executor: a cluster on this machine, or the one behind a scheduler's address."""

from __future__ import annotations

import atexit
import logging
import os
import signal
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

from emergency_sim.domain.errors import Fault, InputFaults, UnfinishedError
from emergency_sim.experiment.work.executors import leave_interrupts_to_the_parent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

P = ParamSpec("P")
T = TypeVar("T")

CONNECT_SECONDS: Final = 10
ONLY_HERE: Final = "127.0.0.1"

_CLIENTS: dict[tuple[int, str | None], Any] = {}


class DaskExecutor(Executor):
    """The executor of a client; knows whether its scheduler is still there.

    Dask by itself begins again what a dead worker had (its ``allowed-failures``). Its ``retries``
    are for what a unit raises: bad input, a full disk or an error of ours, which would be the same
    the next time.

    Parameters
    ----------
    client
        Of ``distributed``.
    address
        As the user gave it; None: this machine's own cluster.
    """

    def __init__(self, client: Any, address: str | None) -> None:
        self._client = client
        self._address = address
        self._inner = client.get_executor(pure=False)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Hand a call to the scheduler."""
        future: Future[T] = self._inner.submit(fn, *args, **kwargs)
        return future

    def gone(self) -> str:
        """Return why nothing more will come, or an empty text."""
        return "" if self._client.status == "running" else _lost(self._address)

    def stop(self) -> None:
        """Give up what waits and what runs."""
        with suppress(OSError, RuntimeError):
            self._inner.shutdown(wait=False)


def _lost(address: str | None) -> str:
    where = f"at {address}" if address else "of this machine"
    return (
        f"the dask scheduler {where} is lost: start it again, or leave out --scheduler to go on "
        "with the processors of this machine"
    )


@contextmanager
def dask_executor(
    jobs: int, scheduler: str | None, *, begun: bool = False
) -> Iterator[DaskExecutor]:
    """Give an executor on a cluster, which is kept for the next call; stop it after a failure.

    Parameters
    ----------
    jobs
        Processes, where the cluster is this machine's own.
    scheduler
        Address of another one.
    begun
        It has answered before.

    Raises
    ------
    InputFaults
        No scheduler answers at that address.
    UnfinishedError
        None answers any more.
    """
    try:
        client = _client(jobs, scheduler)
    except InputFaults:
        if begun:
            raise UnfinishedError(_lost(scheduler), done=0, missing=0) from None
        raise
    pool = DaskExecutor(client, scheduler)
    try:
        yield pool
    except BaseException:
        if scheduler is not None and not pool.gone():
            pool.stop()  # this machine's own workers are ended instead
        _close((jobs, scheduler), at_once=True)
        raise


def thread_count(scheduler: str) -> int:
    """Return how many units the workers of a scheduler run at a time, at least 1."""
    threads: dict[str, int] = _client(1, scheduler).nthreads()
    return max(1, sum(threads.values()))


def _client(jobs: int, scheduler: str | None) -> Any:
    key = (1 if scheduler else jobs, scheduler)
    known = _CLIENTS.get(key)
    if known is not None and known.status == "running":
        return known
    distributed = import_module("distributed")  # its classes are only partly typed

    for name in ("", ".client", ".core", ".comm", ".nanny", ".scheduler", ".worker"):
        logging.getLogger(f"distributed{name}").setLevel(logging.CRITICAL)  # we say it ourselves
    if scheduler is None:
        cluster = distributed.LocalCluster(
            n_workers=jobs, threads_per_worker=1, processes=True, host=ONLY_HERE,
            dashboard_address=None, silence_logs=logging.CRITICAL,
        )  # fmt: skip
        client = distributed.Client(cluster)
    else:
        try:
            client = distributed.Client(scheduler, timeout=CONNECT_SECONDS)
        except (OSError, ValueError) as error:
            message = "no dask scheduler answers there"
            fault = Fault(file="--scheduler", message=message, got=scheduler)
            raise InputFaults([fault]) from error
    client.run(leave_interrupts_to_the_parent)
    if not _CLIENTS:
        atexit.register(_close_all)
    _CLIENTS[key] = client
    return client


def _close(key: tuple[int, str | None], *, at_once: bool = False) -> None:
    jobs, scheduler = key
    client = _CLIENTS.pop((1 if scheduler else jobs, scheduler), None)
    if client is None:
        return
    cluster = client.cluster
    if cluster is not None and at_once:
        _kill(cluster)
    with suppress(OSError, RuntimeError, TimeoutError):
        client.close(timeout=1)
    if cluster is not None:
        with suppress(OSError, RuntimeError, TimeoutError):
            cluster.close(timeout=1)


def _kill(cluster: Any) -> None:
    """End the processes of this machine's cluster: a unit that runs would be waited for."""
    core = import_module("distributed.core")
    for nanny in cluster.workers.values():
        nanny.status = core.Status.failed  # else it starts another process
        if nanny.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(nanny.pid, signal.SIGKILL)


def _close_all() -> None:
    for key in list(_CLIENTS):
        _close(key)
