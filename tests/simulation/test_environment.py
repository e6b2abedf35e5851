"""The fast environment: sleeping processes, waking them, and SimPy's own things beside them."""

from collections.abc import Generator
from typing import Any

import pytest
import simpy

from emergency_sim.simulation.environment import FOREVER, Environment, Process

Story = Generator[Any, Any, Any]


def test_sleeping_takes_time_and_gives_none() -> None:
    env, told = Environment(), []

    def story() -> Story:
        told.append((yield 3.0))
        told.append(env.now)
        told.append((yield 0.0))
        told.append(env.now)

    env.start(story())
    env.run_to(10.0)
    assert told == [None, 3.0, None, 3.0]
    assert env.now == 10.0


def test_a_process_runs_at_once_up_to_its_first_yield() -> None:
    env, told = Environment(), []

    def story() -> Story:
        told.append("begun")
        yield 1.0

    env.start(story())
    assert told == ["begun"]


def test_events_of_one_instant_keep_their_order() -> None:
    env, told = Environment(), []

    def story(name: str, first: float, second: float) -> Story:
        yield first
        yield second
        told.append(name)

    env.start(story("a", 1.0, 4.0))
    env.start(story("b", 4.0, 1.0))
    env.start(story("c", 2.0, 3.0))
    env.run_to(5.0)
    assert told == ["a", "c", "b"]  # who set the later alarm first rings first


def test_waking_cuts_the_sleep_short() -> None:
    env, told = Environment(), []

    def sleeper() -> Story:
        told.append(((yield 100.0), env.now))
        told.append(((yield 5.0), env.now))

    def waker(process: Process) -> Story:
        yield 2.0
        assert process.wake("up")
        assert not process.wake("twice in one instant")

    process = env.start(sleeper())
    env.start(waker(process))
    env.run_to(1000.0)
    assert told == [("up", 2.0), (None, 7.0)]


def test_patience_and_waking_in_the_same_instant() -> None:
    """Whichever comes first in the queue counts, and the other one finds nobody asleep."""
    for waker_first in (True, False):
        env, told = Environment(), []

        def sleeper(env: Environment, told: list[Any]) -> Story:
            told.append((yield 5.0))
            told.append((yield FOREVER))

        def waker(process: list[Process], env: Environment, told: list[Any]) -> Story:
            yield 5.0
            told.append(process[0].wake("up"))

        box: list[Process] = []
        if waker_first:
            env.start(waker(box, env, told))
            box.append(env.start(sleeper(env, told)))
        else:
            box.append(env.start(sleeper(env, told)))
            env.start(waker(box, env, told))
        env.run_to(10.0)
        assert told == ([True, "up"] if waker_first else [None, True, "up"])


def test_nobody_wakes_the_running_or_the_ended() -> None:
    env, told = Environment(), []

    def story() -> Story:
        told.append(env.running.wake("myself"))
        yield 1.0

    process = env.start(story())
    env.run_to(5.0)
    told.append(process.wake("too late"))
    assert told == [False, False]


def test_a_bare_callback_may_wake_whoever_ran_last() -> None:
    env, told = Environment(), []

    def sleeper() -> Story:
        yield 1.0
        told.append((yield FOREVER))

    process = env.start(sleeper())
    bell = env.timeout(1.0)
    assert bell.callbacks is not None
    bell.callbacks.append(lambda _: told.append(process.wake("up")))
    env.run_to(5.0)
    assert told == [True, "up"]


def test_only_floats_and_events_may_be_yielded() -> None:
    env = Environment()

    def story() -> Story:
        yield 1.0
        yield 3

    env.start(story())
    with pytest.raises(TypeError, match="float seconds or an event, not 3"):
        env.run_to(5.0)


def test_a_failure_reaches_the_caller() -> None:
    env = Environment()

    def story() -> Story:
        yield 1.0
        raise ArithmeticError("wrong sum")

    env.start(story())
    with pytest.raises(ArithmeticError, match="wrong sum"):
        env.run_to(5.0)


def test_a_failure_reaches_who_waits_for_it() -> None:
    env, told = Environment(), []

    def broken() -> Story:
        yield 1.0
        raise ArithmeticError("wrong sum")

    def waits(process: Process) -> Story:
        try:
            yield process
        except ArithmeticError as error:
            told.append(str(error))

    env.start(waits(env.start(broken())))
    env.run_to(5.0)
    assert told == ["wrong sum"]


def test_stop_ends_the_run() -> None:
    env = Environment()

    def story() -> Story:
        yield 2.0
        env.stop()
        yield 1.0

    env.start(story())
    env.run_to(10.0)
    assert env.now == 2.0


# -- SimPy's own -----------------------------------------------------------------------------------


def test_waiting_for_another_process_gives_its_value() -> None:
    env, told = Environment(), []

    def child(seconds: float) -> Story:
        yield seconds
        return "done"

    def parent() -> Story:
        told.append((yield env.start(child(3.0))))
        ended = env.start(child(0.0))
        yield 1.0
        told.append((yield ended))  # it has ended already
        told.append(env.now)

    env.start(parent())
    env.run_to(10.0)
    assert told == ["done", "done", 4.0]


def test_resources_queue() -> None:
    env, told = Environment(), []
    desk = simpy.Resource(env, capacity=1)

    def visitor(name: str) -> Story:
        with desk.request() as request:
            yield request
            told.append((name, env.now))
            yield 5.0

    for name in "abc":
        env.start(visitor(name))
    env.run_to(100.0)
    assert told == [("a", 0), ("b", 5), ("c", 10)]


def test_priority_resources_and_stores() -> None:
    env, told = Environment(), []
    desk, post = simpy.PriorityResource(env, capacity=1), simpy.Store(env)

    def visitor(name: str, priority: int) -> Story:
        with desk.request(priority=priority) as request:
            yield request
            yield 2.0
            yield post.put(name)

    def reader() -> Story:
        for _ in range(3):
            told.append(((yield post.get()), env.now))  # noqa: PERF401 - it yields

    env.start(reader())
    for name, priority in (("a", 2), ("b", 1), ("c", 0)):
        env.start(visitor(name, priority))
    env.run_to(100.0)
    assert told == [("a", 2), ("c", 4), ("b", 6)]


def test_any_of_and_timeouts() -> None:
    env, told = Environment(), []

    def slow() -> Story:
        yield 50.0
        return "slow"

    def story() -> Story:
        process, bell = env.start(slow()), env.timeout(7, "bell")
        found = yield env.any_of([process, bell])
        told.append((bell in found, process in found, env.now))
        found = yield process & env.timeout(1)
        told.append((found[process], env.now))

    env.start(story())
    env.run_to(100.0)
    assert told == [(True, False, 7), ("slow", 50)]


def test_interrupts_asleep_and_waiting() -> None:
    env, told = Environment(), []

    def sleeper(what: Any) -> Story:
        try:
            yield what
        except simpy.Interrupt as interrupt:
            told.append((interrupt.cause, env.now))
        told.append(((yield 4.0), env.now))

    def interrupter(processes: list[Process]) -> Story:
        yield 2.0
        for process in processes:
            process.interrupt("now")

    asleep, waiting = env.start(sleeper(60.0)), env.start(sleeper(env.timeout(60)))
    forever = env.start(sleeper(FOREVER))
    env.start(interrupter([asleep, waiting, forever]))
    env.run_to(100.0)
    assert told == [("now", 2.0)] * 3 + [(None, 6.0)] * 3


def test_an_ended_process_cannot_be_interrupted() -> None:
    env = Environment()

    def story() -> Story:
        yield 1.0

    process = env.start(story())
    env.run_to(2.0)
    with pytest.raises(RuntimeError):
        process.interrupt()


def test_simpys_own_run_and_step_drive_sleeping_processes() -> None:
    env, told = Environment(), []

    def sleeper() -> Story:
        told.append(((yield 1.0), env.now))
        told.append(((yield 100.0), env.now))
        return "done"

    process = env.start(sleeper())
    env.step()
    assert told == [(None, 1.0)]
    env.run(until=50.0)
    assert process.wake("up")
    assert env.run(until=process) == "done"
    assert told[1:] == [("up", 50.0)]


def test_a_sleep_cut_short_while_running_rings_no_more() -> None:
    """Whoever is woken by a process it starts is running: not asleep, and woken by nothing later."""
    env, told = Environment(), []

    def child(parent: Process) -> Story:
        told.append(parent.wake("up"))
        yield FOREVER

    def story(box: list[Process]) -> Story:
        yield 1.0
        env.start(child(box[0]))
        told.append((yield 5.0))
        told.append((yield FOREVER))

    box: list[Process] = []
    box.append(env.start(story(box)))
    env.run_to(100.0)
    assert told == [False, None]


def test_ordinary_simpy_processes_run_beside() -> None:
    env, told = Environment(), []

    def ordinary() -> Story:
        yield env.timeout(3)
        told.append(env.now)

    def fast() -> Story:
        yield env.process(ordinary())
        yield 1.0
        told.append(env.now)

    env.start(fast())
    env.run_to(10.0)
    assert told == [3, 4]


def test_same_times_as_plain_simpy() -> None:
    """A queue with patience told twice, once in SimPy's words: the same times to the last bit."""
    gaps, works = [0.1 * k % 0.7 for k in range(1, 60)], [0.3 * k % 1.1 for k in range(1, 60)]

    def plain() -> list[float]:
        env, told = simpy.Environment(), []
        desk = simpy.Resource(env, 2)

        def visitor(work: float) -> Story:
            with desk.request() as request:
                yield request
                yield env.timeout(work)
                told.append(env.now)

        def source() -> Story:
            for gap, work in zip(gaps, works, strict=True):
                yield env.timeout(gap)
                env.process(visitor(work))

        env.process(source())
        env.run()
        return told

    def fast() -> list[float]:
        env, told = Environment(), []
        free, queue = [2], []

        def visitor(work: float) -> Story:
            if free[0]:
                free[0] -= 1
            else:
                queue.append(env.running)
                yield FOREVER
            yield work
            told.append(env.now)
            if queue:
                queue.pop(0).wake("yours")
            else:
                free[0] += 1

        def source() -> Story:
            for gap, work in zip(gaps, works, strict=True):
                yield gap
                env.start(visitor(work))

        env.start(source())
        env.run_to(1e6)
        return told

    assert plain() == fast()
