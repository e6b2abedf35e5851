"""A toy simulation in which one duration plainly decides how long patients wait."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emergency_sim.domain.errors import InputFaults
from emergency_sim.experiment.folder import store
from emergency_sim.experiment.sensitivity.carrying import measured_seconds, read_points, run_points
from emergency_sim.experiment.sensitivity.dimensions import select
from emergency_sim.experiment.sensitivity.effects import morris_effects, ranked
from emergency_sim.experiment.sensitivity.outcomes import Laid, lay_out
from emergency_sim.experiment.sensitivity.points import Ground
from emergency_sim.experiment.sensitivity.sampling import Design, draws, morris
from emergency_sim.experiment.work.executors import Workers
from emergency_sim.scenario import load_scenario
from tests.experiment.toys import one_clinic, toy

pytest.importorskip("SALib")

HERE = Workers(jobs=1)
WAIT = ("clinic_wait_regular_median", "all", "all")
COST = ("duty_cost", "all", "all")
LONG = "parameters.clinic.consultation.range=[4, 45]"
VARIED = ("cost.operator", "clinic.consultation", "patients.taxi_wait_min", "chute.home")


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    base = toy(LONG, "run.days=3")
    variant = one_clinic(tmp_path_factory.mktemp("variant"))
    parameters = base.parameters
    return Ground(
        base=base,
        variants=(replace(variant, run=base.run, calendar=base.calendar, parameters=parameters),),
    )


@pytest.fixture(scope="module")
def trajectories(ground: Ground) -> Design:
    selection = select(ground.base, ground.variants, VARIED, {"calibration": 0, "fleet_size": 0})
    return morris(
        selection.varied, 4, levels=4, seed=1, replications=1, contradiction=ground.contradiction
    )


def test_the_duration_that_dominates_comes_first_and_what_does_nothing_is_0(
    ground: Ground, trajectories: Design, tmp_path: Path
):
    points = lay_out(ground, trajectories)
    assert len(points) == 4 * 5
    counts = run_points(points, tmp_path, workers=HERE)
    assert counts == {"simulated": 40, "reused": 0, "rescored": 0}
    found = read_points(ground, points, tmp_path, workers=HERE, wanted=(WAIT, COST))
    level = {e.key: e for e in morris_effects(trajectories, found.levels()[WAIT], seed=1)}
    assert ranked(list(level.values()))[0].key == "clinic.consultation"
    assert level["clinic.consultation"].mu > 5 * level["patients.taxi_wait_min"].mu_star
    assert level["cost.operator"].mu_star == 0  # a price moves no patient: byte for byte the same
    cost = {e.key: e for e in morris_effects(trajectories, found.levels()[COST], seed=1)}
    assert ranked(list(cost.values()))[0].key == "cost.operator"
    assert cost["clinic.consultation"].mu_star == 0
    # the same again takes up everything
    assert run_points(points, tmp_path, workers=HERE)["reused"] == 40
    assert not list(tmp_path.rglob("incidents.parquet"))


def test_base_and_variants_meet_the_same_incidents_at_every_point(
    ground: Ground, trajectories: Design
):
    """The step that moves a duration only leaves every incident, and another rate keeps the rest."""
    from emergency_sim.experiment.compile import compile_scenario

    def incidents(laid: Laid, scenario: object) -> np.ndarray:
        compiled = compile_scenario(scenario, laid.reference)
        potential = compile_scenario(laid.reference).potential(laid.replications[0])
        return compiled.incidents(laid.replications[0], potential)["id"]

    first, second = lay_out(ground, trajectories)[:2]
    assert np.array_equal(incidents(first, first.base), incidents(second, second.base))
    factor = replace(first.base.demand.factor, all=3.3)
    more = replace(first.base, demand=replace(first.base.demand, factor=factor))
    assert set(incidents(first, first.base)) < set(incidents(first, more))


def test_the_envelope_is_raised_where_a_point_asks_for_more(ground: Ground):
    (calibration,) = select(ground.base, (), ["cost.operator"], {"fleet_size": 0}).varied[1:]
    design = Design(
        kind="range", dimensions=(calibration,), unit=np.array([[0.1], [0.9]]),
        block=np.arange(2), replications=1, rejected=(),
    )  # fmt: skip
    points = lay_out(ground, design)
    assert [p.base.calibration for p in points] == ["ssb", "watchtower"]
    assert [p.variants[0].calibration for p in points] == ["ssb", "watchtower"]
    # other calls double under watchtower: 3 times the base's rate, times 2 and more
    assert {p.reference.demand.envelope for p in points} == {6.6}
    assert {p.reference.calibration for p in points} == {"ssb"}


def test_profiles_move_the_potential_incidents_and_rates_do_not(ground: Ground):
    base = ground.base
    shaped = ground.reference({"profile.ambulance": 1.2, "amb.urgent_by_113": 25.0}, 4.0)
    assert shaped.parameters.value("profile.ambulance") != base.parameters.value(
        "profile.ambulance"
    )
    assert shaped.parameters.value("amb.urgent_by_113") == base.parameters.value(
        "amb.urgent_by_113"
    )


def test_every_parameter_that_shapes_the_potential_incidents_is_named(ground: Ground):
    """What moves times and places of potential incidents at equal rates is TABLE_SHAPING."""
    from emergency_sim.experiment.compile import compile_scenario
    from emergency_sim.experiment.sensitivity.points import TABLE_SHAPING

    weekend_too = replace(ground.base, run=replace(ground.base.run, days=5))
    compiled = compile_scenario(weekend_too)
    before = compiled.potential(0)
    for d in select(ground.base, (), levers={"calibration": 0, "fleet_size": 0}).varied:
        compiled.scenario = ground.laid(weekend_too, {d.key: d.low if d.low != d.given else d.high})
        after = compiled.potential(0)
        same = np.array_equal(before.time_s, after.time_s) and np.array_equal(
            before.zone, after.zone
        )
        assert same != d.key.startswith(TABLE_SHAPING), d.key


def test_draws_contradict_nothing_and_both_calibrations_are_in_them(ground: Ground):
    selection = select(ground.base, ground.variants)
    design = draws(selection.varied, 20, seed=1, replications=1, contradiction=ground.contradiction)
    for point in lay_out(ground, design):
        for scenario in ground.scenarios:
            asked = ground.asked(scenario, design.numbers(point.point))
            assert asked <= point.reference.demand.envelope
    at = selection.keys.index("calibration")
    assert (design.unit[:, at] < 0.5).sum() == 10
    assert all("more than there are" in reason for reason, _ in design.rejected)


def test_what_a_variant_sets_itself_stays_its_own(ground: Ground):
    items = dict(ground.variants[0].parameters.items)
    items["chute.home"] = replace(items["chute.home"], value={**items["chute.home"].value,
                                                              "median_minutes": 9})  # fmt: skip
    parameters = type(ground.base.parameters)(items)
    own = Ground(base=ground.base, variants=(replace(ground.variants[0], parameters=parameters),))
    laid = own.laid(own.variants[0], {"chute.home": 3.5, "doctors.phone": 11.0})
    assert laid.parameters.value("chute.home")["median_minutes"] == 9
    assert laid.parameters.value("doctors.phone")["median_minutes"] == 11.0
    assert own.laid(own.base, {"chute.home": 3.5}).parameters.value("chute.home")[
        "median_minutes"] == 3.5  # fmt: skip


def test_all_assumed_parameters_are_varied_or_named_with_a_reason(ground: Ground):
    selection = select(ground.base, ground.variants)
    assumed = {k for k, p in ground.base.parameters.items.items() if p.status == "assumed"}
    assert assumed == ({*selection.keys} | {k for k, _ in selection.left_out}) - {
        "calibration", "fleet_size"}  # fmt: skip
    assert {"calibration", "fleet_size"} < set(selection.keys)
    assert {k for k, _ in selection.left_out} == {
        "triage.matrix.identity", "triage.matrix.poor", "demand.municipality_season",
        "distance.if_not_presented", "drive.winter_months", "convey.legevakt_problems",
    }  # fmt: skip


def test_wrong_keys_and_levers_are_all_told(ground: Ground):
    with pytest.raises(InputFaults) as error:
        select(
            ground.base, (), ["chute.hom", "drive.winter_months"], {"fleet_size": 0.7, "cars": 1}
        )
    told = str(error.value)
    assert (
        "sensitivity.parameters.0: unknown parameter (got 'chute.hom'), did you mean 'chute.home'?"
        in told
    )
    assert "sensitivity.parameters.1: has no range" in told
    assert "sensitivity.levers.fleet_size: must be from 0 to 0.5 (got 0.7)" in told
    assert "sensitivity.levers.cars: unknown lever" in told


def test_the_cost_is_measured_on_the_first_point_and_not_paid_twice(
    ground: Ground, trajectories: Design, tmp_path: Path
):
    points = lay_out(ground, trajectories)
    assert measured_seconds(points, tmp_path) > 0
    done = sorted(p.parent.name for p in tmp_path.rglob(store.INDICATORS))
    assert len(done) == 2
    assert run_points(points[:1], tmp_path, workers=HERE)["reused"] == 2
    assert measured_seconds(points, tmp_path) > 0.01  # a resumed study is not free of cost


def test_distance_decay_is_1_in_the_base_at_every_point():
    """Slower cars take other ways; in the base nobody is further from the clinic for that (R3)."""
    from emergency_sim.experiment.compile import compile_scenario

    district = Ground(base=load_scenario("before-pilot"), variants=())
    slow = {"drive.factor.car": 1.15}
    laid = district.laid(district.base, slow)
    reference = district.reference(slow, 2.0)
    compiled = compile_scenario(laid, reference)
    own = compiled.access.decay_km(at_satellites=False)
    assert np.array_equal(compiled.reference_km, own, equal_nan=True)
    as_given = compile_scenario(district.base).access.decay_km(at_satellites=False)
    assert not np.array_equal(as_given, own, equal_nan=True)
