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
LAST: Final = 2
"""Priority of the end of a run: after everything else of that instant."""
NEVER: Final = -1


class Wake:
    """The heap entry of a process that was woken before its time."""

    __slots__ = ("process", "value")

    def __init__(self, process: Process, value: Any) -> None:
        self.process = process
        self.value = value


class End:
    """The heap entry at which a run ends; of several only the latest run's own one counts."""

    __slots__ = ()


class Process(simpy.Process):
    """A SimPy process that can also sleep by yielding seconds.

    ``_due`` is the number of the heap entry at which it wakes by itself; entries with another number
    are left over from sleeps that were cut short.
    """

    _generator: Any
    _ok: bool
    _value: Any
    _target: Any  # None while asleep
    _told = NEVER

    def __init__(self, env: Environment, generator: Generator[Any, Any, Any]) -> None:
        self.env = env
        self.callbacks = []
        self._generator = generator
        self._ok = True
        self._value = PENDING
        self._target = None
        self._woken: Wake | None = None
        self._due = NEVER
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
                heappush(queue, (env._now + yielded, NORMAL, number, self))
            else:
                self._wait_for(yielded)
        finally:
            env._active_proc = caller

    def wake(self, value: Any) -> bool:
        """Let the sleeping process go on now with ``value``; False if it is not asleep.

        The running process is not asleep, and one that was woken in this instant and has not gone
        on yet cannot be woken again.
        """
        env = self.env
        if (
            self._target is not None
            or self._woken is not None
            or self._value is not PENDING
            or self._generator.gi_running  # also while a process that it has started runs
        ):
            return False
        self._due = NEVER
        self._woken = Wake(self, value)
        queue: list[Any] = env._queue
        heappush(queue, (env._now, NORMAL, next(env._eid), self._woken))
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
        finally:
            env._active_proc = caller

    def _wait_for(self, yielded: Any) -> None:
        self._due = NEVER
        if yielded.__class__ is float:
            self._target = None
            if yielded != FOREVER:
                env = self.env
                queue: list[Any] = env._queue
                self._due = number = next(env._eid)
                heappush(queue, (env._now + yielded, NORMAL, number, self))
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
        if self.callbacks or not ok:
            env = self.env
            queue: list[Any] = env._queue
            self._told = number = next(env._eid)
            heappush(queue, (env._now, NORMAL, number, self))
        else:
            self.callbacks = None  # type: ignore[assignment]  # nobody waits for it


class Environment(simpy.Environment):
    """SimPy's environment with :meth:`start` and a fast :meth:`run_to`."""

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

    def run_to(self, end: float) -> None:
        """Run every event up to and including time ``end``; then it is ``end``.

        :meth:`stop` ends it earlier.
        """
        queue: list[Any] = self._queue
        number = self._eid.__next__
        self._end: End = End()
        heappush(queue, (end, LAST, number(), self._end))
        while True:
            entry = queue[0]
            now, _, order, item = entry
            if item.__class__ is Process and item._due == order:
                # The entry stays on top while the process runs, and is replaced by its next one.
                self._now = now
                self._active_proc = item
                try:
                    yielded: Any = item._generator.send(None)
                except StopIteration as stop:
                    item._end(ok=True, value=stop.value)
                except BaseException as error:  # noqa: BLE001  # as in Process._step
                    item._end(ok=False, value=error)
                else:
                    if yielded.__class__ is float and yielded != FOREVER:
                        item._due = order = number()
                        if queue[0] is entry:
                            heapreplace(queue, (now + yielded, NORMAL, order, item))
                        else:  # something urgent came in between; the entry is void by its number
                            heappush(queue, (now + yielded, NORMAL, order, item))
                        continue
                    item._wait_for(yielded)
                if queue[0] is entry:
                    heappop(queue)
                continue
            heappop(queue)
            if item is self._end:
                break
            self._happens(now, order, item)
        self._active_proc = None
        self._now = now

    def _happens(self, now: float, order: int, item: Any) -> None:
        """Handle a heap entry that is no sleeping process, or one that is void."""
        if item.__class__ is Wake:
            process = item.process
            if process._woken is item:
                process._woken = None
                self._now = now
                process._step(process._generator.send, item.value)
        elif item.__class__ is not End and (item.__class__ is not Process or item._told == order):
            self._now = now
            self._active_proc = None  # a bare callback runs in no process
            callbacks = item.callbacks
            item.callbacks = None
            for callback in callbacks:
                callback(item)
            if not item._ok and not getattr(item, "_defused", False):
                raise item._value

    def step(self) -> None:
        """Handle the next entry of the heap, so that SimPy's own ``run`` works, too."""
        queue: list[Any] = self._queue
        if not queue:
            raise EmptySchedule
        now, _, order, item = heappop(queue)
        if item.__class__ is Process and item._due == order:
            self._now = now
            item._step(item._generator.send, None)
        else:
            self._happens(now, order, item)

    def stop(self) -> None:
        """Let :meth:`run_to` return after the event that is being handled."""
        queue: list[Any] = self._queue
        self._end = End()
        heappush(queue, (self._now, URGENT - 1, next(self._eid), self._end))
