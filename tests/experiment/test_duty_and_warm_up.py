"""Rostered duty against simulated duty, its cost, and the warm-up of small real simulations."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import emergency_sim as es
from emergency_sim.analysis.replication import exact_kpis
from emergency_sim.analysis.warm_up import WarmUp
from emergency_sim.cli.extras import write_warm_up
from emergency_sim.domain.parameters import Parameters, Status
from emergency_sim.experiment.comparing.duty_costs import (
    PARAMETERS,
    duty_rates,
    with_crews_and_rates,
)
from emergency_sim.experiment.compile import compile_scenario
from emergency_sim.scenario import Scenario, load_scenario
from tests.experiment.toys import toy

WEEKS = ("run.days=14", "run.warm_up_days=7", "run.replications=3")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> es.Results:
    # June has no public holiday after Whitsun: the plain week of the roster is that of the run
    sets = ("calendar.start=2024-06-03", "calendar.spread_over_year=false", *WEEKS)
    return es.simulate(toy(*sets), out=tmp_path_factory.mktemp("weeks") / "out", events=False)


def by_form(results: es.Results, kpi: str) -> dict[str, float]:
    rows = results.kpis
    rows = rows[(rows["kpi"] == kpi) & (rows["group_kind"] == "actor_form")]
    means = rows.groupby("group")["value"].mean()
    return {str(k): float(v) for k, v in means.items()}


def test_rostered_hours_are_the_simulated_ones_without_overtime(results: es.Results) -> None:
    rostered, simulated = (by_form(results, f"{x}_person_hours") for x in ("rostered", "duty"))
    assert set(rostered) == set(simulated)
    assert sum(rostered.values()) > 500
    for name, hours in rostered.items():
        assert hours <= simulated[name] + 1e-6, name
        assert simulated[name] <= 1.05 * hours + 1e-6, name


def test_duty_is_active_and_standby(results: es.Results) -> None:
    duty, active, standby = (
        by_form(results, f"{x}_person_hours") for x in ("duty", "active", "standby")
    )
    for name in duty:
        assert duty[name] == pytest.approx(active[name] + standby[name]), name


def test_the_cost_is_hours_times_rates(results: es.Results) -> None:
    rates = {f"{r.actor}:{r.form}": r.nok_per_hour for r in duty_rates(toy())}
    hours, cost = by_form(results, "rostered_person_hours"), by_form(results, "duty_cost")
    assert cost == pytest.approx({name: hours[name] * rates[name] for name in hours})
    whole = results.kpis
    whole = whole[(whole["kpi"] == "duty_cost") & (whole["group"] == "all")]
    assert whole["value"].tolist() == [pytest.approx(sum(cost.values()))]
    assert whole["replication"].isna().all()


def test_every_rate_is_a_parameter_with_range_source_and_status() -> None:
    scenario = load_scenario("more-og-romsdal")
    assert {r.parameter for r in duty_rates(scenario)} == set(PARAMETERS.values())
    for rate in duty_rates(scenario):
        parameter = scenario.parameters.items[rate.parameter]
        assert parameter.unit == "NOK/h"
        assert parameter.status is Status.ASSUMED  # nothing published is at hand that is enough
        assert rate.low < rate.nok_per_hour < rate.high


def test_a_rate_outside_its_range_widens_it() -> None:
    dear = toy("parameters.cost.doctor_home.value=5000")
    [rate] = [r for r in duty_rates(dear) if r.form == "home" and r.actor == "doctor"]
    assert (rate.low, rate.nok_per_hour, rate.high) == (237.0, 5000.0, 5000.0)


def test_without_rates_there_is_no_cost() -> None:
    scenario = toy()
    items = {k: v for k, v in scenario.parameters.items.items() if not k.startswith("cost.")}
    bare = replace(scenario, parameters=Parameters(items))
    found = exact_kpis(with_crews_and_rates(compile_scenario(bare)))
    assert [key for key in found if key[0] == "duty_cost"] == []
    assert found["rostered_person_hours", "all", "all"] > 0


def test_crews_are_those_of_the_simulated_units() -> None:
    compiled = compile_scenario(load_scenario("more-og-romsdal"))
    frame = with_crews_and_rates(compiled)
    crews = [line for line in frame.rosters if line.role == "crew"]
    roads = {u.id for u in compiled.world(0).units}
    assert {line.pool for line in crews} == {f"{name}:crew" for name in roads}
    assert len(roads) < len(frame.units)  # boats and helicopters are not simulated


def loaded(scenario: Scenario, folder: Path) -> dict[str, Any]:
    found = es.simulate(scenario, out=folder, events=False)
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    write_warm_up(found, folder, "en")
    checked: dict[str, Any] = manifest["warm_up"]
    return checked


def test_a_run_says_whether_its_warm_up_was_long_enough(tmp_path: Path) -> None:
    """The toy's clinics take hours to fill, so a week is ample; no run of it may say otherwise."""
    check = loaded(toy("run.days=28", "run.warm_up_days=7", "run.replications=12"), tmp_path / "o")
    assert check["warm_up_days"] == 7
    assert check["outcome"] in (WarmUp.LONG_ENOUGH.value, WarmUp.CANNOT_TELL.value)
    with (tmp_path / "o" / "tables" / "warm_up.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {r["series"] for r in rows} == {"units_busy", "patients_in_clinics", "open_incidents"}
    assert {r["span"] for r in rows} == {"first_week", "first_day"}
    assert all(float(r["later"]) > 0 and r["ci_low"] for r in rows)


def test_a_slow_start_of_a_real_simulation_is_found(tmp_path: Path) -> None:
    """Patients who leave home half a week after they called fill the clinics slowly."""
    slow = [
        f"parameters.patients.leave_home_{urgency}.value.median_minutes=5000"
        for urgency in ("urgent", "regular")
    ]
    sets = ("run.days=28", "run.replications=6", *slow)
    short = loaded(toy(*sets, "run.warm_up_days=0"), tmp_path / "short")
    assert short["outcome"] == WarmUp.TOO_SHORT.value
    found = {(r["series"], r["span"]): r for r in short["rows"]}
    assert found["open_incidents", "first_week"]["outcome"] == WarmUp.TOO_SHORT.value
    assert found["open_incidents", "first_week"]["difference"] < -0.2


def test_a_variant_with_more_duty_fails_ks_test(tmp_path: Path) -> None:
    """One doctor more on a line: more duty hours, more standby, dearer."""
    base = toy("run.days=7")
    clinic = base.legevakter["by"]
    line = next(iter(clinic.doctors))  # type: ignore[arg-type]
    more = replace(toy("run.days=7", f"legevakter.by.doctors.{line}.count=3"), id="more")
    options = es.CompareOptions(staffing="as_given", decay_check=False)
    found = es.compare(base, more, options=options, out=tmp_path / "out")
    [test] = found.ks_tests
    assert test.variant_id == "more"
    assert test.outcome == "failed"
    assert (test.duty_hours.verdict, test.cost.verdict) == ("worse", "worse")
    assert test.duty_hours.note == "exact"
    assert test.to_json() == found.results.manifest["ks_test"][0]
    [same] = es.compare(base, replace(base, id="same"), options=options).ks_tests
    assert same.outcome == "passed"
    assert {part.difference for part in same.parts} == {0.0}
