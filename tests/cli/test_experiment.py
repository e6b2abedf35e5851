"""The commands experiment and merge: what they write, refuse and say."""

import csv
import json
from pathlib import Path

import pytest

from emergency_sim.cli import main
from emergency_sim.experiment.folder.store import MARK
from tests.experiment.experiments import experiment_file, finished_units
from tests.experiment.toys import tree, variant_file

SERIAL = ["--executor", "serial"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the experiment's file and, in ``out``, its results."""
    folder = tmp_path_factory.mktemp("whole")
    file = experiment_file(folder, replications=4)
    assert main(["experiment", str(file), "--out", str(folder / "out"), *SERIAL]) == 0
    return folder


@pytest.fixture(scope="module")
def shards(whole: Path) -> list[str]:
    """Return the folders of three shards of it; the third has fewer replications."""
    folders = []
    for i in (1, 2, 3):
        out = str(whole / f"shard{i}")
        words = ["experiment", str(whole / "rooms.yaml"), "--shard", f"{i}/3", "--out", out]
        assert main([*words, *SERIAL]) == 0
        folders.append(out)
    return folders


def test_merged_shards_are_one_run(whole: Path, shards: list[str], tmp_path: Path) -> None:
    out = tmp_path / "merged"
    assert main(["merge", *reversed(shards), "--out", str(out), "--jobs", "1"]) == 0
    assert tree(out) == tree(whole / "out")
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["replications_by_origin"] == {"simulated": 0, "rescored": 0, "reused": 8}


def test_twenty_shards_of_four_replications(whole: Path, tmp_path: Path) -> None:
    """More shards than replications: most are empty, and that is no fault."""
    out = tmp_path / "shards"
    for i in range(1, 21):
        words = ["experiment", str(whole / "rooms.yaml"), "--shard", f"{i}/20"]
        assert main([*words, "--out", str(out / str(i)), *SERIAL]) == 0
    assert (
        main(["merge", *map(str, out.iterdir()), "--out", str(tmp_path / "m"), "--jobs", "1"]) == 0
    )
    assert tree(tmp_path / "m") == tree(whole / "out")


def test_a_missing_shard_is_named(
    shards: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "merged"
    assert main(["merge", shards[0], shards[2], "--out", str(out)]) == 2
    said = capsys.readouterr().err
    assert "merge:1:1: shard 2/3: 2 of 2 replications of scenarios are missing" in said
    assert "rooms.yaml --replications 4 --shard 2/3" in said
    assert list(tmp_path.iterdir()) == []


def test_the_line_of_a_missing_shard_has_the_options_of_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without them it would make a shard of another experiment."""
    file = experiment_file(tmp_path, replications=2)
    words = ["experiment", str(file), "--replications", "1", "--seed", "3"]
    assert main([*words, "--shard", "2/2", "--out", str(tmp_path / "all" / "2"), *SERIAL]) == 0
    said = capsys.readouterr().out
    assert "merge and the folders of all of them" in said
    assert main(["merge", str(tmp_path / "all" / "2"), "--out", str(tmp_path / "m")]) == 2
    said = capsys.readouterr().err
    assert f"experiment {file} --set run.seed=3 --replications 1 --shard 1/2" in said
    assert main(["merge", str(tmp_path / "all"), "--out", str(tmp_path / "m")]) == 2
    assert f"emergency-sim merge {tmp_path / 'all'}/*" in capsys.readouterr().err


def test_what_an_interrupted_run_of_something_else_left_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(experiment_file(tmp_path, replications=1))
    for seed, told in (("1", False), ("2", True)):
        out = tmp_path / f"out{seed}"
        words = ["experiment", file, "--out", str(out), "--shard", "1/1", *SERIAL]
        assert main([*words, "--seed", "1"]) == 0
        left = out.rename(out.with_name(f".{out.name}.partial"))  # as an interrupt leaves it
        (left / MARK).touch()
        assert main([*words, "--seed", seed]) == 0
        said = capsys.readouterr().err
        assert ("2 finished replications of an interrupted run with other" in said) is told


def test_the_base_is_a_candidate_unless_a_point_equals_it(tmp_path: Path) -> None:
    choice = "choice: {kpi: clinic_wait_urgent_p90, method: bootstrap}\n"
    for levels, candidates in (
        ("[1, 3]", ["toy", "toy.001", "toy.002"]),
        ("[1, 2]", ["toy.001", "toy.002"]),
    ):
        file = experiment_file(tmp_path, replications=2, more=choice)
        file.write_text(file.read_text().replace("rooms: [1]", f"rooms: {levels}"))
        out = tmp_path / levels[1:-1].replace(", ", "-")
        assert main(["experiment", str(file), "--out", str(out), *SERIAL]) == 0
        manifest = json.loads((out / "manifest.json").read_text())
        assert sorted(manifest["choice"]["scenarios"]) == candidates


def test_a_choice_without_a_procedure_is_said_where_no_rankings_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    variant = variant_file(tmp_path)
    choice = "choice: {kpi: clinic_wait_urgent_p90, method: bootstrap, indifference: 30}\n"
    file = experiment_file(tmp_path, replications=2, more=choice)
    without = file.read_text().replace("factors:\n  legevakter.by.rooms: [1]\n", "")
    file.write_text(without + f"variants: [{variant.name}]\n")
    assert main(["experiment", str(file), "--out", str(tmp_path / "out"), *SERIAL]) == 0
    shown = capsys.readouterr().out
    assert shown.count("from best to worst") == 1
    assert "one-clinic" in shown.partition("from best to worst")[2]


def test_points_stand_beside_their_factor_values(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    choice = "choice: {kpi: clinic_wait_urgent_p90, method: bootstrap}\n"
    file = experiment_file(tmp_path, replications=2, more=choice)
    file.write_text(file.read_text().replace("rooms: [1]", "rooms: [1, 3]"))
    out = tmp_path / "out"
    assert main(["experiment", str(file), "--out", str(out), *SERIAL]) == 0
    shown = capsys.readouterr().out
    ranking = shown.partition("from best to worst")[2]
    assert "toy.001 (by.rooms=1)" in ranking
    assert "toy.002 (by.rooms=3)" in ranking.partition("Outcome")[2], "KS' outcomes"
    with (out / "tables" / "ranking.csv").open(encoding="utf-8", newline="") as lines:
        factors = {row["scenario"]: row["factors"] for row in csv.DictReader(lines)}
    assert factors == {"toy": "", "toy.001": "by.rooms=1", "toy.002": "by.rooms=3"}
    chosen = json.loads((out / "manifest.json").read_text())["choice"]
    assert chosen["values"]["toy.002"] == {"legevakter.by.rooms": 3}
    assert "toy" not in chosen["values"]
    assert main(["results", "show", str(out)]) == 0
    assert "toy.002 (by.rooms=3)" in capsys.readouterr().out


def test_the_tables_say_that_they_leave_out_what_a_choice_ran(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    choice = "choice: {kpi: clinic_wait_urgent_p90, method: kn, indifference: 30}\n"
    file, out = experiment_file(tmp_path, replications=2, more=choice), tmp_path / "out"
    assert main(["experiment", str(file), "--out", str(out), *SERIAL]) == 0
    told = "The tables count the first 2 replications of each structure"
    shown = " ".join(capsys.readouterr().out.split())
    assert told in shown
    assert "2 replications of 1 counted days" in shown
    assert "Fewer than 20 replications" in shown
    assert main(["results", "show", str(out)]) == 0
    assert told in " ".join(capsys.readouterr().out.split())
    manifest = json.loads((out / "manifest.json").read_text())
    assert min(manifest["replications"].values()) >= 20
    ranking = manifest["choice"]["ranking"]
    assert {row["replications"] for row in ranking} == {2}


def test_the_same_shard_twice_counts_once(
    whole: Path, shards: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again = str(tmp_path / "again")
    words = ["experiment", str(whole / "rooms.yaml"), "--shard", "2/3", "--out", again]
    assert main([*words, *SERIAL]) == 0
    out = tmp_path / "merged"
    capsys.readouterr()
    assert main(["merge", *shards, again, "--out", str(out), "--jobs", "1"]) == 0
    assert "2 replications of scenarios stand in several folders" in capsys.readouterr().err
    assert tree(out) == tree(whole / "out")


def test_shards_that_do_not_agree_are_refused(
    whole: Path, shards: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other"
    words = ["experiment", str(whole / "rooms.yaml"), "--shard", "2/3", "--out", str(other)]
    assert main([*words, *SERIAL]) == 0
    unit = other / "replications" / "toy" / "0001"
    keys = json.loads((unit / "keys.json").read_text())
    (unit / "staff.parquet").write_bytes(b"another machine's")
    from emergency_sim.experiment.folder.provenance import file_hash

    keys["files"]["staff.parquet"] = file_hash(unit / "staff.parquet")
    (unit / "keys.json").write_text(json.dumps(keys))
    assert main(["merge", *shards, str(other), "--out", str(tmp_path / "merged")]) == 2
    assert "toy/0001 differs from that in" in capsys.readouterr().err
    assert not (tmp_path / "merged").exists()


def test_a_damaged_shard_is_refused(
    whole: Path, shards: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other"
    words = ["experiment", str(whole / "rooms.yaml"), "--shard", "2/3", "--out", str(other)]
    assert main([*words, *SERIAL]) == 0
    (other / "replications" / "toy" / "0001" / "indicators.npz").write_bytes(b"")
    assert main(["merge", shards[0], str(other), shards[2], "--out", str(tmp_path / "m")]) == 2
    said = capsys.readouterr().err
    assert "toy/0001/indicators.npz is not as it was written (0 bytes): run this shard" in said
    assert "are missing" not in said


def test_a_shard_of_another_experiment_is_refused(
    shards: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = experiment_file(tmp_path, replications=3), str(tmp_path / "o")
    assert main(["experiment", str(file), "--shard", "3/3", "--out", out, *SERIAL]) == 0
    assert main(["merge", *shards[:2], out, "--out", str(tmp_path / "merged")]) == 2
    assert "is a shard of another experiment than" in capsys.readouterr().err


def test_what_is_no_shard(whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["merge", str(whole / "out"), str(tmp_path), "--out", str(tmp_path / "m")]) == 2
    assert capsys.readouterr().err.count("holds no finished shard") == 2


def test_a_changed_experiment_is_not_merged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = experiment_file(tmp_path, replications=1), str(tmp_path / "s")
    assert main(["experiment", str(file), "--shard", "1/1", "--out", out, *SERIAL]) == 0
    file.write_text(file.read_text() + "  - {kpi: response_time_p90}\n")  # one more primary (R23)
    assert main(["merge", out, "--out", str(tmp_path / "m")]) == 2
    assert "have changed since the shards were run" in capsys.readouterr().err


def test_a_second_run_runs_nothing_and_says_so(
    whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["experiment", str(whole / "rooms.yaml"), "--out", str(whole / "out"), *SERIAL]
    before = tree(whole / "out")
    assert main([*words, "--json"]) == 0
    shown = capsys.readouterr()
    assert "8 of 8 replications are there already and are not run again" in shown.err
    found = json.loads(shown.out)
    assert found["manifest"]["replications_by_origin"]["simulated"] == 0
    assert {"kpi", "variant_id", "difference", "verdict"} <= set(found["rows"][0])
    assert tree(whole / "out") == before


def test_more_replications_run_only_the_new_ones(tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ["experiment", str(experiment_file(tmp_path, replications=2)), "--out", str(out)]
    assert main([*words, *SERIAL]) == 0
    assert main([*words, "--replications", "3", *SERIAL]) == 0
    origin = json.loads((out / "manifest.json").read_text())["replications_by_origin"]
    assert origin == {"simulated": 2, "rescored": 0, "reused": 4}


def test_other_results_are_not_lost_unasked(
    whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    words = ["experiment", str(experiment_file(tmp_path, replications=2)), "--out", str(out)]
    assert main([*words, *SERIAL]) == 0
    before = tree(out)
    assert main([*words, "--seed", "7", *SERIAL]) == 2
    said = capsys.readouterr().err
    assert "there are results of another experiment" in said
    assert "replace them with --yes" in said
    assert tree(out) == before
    assert main([*words, "--seed", "7", *SERIAL, "--yes"]) == 0
    assert tree(out) != before


def test_more_replications_are_not_lost_to_fewer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    words = ["experiment", str(experiment_file(tmp_path, replications=2)), "--out", str(out)]
    assert main([*words, *SERIAL]) == 0
    before = tree(out)
    assert main([*words, "--replications", "1", *SERIAL]) == 2
    assert "there are results of more replications, 2 (of 2" in capsys.readouterr().err
    assert tree(out) == before


def test_the_design_lies_beside_the_results(whole: Path) -> None:
    text = (whole / "out" / "tables" / "design.csv").read_text()
    assert text.splitlines() == ["id,scenario,legevakter.by.rooms", "toy.001,toy,1"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--shard", "0/3"], "--shard:1:1: must be i/n with i from 1 to n, such as 3/20"),
        (["--shard", "four"], "--shard:1:1: must be i/n"),
        (["--executor", "ray"], "--executor:1:1: must be one of serial, loky, dask (got 'ray')"),
        (["--scheduler", "localhost"], "--scheduler:1:1: must be the address of a dask scheduler"),
        (["--jobs", "0"], "--jobs:1:1: must be at least 1 (got 0)"),
        (["--replications", "0"], "--replications:1:1: must be at least 1 (got 0)"),
    ],
)
def test_bad_options(
    words: list[str], said: str, whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["experiment", str(whole / "rooms.yaml"), *words]) == 2
    assert said in capsys.readouterr().err


def test_options_and_files_are_faulted_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = experiment_file(tmp_path, more="replicatons: 3\n")
    assert main(["experiment", str(file), "--shard", "5/3"]) == 2
    said = capsys.readouterr().err
    assert "--shard:1:1" in said
    assert "did you mean 'replications'?" in said


def test_without_the_extra_one_line_names_it(
    whole: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "distributed", None)
    out = str(whole / "dask")
    words = ["experiment", str(whole / "rooms.yaml"), "--executor", "dask", "--out", out]
    assert main(words) == 2
    assert "pip install 'emergency-sim[cluster]'" in capsys.readouterr().err.splitlines()[-1]


def test_a_sensitivity_analysis_has_to_be_confirmed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = "sensitivity: {range: {draws: 50}, parameters: [drive.winter_factor]}\n"
    file = experiment_file(tmp_path, replications=1, more=more)
    words = ["experiment", str(file), "--out", str(tmp_path / "out"), *SERIAL]
    code = main(words)
    said = capsys.readouterr().err
    assert code == 2, said
    assert "sensitivity: 100 replications of scenarios (draws 100)" in said
    assert "of CPU time" in said
    assert "--executor serial --yes" in said
    assert list(tmp_path.iterdir()) == [file], "what was run to measure the cost is gone"


def test_a_refused_sensitivity_analysis_leaves_what_an_earlier_run_finished(
    tmp_path: Path,
) -> None:
    out, words = tmp_path / "out", ["experiment", "--out", str(tmp_path / "out"), *SERIAL]
    file = experiment_file(tmp_path, replications=1)
    assert main([*words, str(file)]) == 0
    left = out.rename(tmp_path / ".out.partial")  # as an interrupt leaves it
    (left / MARK).touch()
    more = "sensitivity: {range: {draws: 50}, parameters: [drive.winter_factor]}\n"
    assert main([*words, str(experiment_file(tmp_path, replications=1, more=more))]) == 2
    assert finished_units(out) == 2
    assert not (left / "sensitivity").exists()


def test_a_group_that_does_not_exist_is_told_after_one_replication(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = (
        "  - {kpi: clinic_wait_urgent_p90, group_kind: district, group: bu}\n"
        "  - {kpi: clinic_wait_urgent_p90, group_kind: clinic, group: by}\n"
    )
    file = experiment_file(tmp_path, replications=4, more=more)
    out = tmp_path / "out"
    assert main(["experiment", str(file), "--out", str(out), *SERIAL]) == 2
    said = capsys.readouterr().err
    assert f"{file}:11:57: primary.1.group: there is no such district; there are" in said
    assert "primary.2.group_kind: clinic_wait_urgent_p90 has no such kind of groups; it has" in said
    assert finished_units(out) == 2


def test_shards_that_were_run_with_more_on_the_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Merge reads the file again as it was laid over, and says the whole line of what is missing."""
    words = ["experiment", str(experiment_file(tmp_path, replications=2)), "--events"]
    words += ["--set", "legevakter.by.rooms=2", "--seed", "3"]
    shards = [str(tmp_path / f"s{i}") for i in (1, 2)]
    for i in (1, 2):
        assert main([*words, "--shard", f"{i}/2", "--out", shards[i - 1], *SERIAL]) == 0
    assert main([*words, "--out", str(tmp_path / "whole"), *SERIAL]) == 0
    assert main(["merge", *shards, "--out", str(tmp_path / "merged"), "--jobs", "1"]) == 0
    assert tree(tmp_path / "merged") == tree(tmp_path / "whole")
    assert len(list((tmp_path / "merged").glob("replications/*/*/events.parquet"))) == 4
    capsys.readouterr()
    assert main(["merge", shards[0], "--out", str(tmp_path / "one")]) == 2
    said = capsys.readouterr().err
    line = "--set legevakter.by.rooms=2 --set run.seed=3 --replications 2 --events --shard 2/2"
    assert line in said


def test_merge_loses_neither_other_results_nor_a_shard(
    whole: Path, shards: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    words = ["experiment", str(experiment_file(tmp_path, replications=2)), "--seed", "7"]
    assert main([*words, "--out", str(out), *SERIAL]) == 0
    before = tree(out)
    capsys.readouterr()
    assert main(["merge", *shards, "--out", str(out), "--jobs", "1"]) == 2
    assert "there are results of another experiment" in capsys.readouterr().err
    assert tree(out) == before
    assert main(["merge", *shards, "--out", shards[0], "--jobs", "1", "--yes"]) == 2
    assert "is one of the shards" in capsys.readouterr().err
    assert json.loads((Path(shards[0]) / "manifest.json").read_text())["kind"] == "shard"
    assert main(["merge", *shards, "--out", str(out), "--jobs", "1", "--yes"]) == 0
    assert tree(out) == tree(whole / "out")


@pytest.mark.parametrize("more", [["--days", "2"], ["--set", "legevakter.by.rooms=3"]])
def test_another_length_or_scenario_is_another_experiment(
    more: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    words = ["experiment", str(experiment_file(tmp_path, replications=1)), "--out", str(out)]
    assert main([*words, *SERIAL]) == 0
    before = tree(out)
    assert main([*words, *more, *SERIAL]) == 2
    assert "there are results of another experiment" in capsys.readouterr().err
    assert tree(out) == before


def test_a_variant_with_a_length_of_its_own_and_a_shard_may_grow(tmp_path: Path) -> None:
    """All have the length of the base, so the variant's own is no other experiment."""
    variant = variant_file(tmp_path, set={"run.days": 9, "legevakter.by.rooms": 2})
    file = experiment_file(tmp_path, replications=2, more=f"variants: [{variant}]\n")
    for more in ([], ["--shard", "1/2"]):
        words = ["experiment", str(file), *more, *SERIAL, "--out", str(tmp_path / f"o{len(more)}")]
        assert main(words) == 0
        assert main([*words, "--replications", "3"]) == 0
