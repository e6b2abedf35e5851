"""The engine and the idiomatic model write the same log: each verifies the other."""

from dataclasses import replace

import pytest

from benchmarks.engine import (
    differences,
    engine_inside,
    idiomatic_inside,
    of_engine,
    of_idiomatic,
    prepare,
)


def _differences(case):
    log = engine_inside(case)
    assert len(log) > 50_000
    return differences(of_engine(log), of_idiomatic(idiomatic_inside(case)))


@pytest.mark.parametrize("scenario", ["more-og-romsdal", "molde-satellites"])
def test_both_write_the_same_log(scenario):
    assert _differences(prepare(scenario, days=2)) == []


def test_both_write_the_same_log_when_everybody_must_wait():
    """Few units, operators and doctors: queues, pre-emption, long waits, people who give up."""
    case = prepare("molde-satellites", days=2, replication=1)
    world = case.world

    def half(centre):
        return replace(centre, operators=centre.operators[::2])

    def one_doctor_less(clinic):
        return replace(clinic, doctors=clinic.doctors[:1], rooms=1)

    world = replace(
        world,
        units=world.units[::4],
        amk=tuple(half(c) for c in world.amk),
        lvs=tuple(half(c) for c in world.lvs),
        clinics=tuple(one_doctor_less(c) for c in world.clinics),
    )
    assert _differences(case._replace(world=world)) == []


def test_a_difference_is_found():
    case = prepare("more-og-romsdal", days=2)
    ours = of_engine(engine_inside(case))
    late = [(ours.events[0][0] + 1, *ours.events[0][1:]), *ours.events[1:]]
    assert differences(ours, ours._replace(events=sorted(late)))
    values = [v + 0.001 for v in ours.values]
    assert differences(ours, ours._replace(values=values))
