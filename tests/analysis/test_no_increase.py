"""KS' test: no increase in duty hours and standby, the cost beside it and judged by its range."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from emergency_sim.analysis.comparison_rows import ComparisonRow
from emergency_sim.analysis.no_increase import KsTest, Outcome, cost_bounds, ks_tests
from emergency_sim.analysis.rosters import DutyRate
from emergency_sim.analysis.verdict import Verdict

HOME = DutyRate(
    actor="doctor", form="home", parameter="cost.doctor_home", nok_per_hour=250.0, low=200.0,
    high=300.0, status="assumed",
)  # fmt: skip
ONSITE = replace(
    HOME,
    form="onsite",
    parameter="cost.doctor_present",
    nok_per_hour=1000.0,
    low=800.0,
    high=1500.0,
)
ACTIVE = replace(ONSITE, form="active")
RATES = (HOME, ONSITE, ACTIVE)


def row(
    kpi: str, base: float, variant: float, verdict: str | None, *, group: str = "all",
    interval: tuple[float, float] | None = None,
) -> ComparisonRow:  # fmt: skip
    low, high = interval or (None, None)
    return ComparisonRow(
        kpi=kpi, group_kind="all" if group == "all" else "actor_form", group=group, unit="x",
        better="lower", variant_id="v", base=base, variant=variant, difference=variant - base,
        ci_low=low, ci_high=high, p_holm=None, n=None, verdict=verdict,
        note="exploratory; exact" if interval is None else "exploratory", reason=None,
        spread_low=None, spread_high=None,
    )  # fmt: skip


def judged(
    duty: float | None, standby: str | None, *, home: float = 0.0, onsite: float = 0.0
) -> KsTest:
    """Return the test of a variant: more hours of duty in all, of home and of on-site duty."""
    rows = [
        row("rostered_person_hours", 500.0, 500.0 + (duty or 0.0), "no_relevant_difference"),
        row("standby_person_hours", 400.0, 410.0, standby, interval=(-5.0, 25.0)),
        row("duty_cost", 9e5, 9e5 + 250 * home + 1000 * onsite, "better"),
        row("rostered_person_hours", 100.0, 100.0 + home, "worse", group="doctor:home"),
        row("rostered_person_hours", 100.0, 100.0 + onsite, "worse", group="doctor:onsite"),
    ]
    [found] = ks_tests(rows[1:] if duty is None else rows, {"base": RATES, "v": RATES}, "base")
    return found


@pytest.mark.parametrize(
    ("duty", "standby", "expected"),
    [
        (-5.0, "better", Outcome.PASSED),
        (0.0, "better", Outcome.PASSED),
        (0.0, "no_relevant_difference", Outcome.PASSED),
        (1.0, "better", Outcome.FAILED),  # however little: it is exact
        (-5.0, "worse", Outcome.FAILED),
        (1.0, "cannot_tell", Outcome.FAILED),
        (-5.0, "cannot_tell", Outcome.CANNOT_TELL),
        (-5.0, None, Outcome.CANNOT_TELL),
        (None, "better", Outcome.CANNOT_TELL),
    ],
)
def test_passed_is_neither_higher_and_failed_is_one_of_them_higher(
    duty: float | None, standby: str | None, expected: Outcome
) -> None:
    found = judged(duty, standby)
    assert found.outcome is expected
    assert found.duty_hours.note == ("" if duty is None else "exact")
    assert found.standby.note == ""
    assert (found.standby.low, found.standby.high) == (-5.0, 25.0)


@pytest.mark.parametrize(
    ("home", "onsite", "expected"),
    [
        (0.0, 0.0, Verdict.NO_RELEVANT_DIFFERENCE),
        (20.0, 0.0, Verdict.NO_RELEVANT_DIFFERENCE),  # at most 6000 of the relevant 10 000
        (100.0, 0.0, Verdict.WORSE),
        (-100.0, 0.0, Verdict.BETTER),
        (-100.0, 22.0, Verdict.CANNOT_TELL),  # the sign depends on the rates
        (-400.0, 22.0, Verdict.BETTER),
    ],
)
def test_the_cost_is_judged_by_the_whole_range_of_the_rates(
    home: float, onsite: float, expected: Verdict
) -> None:
    found = judged(-5.0, "better", home=home, onsite=onsite)
    assert found.cost.verdict is expected
    assert found.cost.note == "assumed rates"
    assert found.cost.difference is not None
    assert found.cost.low is not None
    assert found.cost.high is not None
    assert found.cost.low <= found.cost.difference <= found.cost.high


def test_the_cost_has_no_say() -> None:
    dear = judged(-5.0, "better", onsite=1000.0)
    assert (dear.outcome, dear.cost.verdict) == (Outcome.PASSED, Verdict.WORSE)


def test_rates_of_one_parameter_move_together() -> None:
    """Presence moved from one form to another costs the same, whatever its rate is."""
    hours = {"doctor:onsite": (100.0, 60.0), "doctor:active": (0.0, 40.0)}
    assert cost_bounds(hours, RATES, RATES) == (0.0, 0.0)


def test_a_rate_that_the_variant_sets_is_another_one() -> None:
    dearer = replace(HOME, nok_per_hour=400.0, low=350.0, high=450.0)
    assert cost_bounds({"doctor:home": (10.0, 10.0)}, [HOME], [dearer]) == (500.0, 2500.0)


def test_without_rates_the_cost_cannot_be_told() -> None:
    rows = [
        row("rostered_person_hours", 500.0, 400.0, "better"),
        row("standby_person_hours", 400.0, 300.0, "better", interval=(-120.0, -80.0)),
    ]
    [found] = ks_tests(rows, {}, "base")
    assert found.outcome is Outcome.PASSED
    assert (found.cost.verdict, found.cost.difference) == (Verdict.CANNOT_TELL, None)
    assert json.loads(json.dumps(found.to_json(), allow_nan=False))["outcome"] == "passed"


def test_a_table_has_one_row_a_variant() -> None:
    flat = judged(-5.0, "cannot_tell").flat()
    assert flat["variant_id"] == "v"
    assert flat["outcome"] == "cannot_tell"
    for part in ("duty_hours", "standby", "cost"):
        assert {f"{part}_{x}" for x in ("base", "variant", "difference", "verdict")} <= set(flat)


def test_variants_without_standby_are_not_tested() -> None:
    assert ks_tests([row("not_presented", 1.0, 2.0, "worse")], {}, "base") == ()
