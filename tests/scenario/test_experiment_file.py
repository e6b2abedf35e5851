"""Experiment files: scenarios laid out, and every fault with file, line and column at once."""

from pathlib import Path

import pytest

from emergency_sim.analysis.kpis import KPIS as ALL
from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.scenario import Experiment, load_experiment
from emergency_sim.scenario.experiment_parts import is_experiment
from emergency_sim.scenario.experiment_schema import Span, UntilPrecise

KPIS = {
    name: ALL[name].indicator
    for name in (
        "response_time_p90", "clinic_wait_urgent_p90", "response_time_median", "contacts_per_1000",
        "oncall_hours_per_week",
    )
}  # fmt: skip
TOP = """\
schema: emergency_sim/experiment/1
id: toy-doctors
name: {nb: Leger, en: Doctors}
base: s.yaml
"""
GRID = """\
variants: [v.yaml]
factors:
  legevakter.alfa.doctors.natt.count: [1, 2]
  legevakter.alfa.rooms: {levels: [3, 4], of: [toy]}
"""


def _loaded(folder: Path, text: str, *sets: str) -> Experiment:
    (folder / "e.yaml").write_text(TOP + text, encoding="utf-8")
    return load_experiment("e.yaml", sets, kpis=KPIS)


def _faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(InputFaults) as caught:
        _loaded(folder, text)
    return [str(fault) for fault in caught.value.faults]


def test_grid_over_base_and_variants(folder: Path) -> None:
    found = _loaded(folder, GRID)
    assert [s.id for s in found.others] == [
        "toy.001", "toy.002", "toy.003", "toy.004", "toy-b.001", "toy-b.002",
    ]  # fmt: skip
    assert found.base.id == "toy"
    values = {
        s.id: (s.legevakter["alfa"].doctors["natt"].count, s.legevakter["alfa"].rooms)
        for s in found.others
    }
    assert values["toy.001"] == (1, 3)
    assert values["toy.002"] == (1, 4)
    assert values["toy.004"] == (2, 4)
    assert values["toy-b.002"][0] == 2
    assert {p.id: p.of for p in found.points}["toy-b.001"] == "toy-b"


def test_without_factors_scenarios_keep_their_ids(folder: Path) -> None:
    assert [s.id for s in _loaded(folder, "variants: [v.yaml]\n").others] == ["toy-b"]


def test_length_seed_and_primary_are_the_experiments(folder: Path) -> None:
    primary = "primary:\n  - {kpi: response_time_p90}\n"
    found = _loaded(folder, "variants: [v.yaml]\nrun: {days: 3, seed: 9}\n" + primary)
    assert (found.base.run.days, found.base.run.seed) == (3, 9)
    assert [p.kpi for p in found.base.primary] == ["response_time_p90"]
    assert _loaded(folder, GRID, "run.days=5").base.run.days == 5


def test_a_command_lines_days_win_over_the_files(folder: Path) -> None:
    assert _loaded(folder, GRID + "run: {days: 3}\n", "run.days=5").base.run.days == 5


def test_a_stopping_rule(folder: Path) -> None:
    text = (
        GRID + "replications: {until: [{kpi: response_time_p90, half_width: 1.0}], at_most: 100}\n"
    )
    asked = _loaded(folder, text).spec.replications
    assert isinstance(asked, UntilPrecise)
    assert asked.schedule() == (20, 40, 80, 100)


def test_a_range_goes_to_the_design(folder: Path) -> None:
    text = (
        "factors:\n  legevakter.alfa.rooms: {low: 1, high: 5}\n"
        "design: {kind: latin_hypercube, points: 3}\n"
    )
    (folder / "e.yaml").write_text(TOP + text, encoding="utf-8")

    def draw(factors: dict, design: object, seed: int) -> list[dict]:
        assert factors == {"legevakter.alfa.rooms": Span(low=1, high=5)}
        return [{"legevakter.alfa.rooms": n} for n in (1, 3, 5)]

    found = load_experiment(folder / "e.yaml", kpis=KPIS, draw=draw)
    assert [s.legevakter["alfa"].rooms for s in found.others] == [1, 3, 5]


def test_all_faults_of_all_files_at_once(folder: Path) -> None:
    scenario = folder / "v.yaml"
    scenario.write_text(scenario.read_text().replace("base: s.yaml", "base: t.yaml"))
    found = _faults(folder, "variants: [v.yaml, w.yaml]\nreplicatoins: 3\nevents: maybe\n")
    assert [line.split(" ", 1)[0] for line in found] == [
        "e.yaml:5:20:", "e.yaml:6:1:", "e.yaml:7:1:", "v.yaml:2:1:",
    ]  # fmt: skip
    assert "did you mean 'replications'?" in found[1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "e.yaml:1:1: nothing to compare"),
        ("factors:\n  legevakter.alfa.romes: [1]\n",
         "e.yaml:6:3: legevakter.alfa.romes: unknown path, did you mean 'legevakter.alfa.rooms'?"),
        ("factors:\n  legevakter.alfa.rooms: [1, two]\n",
         "e.yaml:6:30: legevakter.alfa.rooms: must be a whole number (got 'two')"),
        ("factors:\n  legevakter.alfa.rooms: [1, 1]\n", ("e.yaml:6:30: factors.legevakter.alfa.rooms"
         ".levels.1: stands twice (got 1)")),
        ("factors:\n  legevakter.alfa.rooms: {low: 1, high: 3}\n",
         "e.yaml:6:3: factors.legevakter.alfa.rooms: a range needs design"),
        ("factors:\n  legevakter.alfa.rooms: {low: 3, high: 1}\n",
         "e.yaml:6:27: factors.legevakter.alfa.rooms.low: must be below high"),
        ("factors:\n  legevakter.alfa.rooms: {levels: [1], of: [toi]}\n",
         ("e.yaml:6:45: factors.legevakter.alfa.rooms.of.0: unknown id of base or variants (got "
         "'toi'), did you mean 'toy'?")),
        ("factors:\n  run.days: [7, 14]\n",
         "e.yaml:6:3: factors.run.days: all scenarios have the base's, so its levels would not"),
        ("variants: [s.yaml]\n", "e.yaml:5:12: variants.0: stands for two scenarios (got 'toy')"),
        ("variants: [v.yaml]\nreplications: 0\n", "e.yaml:6:1: replications: must be"),
        ("variants: [v.yaml]\nreplications: {until: [{kpi: response_tim_p90, half_width: 1}]}\n",
         ("e.yaml:6:25: replications.until.0.kpi: unknown indicator (got 'response_tim_p90'), did "
         "you mean 'response_time_p90'?")),
        (("variants: [v.yaml]\nreplications: {until: [{kpi: response_time_p90, half_width: 1}],"
         " at_least: 10}\n"), "e.yaml:6:66: replications.at_least: must be greater than or equal"),
        ("variants: [v.yaml]\nprimary:\n  - {kpi: nonsense}\n",
         "e.yaml:7:6: primary.0.kpi: unknown indicator (got 'nonsense')"),
        ("variants: [v.yaml]\nrun: {days: 0}\n", "e.yaml:6:7: run.days: must be greater"),
        ("variants: [v.yaml]\nrun: {dais: 7}\n",
         "e.yaml:6:7: run.dais: unknown key, did you mean 'days'?"),
        ("variants: [v.yaml]\ndesign: ful\n",
         "e.yaml:6:1: design.kind: must be full or latin_hypercube (got 'ful'), did you mean"),
        ("variants: [v.yaml]\nchoice: {kpi: response_time_p90, method: ocba}\n",
         "e.yaml:6:34: choice.method: ocba needs common_random_numbers: false"),
        ("variants: [v.yaml]\nchoice: {kpi: contacts_per_1000}\n",
         "e.yaml:6:10: choice.kpi: no direction of it is better"),
        (("variants: [v.yaml]\nreplications: {until: [{kpi: oncall_hours_per_week, half_width: 1}]}"
         "\n"), "e.yaml:6:25: replications.until.0.kpi: holds no chance"),
        ("variants: [v.yaml]\nsensitivity: {range: {draws: 10}}\n",
         "e.yaml:6:23: sensitivity.range.draws: must be greater than or equal to 50"),
        ("variants: [v.yaml]\nsensitivity: {range: {draws: 50}, parameters: [regular.shar]}\n",
         "e.yaml:6:48: sensitivity.parameters.0: unknown parameter (got 'regular.shar'), did you"),
        ("variants: [v.yaml]\nreplications: -4\n",
         "e.yaml:6:1: replications: must be greater than or equal to 1 (got -4)"),
        ("variants: [v.yaml]\nreplications: many\n",
         "e.yaml:6:1: replications: must be a mapping or a whole number (got 'many')"),
        ("base: t.yaml\n", "e.yaml:5:1: base: the key stands already on line 4"),
        ("variants: &a [v.yaml]\n", "e.yaml:5:11: variants: anchors are refused"),
    ],
)  # fmt: skip
def test_faults(folder: Path, text: str, said: str) -> None:
    found = _faults(folder, text)
    assert any(line.startswith(said) for line in found), found


def test_a_base_that_is_not_there(folder: Path) -> None:
    (folder / "e.yaml").write_text(TOP.replace("s.yaml", "before-pilt"), encoding="utf-8")
    with pytest.raises(InputFaults) as caught:
        load_experiment(folder / "e.yaml", kpis=KPIS)
    assert any(f.line == 4 and f.did_you_mean == "before-pilot" for f in caught.value.faults)


def test_an_unknown_bundled_experiment() -> None:
    with pytest.raises(InputFaults, match="did you mean 'molde-doctors'"):
        load_experiment("molde-docters")


def test_a_list_whose_only_entry_is_wrong_is_not_called_empty_too(folder: Path) -> None:
    text = "variants: [v.yaml]\nreplications: {until: [{kpi: response_time_p90, half_width: -1}]}\n"
    assert len(_faults(folder, text)) == 1
    empty = _faults(folder, "variants: [v.yaml]\nreplications: {until: []}\n")
    assert any("until: must have at least one entry" in line for line in empty), empty


def test_an_unknown_factor_is_told_once_whatever_its_levels(folder: Path) -> None:
    """And it hides no bad level of another factor."""
    more = "  legevakter.alfa.doctors.natt.count: [1, two]\n"
    found = _faults(
        folder, f"variants: [v.yaml]\nfactors:\n  legevakter.alfa.romes: [1, 2, 3]\n{more}"
    )
    assert len(found) == 2, found
    assert found[0] == (
        "e.yaml:7:3: legevakter.alfa.romes: unknown path, did you mean 'legevakter.alfa.rooms'?"
    )
    assert found[1].startswith("e.yaml:8:43: legevakter.alfa.doctors.natt.count: must be")


def test_a_factor_that_some_scenarios_have_names_the_others(folder: Path) -> None:
    (folder / "w.yaml").write_text(
        "schema: emergency_sim/variant/1\nbase: s.yaml\nid: toy-w\nname: {nb: W, en: W}\n"
        "remove: [legevakter.alfa.doctors.kveld]\n",
        encoding="utf-8",
    )
    text = "variants: [w.yaml]\nfactors:\n  legevakter.alfa.doctors.kveld.count: {}\n"
    [said] = _faults(folder, text.format("[1, 2]"))
    assert said.startswith(
        "e.yaml:7:3: legevakter.alfa.doctors.kveld.count: unknown path in toy-w; name the scenarios "
        "that have it under of"
    )
    found = _loaded(folder, text.format("{levels: [1, 2], of: [toy]}"))
    assert [s.id for s in found.others] == ["toy.001", "toy.002", "toy-w"]


@pytest.mark.parametrize(
    "other",
    ["replicatoins: 3\n", "events: maybe\n", "primary:\n  - {kpi: nonsense}\n",
     "  legevakter.alfa.doctors.natt.count: {low: 1, high: 2}\n"],
)  # fmt: skip
def test_a_fault_elsewhere_hides_no_bad_level(folder: Path, other: str) -> None:
    found = _faults(folder, f"factors:\n  legevakter.alfa.rooms: [1, two]\n{other}")
    assert len(found) == 2, found
    assert found[0].startswith("e.yaml:6:30: legevakter.alfa.rooms: must be a whole number")


def test_what_the_layers_above_find_stands_in_the_file_too(folder: Path) -> None:
    def refuse(*_: object) -> list[Fault]:
        return [Fault(file="?", path="run.days", message="is too few"),
                Fault(file="?", path="choice.kpi", message="is a second fault of this key")]  # fmt: skip

    def draw(*_: object) -> list[dict]:
        raise InputFaults([Fault(file="?", path="design.points", message="are twins")])

    text = (
        "variants: [v.yaml]\nfactors: {legevakter.alfa.rooms: {low: 1, high: 3}}\n"
        "design: {kind: latin_hypercube, points: 9}\nrun: {days: 3}\nchoice: {kpi: nonsense}\n"
    )
    (folder / "e.yaml").write_text(TOP + text, encoding="utf-8")
    with pytest.raises(InputFaults) as caught:
        load_experiment("e.yaml", kpis=KPIS, draw=draw, check=refuse)
    assert [str(fault) for fault in caught.value.faults] == [
        "e.yaml:7:33: design.points: are twins",
        "e.yaml:8:7: run.days: is too few",
        "e.yaml:9:10: choice.kpi: unknown indicator (got 'nonsense')",
    ]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("schema: emergency_sim/experiment/1", True),
        ("schema: emergency_sim/experimnt/1", True),
        ("schema: emergency_sim/scenario/1", False),
        ("schema: emergency_sim/variant/1\nfactors: {}", False),
        ("base: s.yaml\nfactors: {}", True),
        ("base: s.yaml\nset: {}", False),
        ("- 1", False),
        ("a: [", False),
        ("", False),
    ],
)
def test_experiment_files_are_told_from_scenarios(folder: Path, text: str, answer: bool) -> None:
    (folder / "x.yaml").write_text(text, encoding="utf-8")
    assert is_experiment("x.yaml") is answer


def test_bundled_experiments_are_told_from_scenarios(folder: Path) -> None:
    known = {name: is_experiment(name) for name in ("structures", "structurs", "before-pilot")}
    assert known == {"structures": True, "structurs": True, "before-pilot": False}
    assert not is_experiment("nowhere.yaml")
