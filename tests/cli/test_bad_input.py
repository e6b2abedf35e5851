"""Bad input: plain lines on stderr, exit code 2, nothing written."""

import re
from importlib import import_module
from pathlib import Path
from shutil import copytree

import pytest

from emergency_sim.cli import main
from tests.experiment.toys import TOY, variant_file

PLAIN = re.compile(r"^(emergency-sim: |\S.*:\d+:\d+: )\S")


def _refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    code = main(list(words))
    out, err = capsys.readouterr()
    assert code == 2, err
    assert out == ""
    for one in err.splitlines():
        assert PLAIN.match(one), one
        assert not set("╭╮╰╯│") & set(one)
    return err


def test_an_unknown_scenario_is_named_with_those_that_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    err = _refused(capsys, "run", "befor-pilot")
    assert "befor-pilot" in err
    assert "more-og-romsdal" in err
    assert "did you mean 'before-pilot'?" in err


def test_a_missing_file_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert "nowhere.yaml" in _refused(capsys, "validate", "nowhere.yaml")


def test_an_unknown_key_says_what_was_meant(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    copytree(TOY.parent, tmp_path / "toy")
    path = tmp_path / "toy" / "mine.yaml"
    path.write_text(TOY.read_text(encoding="utf-8").replace("hours: vakt", "hour: vakt", 1))
    err = _refused(capsys, "validate", str(path))
    assert f"{path}:" in err
    assert "legevakter.by.hour: unknown key, did you mean 'hours'?" in err


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--jobs", "0", "--jobs:1:1: must be at least 1 (got 0)"),
        ("--days", "0", "--days:1:1: must be at least 1 (got 0)"),
        ("--replications", "-3", "--replications:1:1: must be at least 1 (got -3)"),
        ("--seed", "-1", "--seed:1:1: must be at least 0 (got -1)"),
        ("--lang", "sv", "--lang:1:1: must be nb or en (got 'sv')"),
        ("--set", "run.dys=3", "did you mean 'run.days'?"),
        ("--set", "run.days", "write path=value"),
        ("--set", "run.days=many", "run.days"),
        ("--set", "legevakter.byen.rooms=3", "did you mean 'legevakter.by.rooms'?"),
    ],
)
def test_an_option_out_of_range_is_said(
    capsys: pytest.CaptureFixture[str], option: str, value: str, says: str
) -> None:
    assert says in _refused(capsys, "run", str(TOY), option, value)


def test_all_faults_come_at_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear")
    words = ["compare", "befor-pilot", "nowhere.yaml", "--jobs", "0", "--days", "0"]
    err = _refused(capsys, *words, "--out", str(tmp_path), "--staffing", "none")
    for said in ("befor-pilot", "nowhere.yaml", "--jobs", "--days", "--out", "--staffing"):
        assert said in err


def test_a_folder_with_something_else_is_left_alone(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "letters.txt").write_text("dear")
    for words in (["run", str(TOY)], ["demo"]):
        assert "holds something else" in _refused(capsys, *words, "--out", str(tmp_path))
    assert [p.name for p in tmp_path.iterdir()] == ["letters.txt"]


def test_a_folder_that_cannot_be_made_is_said(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    out = str(tmp_path / "file" / "out")
    assert "cannot be written" in _refused(capsys, "run", str(TOY), "--days", "1", "--out", out)


def test_nothing_is_written_before_everything_is_valid(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "deep" / "out"
    bad = variant_file(tmp_path, "bad", set={"legevakter.by.rooms": 0})
    _refused(capsys, "compare", str(TOY), str(bad), "--out", str(out))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.yaml"]


@pytest.mark.parametrize(
    "words", [["run"], ["run", "x", "--job", "1"], ["fly"], ["run", "x", "--days", "many"]]
)
def test_words_that_are_no_command_are_one_line(
    capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    err = _refused(capsys, *words)
    assert len(err.splitlines()) == 1


def test_a_missing_extra_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def needs_dask(*_: object, **__: object) -> None:
        raise ModuleNotFoundError("No module named 'dask'", name="dask.distributed")

    monkeypatch.setattr(import_module("emergency_sim.cli.main"), "app", needs_dask)
    err = _refused(capsys, "run", "x")
    assert err == (
        "emergency-sim: this needs the extra cluster: pip install 'emergency-sim[cluster]'\n"
    )


def test_what_is_not_possible_ends_with_3(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from emergency_sim.domain.errors import NotPossibleError

    def refuses(*_: object, **__: object) -> None:
        raise NotPossibleError("a record holds no further incidents")

    monkeypatch.setattr(import_module("emergency_sim.cli.main"), "app", refuses)
    assert main(["run", "x"]) == 3
    assert capsys.readouterr().err == "emergency-sim: a record holds no further incidents\n"
