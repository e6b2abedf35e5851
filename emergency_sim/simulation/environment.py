"""A SimPy environment in which sleeping is cheap.

A process started with :meth:`Environment.start` may ``yield 3.0`` to sleep: its one heap entry is used
again and again, no event is made. ``value = yield seconds`` gives None when the time has passed and
otherwise what somebody passed to :meth:`Process.wake`; ``yield FOREVER`` sleeps until woken. SimPy's own
events, resources, stores and interrupts work in such processes too.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any, Final

import simpy
from simpy.events import NORMAL, PENDING, URGENT, Event

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

FOREVER: Final = float("inf")


class Alarm:
    """The heap entry of a sleeping process; dead when the process was woken before its time."""

    __slots__ = ("alive", "process", "send", "value")

    def __init__(self, process: Process, send: Callable[[Any], Any]) -> None:
        self.process = process
        self.send = send
        self.alive = True
        self.value: Any = None


class Process(simpy.Process):
    """A SimPy process that can also sleep by yielding seconds."""

    _value = PENDING
    _ok = True
    _target = None  # type: ignore[assignment]  # None while asleep

    def __init__(self, env: Environment, generator: Generator[Any, Any, Any]) -> None:
        self.env = env
        self.callbacks = []
        self._generator = generator
        self._alarm = Alarm(self, generator.send)
        self._step(generator.send, None)

    def wake(self, value: Any) -> bool:
        """Let the sleeping process go on now with ``value``; False if it is not asleep.

        The running process is not asleep, and one that was woken in this instant and has not gone
        on yet cannot be woken again. ``value`` must not be None.
        """
        alarm = self._alarm
        if (
            self._target is not None
            or alarm.value is not None
            or self._value is not PENDING
            or self.env._active_proc is self
        ):
            return False
        alarm.alive = False
        fresh = Alarm(self, alarm.send)
        fresh.value = value
        self._alarm = fresh
        env = self.env
        queue: list[Any] = env._queue
        heappush(queue, (env._now, NORMAL, next(env._eid), fresh))
        return True

    def interrupt(self, cause: Any = None) -> None:
        """Throw :class:`simpy.Interrupt` into the process, asleep or waiting for an event."""
        if self._target is not None:
            super().interrupt(cause)
            return
        if self._value is not PENDING:
            raise RuntimeError(f"{self} has ended and cannot be interrupted")
        self._alarm.alive = False
        self._alarm = Alarm(self, self._alarm.send)
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
        if yielded.__class__ is float:
            self._target = None
            if yielded != FOREVER:
                env = self.env
                queue: list[Any] = env._queue
                heappush(queue, (env._now + yielded, NORMAL, next(env._eid), self._alarm))
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
        alarm = self._alarm
        alarm.alive = False
        alarm.process = None  # type: ignore[assignment]  # no cycle is left for the collector
        self._ok = ok
        self._value = value
        if self.callbacks or not ok:
            self.env.schedule(self)
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
        pop, push = heappop, heappush
        number = self._eid.__next__
        self._stopped = False
        while queue and not self._stopped:
            now, priority, order, item = pop(queue)
            if now > end:
                push(queue, (now, priority, order, item))
                break
            self._now = now
            if item.__class__ is Alarm:
                if not item.alive:
                    continue
                process = item.process
                self._active_proc = process
                value = item.value
                item.value = None
                try:
                    yielded = item.send(value)
                except StopIteration as stop:
                    process._end(ok=True, value=stop.value)
                    continue
                except BaseException as error:  # noqa: BLE001  # as in Process._step
                    process._end(ok=False, value=error)
                    continue
                if yielded.__class__ is float:
                    if yielded != FOREVER:
                        push(queue, (now + yielded, NORMAL, number(), item))
                else:
                    process._wait_for(yielded)
                continue
            self._active_proc = None  # a bare callback runs in no process
            callbacks = item.callbacks
            item.callbacks = None
            for callback in callbacks:
                callback(item)
            if not item._ok and not getattr(item, "_defused", False):
                raise item._value
        self._active_proc = None
        if not self._stopped:
            self._now = end

    def stop(self) -> None:
        """Let :meth:`run_to` return after the event that is being handled."""
        self._stopped = True
