"""Every kind of fault says file, line, column, path, what is wrong, and what was probably meant."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emergency_sim.scenario.schema import KEYS

Change = Callable[[str, str, str], None]
Faults = Callable[..., list[str]]

ONE_CHANGE = [
    # what pydantic finds
    ("s.yaml", "rooms: 3", "rooms: '3'",
     "s.yaml:12:5: legevakter.alfa.rooms: must be a whole number (got '3')"),
    ("s.yaml", "rooms: 3", "rooms: true",
     "s.yaml:12:5: legevakter.alfa.rooms: must be a whole number (got True)"),
    ("s.yaml", "rooms: 3", "rooms: 2.5",
     "s.yaml:12:5: legevakter.alfa.rooms: must be a whole number (got 2.5)"),
    ("s.yaml", "rooms: 3", "rooms: 0",
     "s.yaml:12:5: legevakter.alfa.rooms: must be at least 1 (got 0)"),
    ("s.yaml", "rooms: 3", "romes: 3",
     "s.yaml:12:5: legevakter.alfa.romes: unknown key, did you mean 'rooms'?"),
    ("s.yaml", "rooms: 3", "in_service: yes",
     "s.yaml:12:5: legevakter.alfa.in_service: must be true or false (got 'yes')"),
    ("s.yaml", "rooms: 3", "municipality: 1001",
     "s.yaml:12:5: legevakter.alfa.municipality: must be text; put it in quotes (got 1001)"),
    ("s.yaml", "rooms: 3", 'municipality: "101"',
     "s.yaml:12:5: legevakter.alfa.municipality: must have four digits (got '101')"),
    ("s.yaml", "rooms: 3", "serves: 1001",
     "s.yaml:12:5: legevakter.alfa.serves: must be a list (got 1001)"),
    ("s.yaml", "rooms: 3", "serves: [1001]",
     "s.yaml:12:14: legevakter.alfa.serves.0: must be text; put it in quotes (got 1001)"),
    ("s.yaml", "count: 1, form: home", "count: 1, form: hom",
     ("s.yaml:14:38: legevakter.alfa.doctors.kveld.form: must be active, onsite, home, backup or "
     "daytime (got 'hom'), did you mean 'home'?")),
    ("s.yaml", "count: 1, form: home", "count: 201, form: home",
     "s.yaml:14:28: legevakter.alfa.doctors.kveld.count: must be from 0 to 200 (got 201)"),
    ("s.yaml", "count: 1, form: home", "cuont: 1, form: home",
     "s.yaml:14:28: legevakter.alfa.doctors.kveld.cuont: unknown key, did you mean 'count'?"),
    ("s.yaml", "{hours: natt, count: 1, form: home}", "{count: 1}",
     "s.yaml:14:7: legevakter.alfa.doctors.kveld.hours: a required key is missing"),
    ("s.yaml", "    doctors:\n      kveld: {hours: natt, count: 1, form: home}\n",
     "    doctors: many\n",
     "s.yaml:13:5: legevakter.alfa.doctors: must be a mapping or a whole number (got 'many')"),
    ("s.yaml", "run: {days: 7, seed: 3}", "run: {days: 0, seed: 3}",
     "s.yaml:7:7: run.days: must be greater than or equal to 1 (got 0)"),
    ("s.yaml", "run: {days: 7, seed: 3}", "run: {dyas: 7, seed: 3}",
     "s.yaml:7:7: run.dyas: unknown key, did you mean 'days'?"),
    ("s.yaml", "run: {days: 7, seed: 3}", "run: 7",
     "s.yaml:7:1: run: must be a mapping (got 7)"),
    ("s.yaml", "run: {days: 7, seed: 3}", "calendar: {start: 2024-13-01}",
     "s.yaml:7:12: calendar.start: must be a date such as 2024-01-01 (got '2024-13-01')"),
    ("s.yaml", "run: {days: 7, seed: 3}", "calibration: ssp",
     "s.yaml:7:1: calibration: must be ssb or watchtower (got 'ssp'), did you mean 'ssb'?"),
    ("s.yaml", "run: {days: 7, seed: 3}", "legevakte: {}",
     "s.yaml:7:1: legevakte: unknown key, did you mean 'legevakter'?"),
    ("s.yaml", "run: {days: 7, seed: 3}", "files: []",
     "s.yaml:7:1: files: unknown key"),
    ("s.yaml", "name: {nb: Leke, en: Toy}", "name: {nb: Leke}",
     "s.yaml:3:1: name.en: a required key is missing"),
    ("s.yaml", "id: toy\n", "",
     "s.yaml:1:1: a required key is missing: id"),
    ("s.yaml", "id: toy\n", "id: ../toy\n",
     "s.yaml:2:1: id: must match pattern '^[a-z0-9][a-z0-9._-]{0,79}$' (got '../toy')"),
    ("s.yaml", "  alfa:\n", "  ny:\n    serves: []\n    name: x\n  alfa:\n",
     "s.yaml:11:3: legevakter.ny: give node, or lon and lat"),
    # plug-ins
    ("s.yaml", "run: {days: 7, seed: 3}", "demand: {kind: poison}",
     ("s.yaml:7:10: demand.kind: unknown demand model; there are poisson, replay (got 'poison'), "
     "did you mean 'poisson'?")),
    ("s.yaml", "run: {days: 7, seed: 3}", "demand: {kind: poisson, envelop: 3.0}",
     "s.yaml:7:25: demand.envelop: unknown key, did you mean 'envelope'?"),
    ("s.yaml", "run: {days: 7, seed: 3}", "demand: {kind: poisson, envelope: 0.5}",
     "s.yaml:7:25: demand.envelope: must be from 1 to 10 (got 0.5)"),
    ("s.yaml", "run: {days: 7, seed: 3}", "demand: poisson",
     "s.yaml:7:1: demand: must be a mapping with kind (got 'poisson')"),
    ("s.yaml", "run: {days: 7, seed: 3}", "demand: {kind: poisson, factor: {area: {1003: 2}}}",
     "s.yaml:7:41: demand.factor.area.1003: unknown area (got '1003'), did you mean '1002'?"),
    ("s.yaml", "run: {days: 7, seed: 3}", "policies: {dispatch: {kind: nearst}}",
     ("s.yaml:7:23: policies.dispatch.kind: unknown dispatch policy; there are nearest, preference "
     "(got 'nearst'), did you mean 'nearest'?")),
    ("s.yaml", "run: {days: 7, seed: 3}", "policies: {queue: fifo}",
     "s.yaml:7:12: policies.queue: must be urgency or fcfs (got 'fifo')"),
    ("s.yaml", "run: {days: 7, seed: 3}", "policies: {quue: fcfs}",
     "s.yaml:7:12: policies.quue: unknown key, did you mean 'queue'?"),
    ("s.yaml", "run: {days: 7, seed: 3}",
     "policies: {dispatch: {kind: preference, order: {z1: [bil-1, bil-9]}}}",
     ("s.yaml:7:61: policies.dispatch.order.z1.1: unknown id of units (got 'bil-9'), "
     "did you mean 'bil-1'?")),
    # files
    ("s.yaml", "network: region", "network: regin",
     "s.yaml:5:1: network: there is no such folder (got 'regin')"),
    ("s.yaml", "network: region", "network: {kind: table, path: region}",
     ("s.yaml:5:11: network.kind: kind must be tables or matrix (got 'table'), "
     "did you mean 'tables'?")),
    ("s.yaml", "network: region", "network: {kind: tables, path: region, tims: x}",
     "s.yaml:5:39: network.tims: unknown key"),
    ("s.yaml", "parameters: p.yaml", "parameters: q.yaml",
     "s.yaml:6:1: parameters: there is no such parameter file (got 'q.yaml')"),
    ("s.yaml", "run: {days: 7, seed: 3}", "demand: {kind: replay, incidents: i.csv}",
     "s.yaml:7:24: demand.incidents: there is no such file (got 'i.csv')"),
    ("s.yaml", "run: {days: 7, seed: 3}", "demand: {kind: replay, incidents: /vsicurl/i.csv}",
     "s.yaml:7:24: demand.incidents: addresses are refused; give a file (got '/vsicurl/i.csv')"),
    ("s.yaml", "network: region", "network: https://x.no/region",
     "s.yaml:5:1: network: addresses are refused; give a file (got 'https://x.no/region')"),
    ("s.yaml", "schema: emergency_sim/scenario/1", "schema: emergency_sim/scenario/2",
     ("s.yaml:1:1: schema: must be emergency_sim/scenario/1 or emergency_sim/variant/1 "
     "(got 'emergency_sim/scenario/2'), did you mean 'emergency_sim/scenario/1'?")),
    ("s.yaml", "schema: emergency_sim/scenario/1\n", "",
     "s.yaml:1:1: the key schema is missing: emergency_sim/scenario/1 or emergency_sim/variant/1"),
    # parameters
    ("p.yaml", "status: published", "status: publisht",
     ("p.yaml:2:69: parameters.amk.interview.status: must be published, derived or assumed "
     "(got 'publisht'), did you mean 'published'?")),
    ("p.yaml", "minutes: 2.0", "minuts: 2.0",
     "p.yaml:2:28: parameters.amk.interview.value.minuts: unknown key, did you mean 'minutes'?"),
    ("p.yaml", "kind: constant", "kind: constat",
     ("p.yaml:2:12: parameters.amk.interview.value.kind: unknown distribution; there are constant, "
     "exponential, lognormal, mean_spread, weibull (got 'constat'), did you mean 'constant'?")),
    ("p.yaml", "range: [1, 4]", "range: [4, 1]",
     "p.yaml:2:54: parameters.amk.interview.range: low must not be above high (got [4.0, 1.0])"),
    ("p.yaml", ", source: S}", "}",
     "p.yaml:1:1: parameters.amk.interview.source: a required key is missing"),
    # references
    ("s.yaml", "rooms: 3", "lvs: lvs-b",
     ("s.yaml:12:5: legevakter.alfa.lvs: unknown id of legevaktsentraler (got 'lvs-b'), "
     "did you mean 'lvs-a'?")),
    ("s.yaml", "rooms: 3", "node: n9",
     "s.yaml:12:5: legevakter.alfa.node: unknown node of the network (got 'n9')"),
    ("s.yaml", "rooms: 3", 'call_out_area: ["1001", "1003"]',
     ("s.yaml:12:29: legevakter.alfa.call_out_area.1: unknown area (got '1003'), "
     "did you mean '1002'?")),
    ("s.yaml", 'concerned: ["1002"]', 'concerned: ["1002-est"]',
     "s.yaml:16:15: groups.concerned.0: unknown area (got '1002-est'), did you mean '1002-east'?"),
    ("s.yaml", "group: concerned}", "group: concern}",
     "s.yaml:18:52: primary.0.group: unknown group (got 'concern'), did you mean 'concerned'?"),
    ("s.yaml", "run: {days: 7, seed: 3}", "units: {bil-2: {station: st-b}}",
     "s.yaml:7:17: units.bil-2.station: unknown id of stations (got 'st-b'), did you mean 'st-a'?"),
    ("s.yaml", "run: {days: 7, seed: 3}", "units: {bil-2: {type: ambulanse}}",
     "s.yaml:7:9: units.bil-2.station: a required key is missing"),
    ("s.yaml", "run: {days: 7, seed: 3}", "units: {bil-1: {type: ambulanse}}",
     ("s.yaml:7:17: units.bil-1.type: unknown id of unit_types (got 'ambulanse'), "
     "did you mean 'ambulance'?")),
    ("s.yaml", "run: {days: 7, seed: 3}", "unit_types: {ambulance: {capabilities: [transprt]}}",
     ("s.yaml:7:26: unit_types.ambulance.capabilities: unknown capability (got 'transprt'), "
     "did you mean 'transport'?")),
    ("s.yaml", "run: {days: 7, seed: 3}", "stations: {st-a: {in_service: false}}",
     "region/sites.csv:11:12: units.bil-1.station: is not in service (got 'st-a')"),
    ("s.yaml", "run: {days: 7, seed: 3}", "legevaktsentraler: {lvs-a: {overflow_to: lvs-a}}",
     "s.yaml:7:29: legevaktsentraler.lvs-a.overflow_to: must be another one (got 'lvs-a')"),
    ("s.yaml", "run: {days: 7, seed: 3}", "triage: {amk: por}",
     "s.yaml:7:10: triage.amk: unknown confusion matrix (got 'por'), did you mean 'poor'?"),
    ("s.yaml", "run: {days: 7, seed: 3}", "hospitals: {sykehus: {functions: [birth]}}",
     "s.yaml:7:1: hospitals: no hospital in service has the function acute"),
    # hours
    ("s.yaml", '"Mo-Su 23:00-08:00"', '"Mo-Sun 23:00-08:00"',
     ("s.yaml:9:3: shifts.natt: no opening_hours, from column 6: 'n 23:00-08:00' "
     "(got 'Mo-Sun 23:00-08:00')")),
    ("s.yaml", "{hours: natt, count: 1", "{hours: nat, count: 1",
     ("s.yaml:14:15: legevakter.alfa.doctors.kveld.hours: no shift of this name and no "
     "opening_hours, from column 1: 'nat' (got 'nat'), did you mean 'natt'?")),
    # sites.csv
    ("region/sites.csv", "duty,alfa-lege-natt,alfa,", "duty,alfa-lege-natt,alfo,",
     ("region/sites.csv:7:21: parent: must be the id of amk or lvs or legevakt or satellite or "
     "fastlege (got 'alfo'), did you mean 'alfa'?")),
    ("region/sites.csv", "doctor,2,onsite", "doctor,two,onsite",
     "region/sites.csv:7:48: count: must be a whole number (got 'two')"),
    ("region/sites.csv", "doctor,2,onsite", "doctor,2,on-site",
     ("region/sites.csv:7:50: form: must be one of active, onsite, home, backup, daytime "
     "(got 'on-site'), did you mean 'onsite'?")),
    ("region/sites.csv", "doctor,2,onsite", "operator,2,onsite",
     ("region/sites.csv:7:41: role: duty at legevakt is one of doctor, nurse "
     "(got 'operator')")),
    ("region/sites.csv", "legevakt,alfa,,Alfa,1001", "legevakt,alfa,st-a,Alfa,1001",
     "region/sites.csv:6:15: parent: legevakt rows have no parent (got 'st-a')"),
    ("region/sites.csv", "unit,bil-1,st-a", "unit,bil-1,alfa",
     "region/sites.csv:11:12: units.bil-1.station: unknown id of stations (got 'alfa')"),
    ("region/sites.csv", "A 1,1001,n1,,,yes,,24/7,,1,", "A 1,1001,n1,,,yes,,24/7,,2,",
     "region/sites.csv:11:42: count: write one row a unit (got 2)"),
    ("region/sites.csv", "station,st-a,,A,1001,n1,,,yes,,,", "station,st-a,,A,1001,n1,,,yes,,Mo,",
     ("region/sites.csv:10:32: hours: station rows have no hours; write them in duty rows "
     "(got 'Mo')")),
    ("region/sites.csv", "hospital,sykehus,,Sykehus,1001,n1", "hospital,sykehus,,Sykehus,1001,n7",
     "region/sites.csv:12:32: hospitals.sykehus.node: unknown node of the network (got 'n7')"),
    ("region/sites.csv", "amk,amk-a,,AMK,1001,n1,,,yes,*", "amk,amk-a,,AMK,1001,n1,,,yes,9999",
     "region/sites.csv:2:30: amk.amk-a.serves.0: unknown area (got '9999')"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "fault"), ONE_CHANGE)
def test_one_fault(
    change: Change, faults: Faults, file: str, old: str, new: str, fault: str
) -> None:
    change(file, old, new)
    assert faults() == [fault]
    where, line, column, path, *_ = fault.split(":")
    key = path.strip().rpartition(".")[2]
    if where.endswith(".yaml") and not key.isdecimal() and "missing" not in fault:
        written = Path(where).read_text(encoding="utf-8").splitlines()[int(line) - 1]
        assert written[int(column) - 1 :].startswith(key)


def test_the_toy_has_no_fault(faults: Faults) -> None:
    assert faults() == []
    assert faults("v.yaml") == []


def test_all_faults_of_all_files_at_once(change: Change, faults: Faults) -> None:
    change("s.yaml", "rooms: 3", "romes: 3")
    change("s.yaml", "run: {days: 7, seed: 3}", "run: {days: '7', seed: 3}")
    change("s.yaml", 'concerned: ["1002"]', 'concerned: ["1009"]')
    change("p.yaml", "status: published", "status: publisht")
    change("region/sites.csv", "doctor,2,onsite", "doctor,two,onsite")
    change("region/zones.csv", "z3,1002-east", "z1,1002-east")
    found = [line.split(": ")[0] for line in faults("s.yaml", "run.sead=1")]
    assert found == [
        "--set:1:1",
        "p.yaml:2:69",
        "region/sites.csv:7:48",
        "region/zones.csv:4:1",
        "s.yaml:7:7",
        "s.yaml:12:5",
    ]


def test_a_fault_is_one_line_with_at_most_80_characters_of_the_value(
    change: Change, faults: Faults
) -> None:
    change("s.yaml", "run: {days: 7, seed: 3}", "calibration: " + "x" * 500)
    (line,) = faults()
    assert "\n" not in line
    assert len(line) < 200


def test_no_such_file(faults: Faults) -> None:
    assert faults("t.yaml") == ["t.yaml:1:1: there is no such file"]
    (line,) = faults("no-such-scenario")
    assert line.startswith("no-such-scenario:1:1: there is no such file")
    assert "more-og-romsdal" in line


def test_an_empty_file_is_1_1(faults: Faults) -> None:
    Path("s.yaml").write_text("", encoding="utf-8")
    assert faults() == ["s.yaml:1:1: the file is empty"]
    assert faults("v.yaml") == ["s.yaml:1:1: the file is empty"]


def test_primary_indicators_are_at_most_eight_and_known(change: Change, faults: Faults) -> None:
    many = "".join(f"  - {{kpi: k{n}}}\n" for n in range(8))
    change("s.yaml", "primary:\n", "primary:\n" + many)
    (line,) = faults()
    assert line.startswith("s.yaml:17:1: primary: ")
    assert "at most 8" in line


def test_primary_indicators_must_be_known_when_a_list_is_given(faults: Faults) -> None:
    assert faults("s.yaml", kpis=["response_time_median"]) == []
    assert faults("s.yaml", kpis=["response_time_mean"]) == [
        (
            "s.yaml:18:6: primary.0.kpi: unknown indicator (got 'response_time_median'), "
            "did you mean 'response_time_mean'?"
        )
    ]


def typos(word: str) -> st.SearchStrategy[str]:
    """Words with one letter of ``word`` doubled, lost or exchanged for q."""
    place = st.integers(0, len(word) - 1)
    return place.flatmap(
        lambda i: st.sampled_from(
            [
                word[:i] + word[i] + word[i:],
                word[:i] + word[i + 1 :],
                word[:i] + "q" + word[i + 1 :],
            ]
        )
    )


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_mistyped_key_is_always_reported_with_the_right_one(
    faults: Faults, data: st.DataObject
) -> None:
    original = Path("s.yaml").read_text(encoding="utf-8")
    written = ["calibration", "triage", "shifts", "groups", "primary", "rooms", "count", "form"]
    key = data.draw(st.sampled_from([k for k in written if f"{k}:" in original]))
    typo = data.draw(typos(key).filter(lambda t: t not in KEYS and len(t) > 2))
    try:
        Path("s.yaml").write_text(original.replace(f"{key}:", f"{typo}:", 1), encoding="utf-8")
        found = [line for line in faults() if f"{typo}: unknown key" in line]
        assert len(found) == 1
        assert found[0].endswith(f"did you mean '{key}'?")
    finally:
        Path("s.yaml").write_text(original, encoding="utf-8")
