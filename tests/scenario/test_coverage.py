"""Every area has a clinic, a doctor and an operator at every hour, or the scenario says otherwise."""

from collections.abc import Callable

import numpy as np
import pytest

from emergency_sim.scenario import load_scenario
from emergency_sim.scenario.coverage import said

Change = Callable[[str, str, str], None]
Faults = Callable[..., list[str]]


def test_hours_without_a_clinic(change: Change, faults: Faults) -> None:
    change("s.yaml", "rooms: 3", 'hours: "Mo-Fr 00:00-08:00,15:30-24:00; Sa-Su 00:00-24:00"')
    assert faults() == [
        (
            "s.yaml:11:3: legevakter.alfa: no clinic is open for 1001, 1002, 1002-east: "
            "Mo-Fr 08:00-15:30"
        )
    ]


def test_a_public_holiday_without_a_clinic(change: Change, faults: Faults) -> None:
    office = (
        "fastlege_offices: {dag: {node: n1, serves: ['1001', '1002', 1002-east], doctors: 1}}\n"
    )
    change("s.yaml", "run: {days: 7, seed: 3}\n", office)
    change("s.yaml", "rooms: 3", 'hours: "Mo-Fr 00:00-08:00,16:00-24:00; Sa-Su 00:00-24:00"')
    (fault,) = faults()
    assert fault.endswith("1001, 1002, 1002-east: on a public holiday 08:00-16:00")
    change("s.yaml", "Sa-Su 00:00-24:00", "Sa-Su,PH 00:00-24:00")
    assert faults() == []


def test_where_the_nearest_counts_any_open_clinic_will_do(change: Change, faults: Faults) -> None:
    change("s.yaml", "rooms: 3", 'serves: ["1001", "1002"]')
    assert len(faults()) == 1
    nearest = "policies.clinic_choice=nearest"
    assert faults("s.yaml", nearest) == []
    found = faults("s.yaml", nearest, "legevakter.alfa.hours=Mo-Su 00:00-20:00")
    assert [fault.partition("no clinic is open for ")[2] for fault in found] == [
        "1001, 1002: Mo-Su 20:00-24:00",
        "1002-east: Mo-Su 20:00-24:00",
    ]


def test_an_area_that_nobody_serves(change: Change, faults: Faults) -> None:
    change("s.yaml", "rooms: 3", 'serves: ["1001", "1002"]')
    change("region/sites.csv", "yes,1001 1002 1002-east,,,,", "yes,1001 1002,,,,")
    found = faults()
    assert found[0].endswith("legevaktsentraler: no centre answers for 1002-east")
    assert found[1] == (
        "s.yaml:10:1: legevakter: no clinic is open for 1002-east: Mo-Su 00:00-24:00"
    )


@pytest.mark.parametrize(
    ("written", "gap"),
    [
        ("{hours: 24/7, count: 0}", "Mo-Su 00:00-24:00"),
        ("{hours: 24/7, form: backup}", "Mo-Su 00:00-24:00"),
        ('{hours: "Mo-Su 08:00-24:00"}', "Mo-Su 00:00-08:00"),
        ('{hours: "Mo-Fr 00:00-24:00"}', "Sa,Su 00:00-24:00"),
        ('{hours: "Mo-Tu 00:00-24:00, We-Su 00:00-23:45"}', "We-Su 23:45-24:00"),
        ('{hours: "Mo-Su 00:00-24:00; PH off"}', "on a public holiday 00:00-24:00"),
    ],
)
def test_hours_without_a_doctor(change: Change, faults: Faults, written: str, gap: str) -> None:
    change("s.yaml", "kveld: {hours: natt, count: 1, form: home}", f"natt: {written}")
    if "form" not in written and "count" not in written:
        change("s.yaml", written[:-1], written[:-1] + ", form: onsite")
    (fault,) = faults()
    assert fault == f"s.yaml:13:5: legevakter.alfa.doctors: open without a doctor on duty: {gap}"


def test_hours_without_a_doctor_may_be_meant(change: Change, faults: Faults) -> None:
    change("s.yaml", "kveld: {hours: natt, count: 1, form: home}", "natt: {count: 0}")
    assert len(faults()) == 1
    change("s.yaml", "rooms: 3", "may_be_empty: true")
    assert faults() == []


def test_a_bare_number_of_doctors_is_on_duty_while_open(faults: Faults) -> None:
    assert faults("s.yaml", "legevakter.alfa.doctors=2") == []
    assert "open without a doctor" in faults("s.yaml", "legevakter.alfa.doctors=0")[0]


def test_hours_without_an_operator(faults: Faults) -> None:
    (fault,) = faults("s.yaml", "legevaktsentraler.lvs-a.operators.natt.hours=natt")
    assert fault == (
        "--set:1:1: legevaktsentraler.lvs-a.operators.natt.hours: no operator on duty: "
        "Mo-Su 08:00-23:00"
    )
    assert "amk.amk-a" in faults("s.yaml", "amk.amk-a.operators.1.count=0")[0]


def test_a_satellite_without_a_nurse(faults: Faults) -> None:
    sets = ["satellites.sat-b.in_service=true", "satellites.sat-b.nurses.natt.hours=natt"]
    (fault,) = faults("s.yaml", *sets)
    assert "open without a nurse on duty: Mo-Su 08:00-23:00" in fault


def test_a_satellite_whose_doctor_is_away_is_a_warning() -> None:
    said_ok = load_scenario_with("satellites.sat-b.in_service=true")
    assert said_ok == []
    warnings = load_scenario_with(
        "satellites.sat-b.in_service=true",
        "legevakter.alfa.may_be_empty=true",
        "legevakter.alfa.doctors.natt.hours=natt",
    )
    assert len(warnings) == 1
    assert "open while alfa has no doctor for the video: Mo-Su 08:00-23:00" in warnings[0]


def load_scenario_with(*sets: str) -> list[str]:
    return list(load_scenario("s.yaml", sets).warnings)


@pytest.fixture(autouse=True)
def _in_folder(folder: object) -> None:
    """Every test here works on the toy's files."""


def test_places_out_of_service_are_not_looked_at(change: Change, faults: Faults) -> None:
    change("region/sites.csv", "no,,24/7,nurse,1", "no,,24/7,nurse,0")
    assert faults() == []


def test_a_scenario_of_units_only_needs_no_clinic(folder: object) -> None:
    from pathlib import Path

    Path("t.csv").write_text("s,A,B\nA,0,60\nB,60,0\n", encoding="utf-8")
    Path("u.yaml").write_text(
        "schema: emergency_sim/scenario/1\nid: u\nname: {nb: u, en: u}\nas_of: x\n"
        "network: {kind: matrix, times: t.csv}\nparameters: p.yaml\n"
        "stations: {A: {node: A}}\nunits: {one: {station: A}}\n",
        encoding="utf-8",
    )
    scenario = load_scenario("u.yaml")
    assert scenario.network.kind == "matrix"
    assert [w.split(": ", 2)[2] for w in scenario.warnings] == [
        "no hospital: every patient stays at the scene"
    ]


@pytest.mark.parametrize(
    ("sets", "message"),
    [
        (["units={}"], "amk: AMK needs units to send: units is empty"),
        (["legevakter={}"], "legevaktsentraler: a legevaktsentral needs a legevakt to refer to"),
        (["legevakter.alfa.in_service=no"], "must be true or false"),
        (["legevakter.alfa.lvs=lvs-a", "legevaktsentraler.lvs-a.in_service=false"],
         "legevakter.alfa.lvs: is not in service (got 'lvs-a')"),
    ],
)  # fmt: skip
def test_services_that_miss_each_other(faults: Faults, sets: list[str], message: str) -> None:
    assert any(message in fault for fault in faults("s.yaml", *sets))


def test_warnings_do_not_stop_anything(change: Change) -> None:
    change("s.yaml", 'natt: "Mo-Su 23:00-08:00"\n',
           'natt: "Mo-Su 23:00-08:00; Sa 12:00-15:00"\n  dag: 24/7\n')  # fmt: skip
    hidden, unused = sorted(load_scenario("s.yaml").warnings, key=lambda w: "not used" in w)
    assert hidden.startswith("s.yaml:9:3: shifts.natt: the night of 'Mo-Su 23:00-08:00' is cut at")
    assert unused == "s.yaml:10:3: shifts.dag: this shift is not used"


def test_gaps_in_words() -> None:
    missing = np.zeros(2 * 672, bool)
    missing[[0, 1, 96 * 2 + 4]] = True
    assert said(missing) == "Mo 00:00-00:30; We 01:00-01:15"
    missing[672 + 2 * 96 + 40] = True
    assert said(missing).endswith("; on a public holiday 10:00-10:15")
