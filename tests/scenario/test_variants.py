"""Variants and --set: what they change, what they refuse, and where their faults stand."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emergency_sim.domain.parameters import Status
from emergency_sim.domain.places import DutyForm
from emergency_sim.scenario import load_scenario, resolved, scenario_hash

Change = Callable[[str, str, str], None]
Faults = Callable[..., list[str]]


@pytest.fixture(autouse=True)
def _in_folder(folder: Path) -> None:
    """Every test here works on the toy's files."""


def test_the_scenario_lies_over_the_places_of_sites_csv() -> None:
    scenario = load_scenario("s.yaml")
    alfa = scenario.legevakter["alfa"]
    assert (alfa.name, alfa.rooms, alfa.node) == ("Alfa", 3, "n1")
    assert isinstance(alfa.doctors, dict)
    assert {name: line.count for name, line in alfa.doctors.items()} == {"natt": 2, "kveld": 1}
    assert alfa.doctors["kveld"].form is DutyForm.HOME
    assert scenario.opening_hours("natt") == "Mo-Su 23:00-08:00"
    assert scenario.opening_hours("24/7") == "24/7"
    assert scenario.amk["amk-a"].serves == ()
    assert scenario.units["bil-1"].station == "st-a"
    assert scenario.satellites["sat-b"].legevakt == "alfa"
    assert scenario.base is None


def test_a_variant_removes_sets_and_adds() -> None:
    variant = load_scenario("v.yaml")
    assert variant.satellites["sat-b"].in_service
    doctors = variant.legevakter["alfa"].doctors
    assert isinstance(doctors, dict)
    assert {name: line.count for name, line in doctors.items()} == {"natt": 1}
    assert variant.units["bil-2"].hours == "natt"
    assert (variant.id, variant.base, variant.base_file) == ("toy-b", "toy", Path("s.yaml"))
    assert variant.name.en == "B"
    assert [str(path) for path in variant.files[:4]] == [
        "v.yaml", "s.yaml", "region/sites.csv", "p.yaml",
    ]  # fmt: skip


def test_a_variant_of_a_variant_in_another_folder() -> None:
    Path("more").mkdir()
    Path("more/w.yaml").write_text(
        "schema: emergency_sim/variant/1\nbase: ../v.yaml\nid: toy-c\nname: {nb: C, en: C}\n"
        "set: {run.days: 9}\n",
        encoding="utf-8",
    )
    scenario = load_scenario("more/w.yaml")
    assert scenario.run.days == 9
    assert scenario.base == "toy-b"
    assert scenario.base_file == Path("v.yaml")
    assert "bil-2" in scenario.units
    assert scenario.network.path == Path("region")


def test_the_file_of_a_variant_is_relative_to_the_variant() -> None:
    Path("more").mkdir()
    Path("more/q.yaml").write_text(
        Path("p.yaml").read_text(encoding="utf-8").replace("0.5", "0.7"), encoding="utf-8"
    )
    Path("more/w.yaml").write_text(
        "schema: emergency_sim/variant/1\nbase: ../s.yaml\nid: toy-c\nname: {nb: C, en: C}\n"
        "set: {parameters: q.yaml}\n",
        encoding="utf-8",
    )
    assert load_scenario("more/w.yaml").parameters.number("regular.share") == 0.7


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("legevakter.alfa.doctors.natt.count: 1", "legevakter.alfa.docters.natt.count: 1",
         ("v.yaml:7:3: legevakter.alfa.docters.natt.count: unknown path; add makes a new thing, "
         "did you mean 'legevakter.alfa.doctors.natt.count'?")),
        ("satellites.sat-b.in_service", "satellites.sat-c.in_service",
         ("v.yaml:6:3: satellites.sat-c.in_service: unknown path; add makes a new thing, "
         "did you mean 'satellites.sat-b.in_service'?")),
        ("satellites.sat-b.in_service", "satelites.sat-b.in_service",
         ("v.yaml:6:3: satelites.sat-b.in_service: unknown path; add makes a new thing, "
         "did you mean 'satellites.sat-b.in_service'?")),
        ("natt.count: 1", "natt.count: one",
         "v.yaml:7:3: legevakter.alfa.doctors.natt.count: must be a whole number (got 'one')"),
        ("units.bil-2: {station: st-a, hours: natt}", "units.bil-1: {station: st-a}",
         "v.yaml:9:3: units.bil-1: is there already; use set"),
        ("units.bil-2: {station: st-a, hours: natt}", "unit.bil-2: {station: st-a}",
         "v.yaml:9:3: unit.bil-2: cannot be added here, did you mean 'units.bil-2'?"),
        ("units.bil-2: {station: st-a, hours: natt}", "units.bil-2: {station: st-b}",
         ("v.yaml:9:17: units.bil-2.station: unknown id of stations (got 'st-b'), "
         "did you mean 'st-a'?")),
        ("legevakter.alfa.doctors.kveld", "legevakter.alfa.doctors.kvelt",
         ("v.yaml:11:5: legevakter.alfa.doctors.kvelt: there is nothing to remove, "
         "did you mean 'legevakter.alfa.doctors.kveld'?")),
        ("  - legevakter.alfa.doctors.kveld", "  - 7",
         "v.yaml:11:5: remove: must be a dotted path (got 7)"),
        ("base: s.yaml", "base: t.yaml", "v.yaml:2:1: base: there is no such file (got 't.yaml')"),
        ("base: s.yaml", "base: v.yaml",
         "v.yaml:2:1: base: the bases form a circle: v.yaml -> v.yaml"),
        ("base: s.yaml\n", "", ("v.yaml:1:1: base: a variant needs base: the file that it varies "
         "(got None)")),
        ("id: toy-b\n", "", "v.yaml:1:1: a required key is missing: id"),
        ("id: toy-b\n", "id: toy-b\nunits: {}\n",
         ("v.yaml:4:1: units: unknown key of a variant; what it changes stands under set, add or "
         "remove")),
        ("id: toy-b\n", "id: toy-b\nadds: {}\n",
         ("v.yaml:4:1: adds: unknown key of a variant; what it changes stands under set, add or "
         "remove, did you mean 'add'?")),
        ("set:\n", "set:\n  primary.0.kpi: 3\n",
         "v.yaml:6:3: primary.0.kpi: must be text; put it in quotes (got 3)"),
        ("set:\n", "set:\n  parameters.regular.share.status: known\n",
         ("v.yaml:6:3: parameters.regular.share.status: must be published, derived or assumed "
         "(got 'known')")),
        ("set:\n", "set:\n  parameters.regular.shar.value: 1\n",
         ("v.yaml:6:3: parameters.regular.shar.value: unknown path; add makes a new thing, "
         "did you mean 'parameters.regular.share'?")),
    ],
)  # fmt: skip
def test_a_fault_of_a_variant_stands_in_the_variant(
    change: Change, faults: Faults, old: str, new: str, fault: str
) -> None:
    change("v.yaml", old, new)
    assert faults("v.yaml") == [fault]


def test_a_fault_of_the_base_stands_in_the_base(change: Change, faults: Faults) -> None:
    change("s.yaml", "rooms: 3", "rooms: none")
    assert faults("v.yaml") == [
        "s.yaml:12:5: legevakter.alfa.rooms: must be a whole number (got 'none')"
    ]


def test_a_gap_that_the_variant_makes_stands_in_the_variant(change: Change, faults: Faults) -> None:
    change("v.yaml", "natt.count: 1", "natt.count: 0")
    (fault,) = faults("v.yaml")
    assert fault.startswith("v.yaml:11:5: legevakter.alfa.doctors: open without a doctor")


def test_a_circle_of_bases(faults: Faults) -> None:
    for one, other in (("a", "b"), ("b", "c"), ("c", "a")):
        Path(f"{one}.yaml").write_text(
            f"schema: emergency_sim/variant/1\nbase: {other}.yaml\nid: {one}\n"
            "name: {nb: x, en: x}\n",
            encoding="utf-8",
        )
    (fault,) = faults("a.yaml")
    assert "a.yaml -> b.yaml -> c.yaml -> a.yaml" in fault
    assert fault.startswith("c.yaml:2:1: base: ")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("run.days=two", "--set:1:1: run.days: must be a whole number (got 'two')"),
        ("run.dags=2", "--set:1:1: run.dags: unknown path, did you mean 'run.days'?"),
        ("run.days", "--set:1:1: run.days: write path=value, such as run.days=56"),
        ("run.days=", "--set:1:1: run.days: give a value after ="),
        ("run.days=[1", "--set:1:1: run.days: no YAML: "),
        ("run.days=*x", "--set:1:1: run.days: aliases are refused"),
        ("units.bil-9.hours=24/7", ("--set:1:1: units.bil-9.hours: unknown path, did you mean "
         "'units.bil-1.hours'?")),
    ],
)  # fmt: skip
def test_a_fault_of_the_command_line(faults: Faults, text: str, fault: str) -> None:
    found = faults("s.yaml", text)
    assert len(found) == 1
    assert found[0].startswith(fault)


def test_sets_reach_defaults_parameters_lists_and_plug_ins() -> None:
    scenario = load_scenario(
        "s.yaml",
        [
            "run.replications=5",
            "calendar.spread_over_year=false",
            "parameters.amk.interview.value={kind: exponential, mean_minutes: 3}",
            "primary.0.group=concerned",
            "demand.factor.area.1002=1.5",
            "policies.dispatch.preempts=false",
            "legevakter.alfa.doctors=2",
            "groups.concerned=['1001', '1002']",
        ],
    )
    assert scenario.run.replications == 5
    assert not scenario.calendar.spread_over_year
    assert scenario.parameters.distribution("amk.interview").mean_s == 180
    assert scenario.demand.factor.area == {"1002": 1.5}
    assert not scenario.policies.dispatch.preempts
    assert scenario.legevakter["alfa"].doctors == 2
    assert scenario.groups["concerned"] == ("1001", "1002")


def test_a_changed_parameter_is_an_assumption_of_the_scenario() -> None:
    changed = load_scenario("s.yaml", ["parameters.amk.interview.value.minutes=3"])
    one = changed.parameters.items["amk.interview"]
    assert one.status is Status.ASSUMED
    assert one.source == "set by the scenario; before: {'kind': 'constant', 'minutes': 2.0}, S"
    kept = load_scenario("s.yaml").parameters.items["amk.interview"]
    assert (kept.status, kept.source) == (Status.PUBLISHED, "S")
    with_source = load_scenario(
        "s.yaml",
        ["parameters.amk.interview.value.minutes=3", "parameters.amk.interview.source=NKLM"],
    ).parameters.items["amk.interview"]
    assert (with_source.status, with_source.source) == (Status.PUBLISHED, "NKLM")


def test_parameters_beside_their_file(change: Change, faults: Faults) -> None:
    change("s.yaml", "parameters: p.yaml",
           "parameters:\n  file: p.yaml\n  regular.share: {value: 0.9}")  # fmt: skip
    assert load_scenario("s.yaml").parameters.number("regular.share") == 0.9
    change("s.yaml", "regular.share:", "regular.shar:")
    assert faults() == [
        "s.yaml:8:3: regular.shar: unknown parameter, did you mean 'regular.share'?"
    ]


SETTINGS = {
    "run.days": ("9", "7"),
    "calibration": ("watchtower", "ssb"),
    "legevakter.alfa.rooms": ("5", "3"),
    "legevakter.alfa.doctors.natt.count": ("4", "2"),
    "satellites.sat-b.in_service": ("true", "false"),
    "parameters.regular.share.value": ("0.8", "0.5"),
    "policies.queue": ("fcfs", "urgency"),
    "shifts.natt": ("Mo-Su 22:00-08:00", "Mo-Su 23:00-08:00"),
    "groups.concerned": ("['1001']", "['1002']"),
}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(sorted(SETTINGS)), st.integers(1, 4))
def test_set_and_set_back_gives_the_same_hash(order: list[str], n: int) -> None:
    original = scenario_hash(load_scenario("s.yaml"))
    away = [f"{path}={SETTINGS[path][0]}" for path in order[:n]]
    back = [f"{path}={SETTINGS[path][1]}" for path in order[:n]]
    assert scenario_hash(load_scenario("s.yaml", away)) != original
    assert scenario_hash(load_scenario("s.yaml", away + back[::-1])) == original


def test_setting_what_holds_by_default_changes_nothing() -> None:
    original = load_scenario("s.yaml")
    again = load_scenario("s.yaml", ["run.replications=20", "demand.envelope=2.0"])
    assert resolved(again) == resolved(original)
