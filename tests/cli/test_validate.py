"""``validate`` of experiment files: every fault at once, and what a valid one holds."""

import json
import re
from pathlib import Path

import pytest

from emergency_sim.cli import main
from tests.experiment.experiments import experiment_file
from tests.experiment.toys import TOY, variant_file


def grid(folder: Path, *, levels: str = "[1, 3]", more: str = "") -> str:
    """Write an experiment with two points and a variant; returns its file."""
    file = experiment_file(folder, replications=4, more=more)
    text = file.read_text().replace("rooms: [1]", f"rooms: {{levels: {levels}, of: [toy]}}")
    variants = f"variants: [{variant_file(folder)}]\nfactors:"
    file.write_text(text.replace("factors:", variants))
    return str(file)


def test_a_valid_experiment_says_what_it_holds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = (
        "choice: {kpi: response_time_p90, indifference: 3}\n"
        "sensitivity: {range: {draws: 60}, morris: {trajectories: 4}, levers: {fleet_size: 0.1}}\n"
    )
    assert main(["validate", grid(tmp_path, more=more)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    said = [line.strip() for line in out.splitlines()]
    assert said[0] == "toy-rooms: Rooms: valid"
    for line in (
        (
            "4 scenarios: base toy, 1 variant (one-clinic), 2 points of 1 factor (every level with "
            "every other)"
        ),
        "legevakter.by.rooms: 1, 3 (only in toy)",
        "replications: 4 of each scenario, 16 in all",
        (
            "choice of the best: by response_time_p90 (the whole region) with kn, 95 %, differences "
            "under 3.0 min do not matter, with further replications where it needs them"
        ),
        (
            "sensitivity: range over 60 draws, Morris with 4 trajectories, all assumed parameters, "
            "fleet_size moved by 10 %"
        ),
    ):
        assert line in said
    each = [line for line in said if ": valid, " in line]
    assert [line.partition(": ")[0] for line in each] == [
        "toy", "toy.001 (by.rooms=1)", "toy.002 (by.rooms=3)", "one-clinic",
    ]  # fmt: skip
    assert "Shifts in a plain week" not in out


def test_a_stopping_rule_says_when_it_looks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = Path(grid(tmp_path))
    until = "{until: [{kpi: response_time_p90, half_width: 1}], at_most: 50}"
    file.write_text(file.read_text().replace("replications: 4", f"replications: {until}"))
    assert main(["validate", str(file)]) == 0
    out = capsys.readouterr().out
    assert "response_time_p90 (the whole region) to within 1.0 min" in out
    assert "looked at after 20, 40, 50 of each scenario, so at most 200 in all" in out


def test_a_warning_of_many_scenarios_is_said_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shift = "shifts.natt=Mo-Su 23:00-08:00; Sa 12:00-13:00"
    assert main(["validate", grid(tmp_path), "--set", shift]) == 0
    out = capsys.readouterr().out
    [line] = [x for x in out.splitlines() if x.startswith("  warning: natt: ")]
    assert "cut at midnight" in line
    assert line.endswith("(in all of them)")


def test_all_faults_of_experiments_and_scenarios_come_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = (
        "choice: {kpi: contacts_per_1000}\n"
        "sensitivity: {range: {draws: 50}, levers: {fleet_size: 0.7}}\n"
        "evnts: true\n"
    )
    first = grid(tmp_path, levels="[1, two]", more=more.replace("evnts", "events"))
    (tmp_path / "b").mkdir()
    second = grid(tmp_path / "b", levels="[1, two]", more="evnts: true\n")
    assert main(["validate", first, second, "nowhere.yaml", "--lang", "de"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    faults = [line.replace(str(tmp_path), "") for line in err.splitlines()]
    assert [line.split(" ")[0] for line in faults] == [
        "--lang:1:1:", "/b/rooms.yaml:7:37:", "/b/rooms.yaml:12:1:", "/rooms.yaml:7:37:",
        "/rooms.yaml:12:10:", "/rooms.yaml:13:44:", "nowhere.yaml:1:1:",
    ]  # fmt: skip
    assert "must be a whole number (got 'two')" in faults[1]
    assert "did you mean 'events'?" in faults[2]
    assert "must be from 0 to 0.5 (got 0.7)" in faults[5]


def test_what_only_compiling_finds_names_the_points(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = Path(grid(tmp_path))
    text = file.read_text().replace("legevakter.by.rooms", "demand.factor.all")
    file.write_text(text.replace("[1, 3]", "[0.9, 40, 50]"))
    assert main(["validate", str(file)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert re.search(r"toy\.yaml:[0-9]+:[0-9]+: demand\.factor: ", lines[0])
    assert lines[0].endswith("raise demand.envelope in the base (in toy.002 (factor.all=40))")
    assert lines[1].endswith("(in toy.003 (factor.all=50))")


def test_a_variant_that_cannot_be_compared_is_a_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = Path(grid(tmp_path))
    visitors = variant_file(tmp_path, "visitors", set={"legevakter.by.outside_population": 500})
    file.write_text(file.read_text().replace(str(tmp_path / "one-clinic.yaml"), str(visitors)))
    assert main(["validate", str(file)]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert "network: has other zones or people than toy" in line
    assert line.endswith("(in visitors)")


def test_json_has_scenarios_and_experiments_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", str(TOY), grid(tmp_path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in found["scenarios"]] == ["toy"]
    [one] = found["experiments"]
    assert (one["id"], one["points"], one["most_replications"]) == ("toy-rooms", 2, 16)
    assert one["says"]["factors"]["legevakter.by.rooms"]["levels"] == [1, 3]
    assert [s["id"] for s in one["scenarios"]] == ["toy", "toy.001", "toy.002", "one-clinic"]
    assert one["scenarios"][2]["values"] == {"legevakter.by.rooms": 3}
    assert one["scenarios"][0]["incidents_a_day"] > 0
    assert str(tmp_path) not in json.dumps({**one, "says": None})


@pytest.mark.slow
@pytest.mark.parametrize("name", ["molde-doctors", "structures", "satellites-assumptions"])
def test_bundled_experiments_are_valid(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", name]) == 0
    assert f"{name}: " in capsys.readouterr().out


def test_a_name_that_is_nearly_an_experiments(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "structurs"]) == 2
    assert "did you mean 'structures'?" in capsys.readouterr().err
