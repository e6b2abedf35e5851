"""The made-up logs: their own scenario agrees, a changed one fails just there, fit finds the truth."""

from dataclasses import replace
from datetime import date

import pytest

from emergency_sim.analysis.observed.families import Fitted
from emergency_sim.analysis.observed.stage_comparison import Level
from emergency_sim.analysis.observed.stages import SUMS
from emergency_sim.experiment.observed.check import Checked, check, on_the_days_of
from emergency_sim.experiment.observed.fit import LogFit, fit_log
from emergency_sim.scenario import Scenario, load_scenario
from emergency_sim.scenario.log_mapping import read_mapping
from tests.analysis.observed.logs import DAYS, FIRST_DAY, SHIPPED, toy_log
from tests.experiment.toys import TOY


def _checked(*sets: str) -> Checked:
    toy = toy_log()
    return check(
        toy.log, load_scenario(TOY, sets), read_mapping(toy.mapping), folder=toy.folder,
        replications=3, jobs=1,
    )  # fmt: skip


def _levels(found: Checked, level: Level) -> set[str]:
    """Return the stages that reach a level in all urgencies together, those that hold others apart."""
    rows = (r for r in found.stages if r.urgency == "all" and r.stage not in SUMS)
    return {r.stage for r in rows if r.level is level}


@pytest.fixture(scope="module")
def own() -> Checked:
    """Return the toy log against the scenario that it was made with, another seed."""
    return _checked("run.seed=1")


def test_a_log_agrees_with_its_own_scenario(own: Checked) -> None:
    """No stage and no volume fails.

    A fail needs a whole interval beyond 10 %: by chance in far fewer than one row in a thousand. A
    warning needs an interval without 0, of median or tail, and so comes by chance in up to one row in
    ten: of some 50, nine or more would in 5 % of logs.
    """
    assert own.scenario.run.days == DAYS
    assert own.scenario.calendar.start == FIRST_DAY
    assert not _levels(own, Level.FAIL)
    assert all(v.level is not Level.FAIL for v in own.volumes)
    assert sum(r.level is Level.WARN for r in own.stages) <= 8
    assert len(_levels(own, Level.OK)) >= 12


def test_the_log_lies_within_the_simulations_interval_or_near(own: Checked) -> None:
    row = next(k for k in own.kpis if (k.kpi, k.group) == ("response_time_median", "all"))
    assert row.log == pytest.approx(row.simulation, rel=0.25)
    assert row.n_log > 100
    assert {k.kpi for k in own.kpis} >= {"missions_per_1000", "lvs_answer_within_120s"}
    assert "first_help_time_median" not in {k.kpi for k in own.kpis}


def test_a_doubled_turnout_fails_as_turnout_and_nothing_else() -> None:
    found = _checked(
        "run.seed=1", "parameters.chute.station_day.value.median_minutes=2.4",
        "parameters.chute.station_night.value.median_minutes=4",
    )  # fmt: skip
    assert _levels(found, Level.FAIL) == {"turnout"}


@pytest.mark.slow
def test_slower_driving_fails_as_driving_and_nothing_else() -> None:
    found = _checked(
        "run.seed=1", "parameters.drive.factor.ambulance_blue.value=1.5",
        "parameters.drive.factor.ambulance.value=1.8",
    )  # fmt: skip
    assert _levels(found, Level.FAIL) == {"drive", "transport"}


@pytest.mark.slow
def test_more_demand_shows_in_the_volumes_and_not_in_the_stages() -> None:
    found = _checked("run.seed=1", "demand.factor={all: 4.0}")
    failed = {(v.name, v.group) for v in found.volumes if v.level is not Level.OK}
    assert ("incidents_per_day", "all") in failed
    assert not _levels(found, Level.FAIL) - {"answer_116117", "call_answer", "clinic_wait"}


def test_a_log_is_set_beside_its_own_days_up_to_a_year(own: Checked) -> None:
    """Season, holidays and winter roads are then those of the log; a longer log has all seasons."""
    scenario = load_scenario(TOY)

    def chosen(length: int, days: int | None = None) -> Scenario:
        mapped = replace(own.mapped, days=length)
        return on_the_days_of(scenario, mapped, replications=None, days=days)

    for length, times in ((28, 10), (91, 10), (120, 8), (366, 3)):
        repeated = chosen(length)
        assert (repeated.run.days, repeated.run.replications) == (length, times)
        assert repeated.calendar.start == FIRST_DAY, "the toy has no warm-up"
        assert not repeated.calendar.spread_over_year
    for long, counted in ((chosen(800), scenario.run.days), (chosen(120, days=28), 28)):
        assert long.calendar.spread_over_year
        assert long.calendar.start == date(2024, 1, 1), "a Monday"
        assert long.run.days == counted
    short = on_the_days_of(scenario, own.mapped, replications=3, days=5)
    assert (short.run.days, short.run.replications) == (5, 3)
    assert short.calendar.start == FIRST_DAY


# ---------------------------------------------------------------- fit


@pytest.fixture(scope="module")
def shipped() -> LogFit:
    """Return what the shipped log proposes."""
    return fit_log(SHIPPED / "log.csv", read_mapping(SHIPPED / "mapping.yaml"), folder=SHIPPED)


def test_the_shipped_log_gives_back_what_it_was_made_with(shipped: LogFit) -> None:
    """Each 95 % interval misses in at most 5 %: of 17, three or more miss with probability 0.05.

    So at most three may; and none by more than the interval's own width. The clock of the log has
    whole seconds, and the families are those of the parameters.
    """
    truth = load_scenario("more-og-romsdal").parameters
    missed = []
    distributions = 0
    for p in shipped.proposals:
        if p.low is None or p.high is None:
            continue
        value = truth.value(p.key)
        if isinstance(value, dict):
            distributions += 1
            assert p.value["kind"] == value["kind"], p.key
            fields = {k: v for k, v in value.items() if k != "kind"}
            value = next(iter(fields.values()))
            if "sigma" in fields:
                assert p.value["sigma"] == pytest.approx(fields["sigma"], rel=0.15), p.key
        width = p.high - p.low
        assert p.low - width < value < p.high + width, p.key
        if not p.low <= value <= p.high:
            missed.append(p.key)
    assert distributions >= 12
    assert len(missed) <= 3, missed


def test_the_shape_of_the_day_comes_back(shipped: LogFit) -> None:
    truth = load_scenario("more-og-romsdal").parameters.numbers("profile.ambulance")
    mean = sum(truth) / 24
    found = next(p.value for p in shipped.proposals if p.key == "profile.ambulance")
    assert sum(found) == pytest.approx(24, abs=0.01)
    misses = sum((w - t / mean) ** 2 for w, t in zip(found, truth, strict=True))
    flat = sum((1 - t / mean) ** 2 for t in truth)
    assert misses < 0.5 * flat, "nearer the truth than a flat day by far"


def test_no_mission_tells_two_parameters(shipped: LogFit) -> None:
    """811 missions of the log drove with a patient."""
    number = {p.key: p.n for p in shipped.proposals}
    assert number["scene.conveyed"] + number["scene.at_clinic"] + number["scene.booked"] <= 811
    assert number["chute.station_day"] + number["chute.station_night"] <= 1043
    assert number["handover.hospital"] + number["handover.booked"] == 811


def test_what_the_log_cannot_tell_is_said(shipped: LogFit) -> None:
    why = {x.key: x.why for x in shipped.left_out}
    assert "roads" in why["drive.factor.*"]
    assert "under 30" in why["chute.home"]
    assert all(p.key not in why for p in shipped.proposals)


def test_rates_by_municipality_are_counts_over_people(shipped: LogFit) -> None:
    assert sum(r.n for r in shipped.rates) == shipped.incidents
    one = next(r for r in shipped.rates if r.n > 30)
    assert one.low < one.rate < one.high
    years = one.n * 1000 / one.population / one.rate
    assert years == pytest.approx(10 / 365.25, rel=0.06), "March is 3 to 4 % above the mean"


def test_every_parameter_has_a_source_and_a_range(shipped: LogFit) -> None:
    for key, one in shipped.parameters().items():
        assert one.source.startswith("fitted to log.csv (2024-03-22 to 2024-03-31), n = "), key
        assert one.status == "derived"
        assert one.range is not None or isinstance(one.value, list), key
        if isinstance(one.value, dict):
            fields = dict(one.value)
            fitted = Fitted(family=fields.pop("kind"), values=tuple(fields.items()))
            assert one.range is not None
            assert one.range[0] < fitted.first() < one.range[1]
