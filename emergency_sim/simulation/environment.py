"""A SimPy environment in which sleeping is cheap.

A process started with :meth:`Environment.start` may ``yield 3.0`` to sleep: the process itself lies in
the heap, no event is made. ``value = yield seconds`` gives None when the time has passed and otherwise
what somebody passed to :meth:`Process.wake`; ``yield FOREVER`` sleeps until woken. SimPy's own events,
resources, stores and interrupts work in such processes too.
"""

from __future__ import annotations

from heapq import heappop, heappush, heapreplace
from typing import TYPE_CHECKING, Any, Final

import simpy
from simpy.core import EmptySchedule
from simpy.events import NORMAL, PENDING, URGENT, Event

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

FOREVER: Final = float("inf")
NEVER: Final = -1
RANK: Final = 1 << 60
"""Far more than there are heap entries: what sets urgent ones before, and the end of a run after,
everything else of that instant."""


class Wake:
    """In the heap: a process that was woken before its time."""

    __slots__ = ("process", "value")

    def __init__(self, process: Process, value: Any) -> None:
        self.process = process
        self.value = value


class End:
    """In the heap: where a run ends; of several only the latest run's own one counts."""

    __slots__ = ()


class Process(simpy.Process):
    """A SimPy process that can also sleep by yielding seconds.

    ``_due`` is the number of the heap entry at which it wakes by itself; entries with another number
    are left over from sleeps that were cut short.
    """

    # What most processes never change stands here once for all of them.
    _generator: Any
    _ok: bool = True
    _value: Any = PENDING
    _target: Any = None  # None while asleep
    _woken: Wake | None = None
    _due = NEVER
    _callbacks: Any = ()

    def __init__(self, env: Environment, generator: Generator[Any, Any, Any]) -> None:
        self.env = env
        self._generator = generator
        caller = env._active_proc
        env._active_proc = self
        try:
            yielded = generator.send(None)
        except StopIteration as stop:
            self._end(ok=True, value=stop.value)
        except BaseException as error:  # noqa: BLE001  # as in _step
            self._end(ok=False, value=error)
        else:
            if yielded.__class__ is float and yielded != FOREVER:
                queue: list[Any] = env._queue
                self._due = number = next(env._eid)
                heappush(queue, (env._now + yielded, number, self, generator.send))
            else:
                self._wait_for(yielded)
        env._active_proc = caller

    @property
    def callbacks(self) -> Any:
        """Whom to tell when the process has ended; None when they have been told. Few ask."""
        if self._callbacks == ():
            self._callbacks = []
        return self._callbacks

    @callbacks.setter
    def callbacks(self, callbacks: Any) -> None:
        self._callbacks = callbacks

    def wake(self, value: Any) -> bool:
        """Let the sleeping process go on now with ``value``; False if it is not asleep.

        The running process is not asleep, and one that was woken in this instant and has not gone
        on yet cannot be woken again.
        """
        if (
            self._target is not None
            or self._woken is not None
            or self._value is not PENDING
            or self._generator.gi_running  # also while a process that it has started runs
        ):
            return False
        self._due = NEVER
        self._woken = Wake(self, value)
        env = self.env
        queue: list[Any] = env._queue
        heappush(queue, (env._now, next(env._eid), SOMETHING, self._woken))
        return True

    def interrupt(self, cause: Any = None) -> None:
        """Throw :class:`simpy.Interrupt` into the process, asleep or waiting for an event."""
        if self._target is not None:
            super().interrupt(cause)
            return
        if self._value is not PENDING:
            raise RuntimeError(f"{self} has ended and cannot be interrupted")
        self._due = NEVER
        self._woken = None
        failure = Event(self.env)
        failure.callbacks = [self._resume]
        failure._ok = False
        failure._defused = True
        failure._value = simpy.Interrupt(cause)
        self._target = failure
        self.env.schedule(failure, URGENT)

    def _step(self, advance: Callable[[Any], Any], value: Any) -> None:
        env = self.env
        caller = env._active_proc
        env._active_proc = self
        try:
            yielded = advance(value)
        except StopIteration as stop:
            self._end(ok=True, value=stop.value)
        except BaseException as error:  # noqa: BLE001  # SimPy's way: the failure travels to whoever waits
            self._end(ok=False, value=error)
        else:
            self._wait_for(yielded)
        env._active_proc = caller

    def _wait_for(self, yielded: Any) -> None:
        self._due = NEVER
        if yielded.__class__ is float:
            self._target = None
            if yielded != FOREVER:
                env = self.env
                queue: list[Any] = env._queue
                self._due = number = next(env._eid)
                heappush(queue, (env._now + yielded, number, self, self._generator.send))
        elif isinstance(yielded, Event):
            if yielded.callbacks is None:  # it has happened already
                self._resume(yielded)
            else:
                yielded.callbacks.append(self._resume)
                self._target = yielded
        else:
            raise TypeError(f"a process may yield float seconds or an event, not {yielded!r}")

    def _resume(self, event: Event) -> None:
        if event._ok:
            self._step(self._generator.send, event._value)
        else:
            event._defused = True
            self._step(self._generator.throw, event._value)

    def _end(self, *, ok: bool, value: Any) -> None:
        self._target = None
        self._due = NEVER
        self._ok = ok
        self._value = value
        if self._callbacks or not ok:
            self.env.schedule(self)
        else:
            self._callbacks = None  # nobody waits for it


SOMETHING: Final = Process.__new__(Process)
SOMETHING._due = NEVER
"""Stands in the heap in place of the process where an entry is no sleeping process."""


class Environment(simpy.Environment):
    """SimPy's environment with :meth:`start` and a fast :meth:`run_to`.

    Notes
    -----
    A heap entry is (time, number, process, how it goes on). What is urgent does not lie in the heap:
    so the entry of the running process stays on top until it is replaced by its next one.
    """

    def __init__(self, initial_time: float = 0) -> None:
        super().__init__(initial_time)
        self._urgent: list[Any] = []
        self._end = End()

    @property
    def running(self) -> Process:
        """The process that is being advanced."""
        process = self._active_proc
        if not isinstance(process, Process):
            raise RuntimeError("no process is running")
        return process

    def start(self, generator: Generator[Any, Any, Any]) -> Process:
        """Start a process; it runs at once up to its first ``yield``."""
        return Process(self, generator)

    def schedule(self, event: Event, priority: Any = NORMAL, delay: float = 0) -> None:
        """Let an event happen after ``delay`` seconds."""
        time = self._now + delay
        if priority == URGENT and time == self._now:
            self._urgent.append(event)
        else:
            queue: list[Any] = self._queue
            rank = RANK * (int(priority) - int(NORMAL))
            heappush(queue, (time, rank + next(self._eid), SOMETHING, event))

    def run_to(self, end: float) -> None:
        """Run every event up to and including time ``end``; then it is ``end``.

        :meth:`stop` ends it earlier.
        """
        queue: list[Any] = self._queue
        urgent, number, forever = self._urgent, self._eid.__next__, FOREVER
        self._end = End()
        heappush(queue, (end, RANK + number(), SOMETHING, self._end))
        while True:
            if urgent:
                if self._happens(urgent.pop(0)):
                    break
                continue
            now, order, process, go_on = queue[0]
            if process._due == order:
                self._now = now
                self._active_proc = process
                try:
                    yielded: Any = go_on(None)
                except StopIteration as stop:
                    process._end(ok=True, value=stop.value)
                except BaseException as error:  # noqa: BLE001  # as in Process._step
                    process._end(ok=False, value=error)
                else:
                    if yielded.__class__ is float and yielded != forever:
                        process._due = order = number()
                        heapreplace(queue, (now + yielded, order, process, go_on))
                        continue
                    process._wait_for(yielded)
                heappop(queue)
                continue
            heappop(queue)
            if process is SOMETHING:
                self._now = now
                if self._happens(go_on):
                    break
        self._active_proc = None

    def _happens(self, item: Any) -> bool:
        """Handle what is no sleeping process; gives whether it is the end of the run."""
        if type(item) is Wake:
            process = item.process
            if process._woken is item:
                process._woken = None
                process._step(process._generator.send, item.value)
        elif type(item) is End:
            return item is self._end
        else:
            self._active_proc = None  # a bare callback runs in no process
            callbacks = item.callbacks
            item.callbacks = None
            for callback in callbacks:
                callback(item)
            if not item._ok and not getattr(item, "_defused", False):
                raise item._value
        return False

    def step(self) -> None:
        """Handle the next entry of the heap, so that SimPy's own ``run`` works, too."""
        queue: list[Any] = self._queue
        if self._urgent:
            self._happens(self._urgent.pop(0))
            return
        if not queue:
            raise EmptySchedule
        now, order, process, go_on = heappop(queue)
        if process._due == order:
            self._now = now
            process._step(go_on, None)
        elif process is SOMETHING:
            self._now = now
            self._happens(go_on)

    def stop(self) -> None:
        """Let :meth:`run_to` return after the event that is being handled."""
        self._end = End()
        self._urgent.insert(0, self._end)
