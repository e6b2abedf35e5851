"""The toy region, with its ferries and drawn demand, under changed rosters: every rule still holds."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emergency_sim.experiment.compile import compile_scenario
from emergency_sim.scenario import load_scenario
from tests.properties.checks import CHECKS, nobody_stays_away
from tests.simulation.scenes import Played, events, play

TOY = Path(__file__).parents[1] / "toy" / "toy.yaml"
RUN = ["run.days=2", "run.run_out_days=1"]
FEW = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])

CHANGES = {
    "amk.amk-toy.operators.alle.count": st.integers(1, 3),
    "legevaktsentraler.lvs-toy.operators.alle.count": st.integers(1, 2),
    "legevakter.by.doctors.a.count": st.integers(1, 2),
    "legevakter.by.doctors.a.form": st.sampled_from(["onsite", "active", "home"]),
    "legevakter.by.rooms": st.integers(1, 3),
    "legevakter.oy.doctors.h.form": st.sampled_from(["home", "onsite", "active"]),
    "satellites.dal.in_service": st.sampled_from(["true", "false"]),
    "satellites.dal.first_response_min": st.sampled_from([0, 15, 60]),
    "units.a1.crew": st.sampled_from(["home", "station"]),
    "units.a2.in_service": st.sampled_from(["true", "false"]),
    "units.a3.hours": st.sampled_from(['"06:00-23:00"', '"24/7"', '"08:00-16:00"']),
    "policies.queue": st.sampled_from(["fcfs", "urgency"]),
    "policies.after_mission": st.sampled_from(["stay", "return"]),
    "policies.clinic_choice": st.sampled_from(["municipality", "nearest"]),
    "policies.dispatch.preempts": st.sampled_from(["true", "false"]),
    "demand.factor.all": st.sampled_from([1.0, 3.0, 4.0]),
    "run.seed": st.integers(0, 10_000),
}


@FEW
@given(st.fixed_dictionaries({}, optional=CHANGES))
def test_always_true(changes: dict[str, object]) -> None:
    run = play(TOY, *RUN, *(f"{path}={value}" for path, value in changes.items()))
    for check in CHECKS:
        check(run)


def test_people_stay_away_only_because_of_the_distance(tmp_path: Path) -> None:
    """The island's clinic moves to the town: with decay some stay away, without it nobody does."""
    run_days = ["run.days=20", "run.run_out_days=1", "demand.factor.all=4"]
    moved = [*run_days, "legevakter.oy.node=n01", "fastlege_offices.oy-dag.node=n01"]
    stayed_away = {}
    for decay in ("true", "false"):
        sets = [*moved, f"demand.distance_decay={decay}"]
        here = compile_scenario(load_scenario(TOY, sets), load_scenario(TOY, run_days))
        log, _ = here.replicate(0)
        run = Played(here, log, here.incidents(0), events(log))
        stayed_away[decay] = run.of("not_presented")
        for check in CHECKS:
            if check is not nobody_stays_away:
                check(run)
    assert stayed_away["true"]
    assert not stayed_away["false"]
    for e in stayed_away["true"]:
        assert e.place in ("oy", "ytre", "holme")
        assert e.code in ("nowhere", "call_113")
