"""``check`` on the toy region's own log: tables, JSON, folder, exit codes, bad input."""

import csv
import json
from pathlib import Path

import pytest

from emergency_sim.analysis.event_log import EventLog
from emergency_sim.cli import main
from emergency_sim.report.check_texts import differing
from tests.analysis.observed.logs import toy_log
from tests.cli.test_commands import ROW, _strict
from tests.experiment.toys import TOY

QUICK = ["--replications", "1", "--days", "7", "--jobs", "1"]
SLOW_CREWS = ["--set", "parameters.chute.station_day.value.median_minutes=6",
              "--set", "parameters.chute.station_night.value.median_minutes=9"]  # fmt: skip


def _check(*words: str, log: Path | None = None, mapping: Path | None = None) -> int:
    toy = toy_log()
    return main([
        "check", str(log or toy.log), str(TOY), "--mapping", str(mapping or toy.mapping), *QUICK, *words,
    ])  # fmt: skip


def test_the_terminal_shows_stages_volumes_indicators_and_the_verdict(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert _check() == 0
    out, err = capsys.readouterr()
    assert "2024-10-14, 28 days: 535 of 535 rows used" in out or "28 days:" in out
    for words in ("Stage by stage", "Turn-out (min)", "Incidents a day", "Median response time"):
        assert words in out
    assert "so the verdict goes by their size" in " ".join(out.split())
    assert "The simulation" in out
    assert "Nothing is kept" in out
    assert err == ""


def test_it_speaks_norwegian(capsys: pytest.CaptureFixture[str]) -> None:
    assert _check("--lang", "nb") == 0
    out = capsys.readouterr().out
    assert "Steg for steg" in out
    assert "Uttrykning (min)" in out


def test_the_verdict_names_the_groups_that_differ(capsys: pytest.CaptureFixture[str]) -> None:
    assert _check(*SLOW_CREWS) == 0
    last = " ".join(capsys.readouterr().out.split()).partition("The simulation differs much")[2]
    assert "Turn-out (all, acute" in last


def test_of_many_groups_some_are_named() -> None:
    rows = [("Incidents a day", name) for name in ("urgent", *"abcdefg")]
    assert differing(rows, "en") == "Incidents a day (urgent, a, b, c, d, e, 2 more)"
    assert differing([("Utrykning", "all"), rows[0]], "nb") == "Utrykning; Incidents a day (haster)"


def test_json_and_folder_are_those_of_the_contract(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "check"
    assert _check("--json", "--out", str(out), *SLOW_CREWS) == 0
    found = _strict(capsys.readouterr().out)
    assert found["verdict"] == "fail"
    assert all(set(row) >= ROW for row in found["rows"])
    assert str(tmp_path) not in json.dumps(found["rows"])
    turnout = next(
        r for r in found["rows"] if (r["kpi"], r["group"]) == ("stage_turnout_median", "all")
    )
    assert turnout["verdict"] == "fail"
    assert turnout["difference"] == pytest.approx(turnout["variant"] - turnout["base"])
    assert turnout["ci_low"] < turnout["difference"] < turnout["ci_high"] < 0
    assert "KS" in turnout["note"]
    empty = [r for r in found["rows"] if None in (r["base"], r["variant"], r["ci_low"])]
    assert empty
    assert all(r["reason"] for r in empty)
    assert found["manifest"]["log"]["tables"]["missions"]["set_aside"] == 0
    names = {p.name for p in out.iterdir()}
    assert names == {
        "stages.csv", "volumes.csv", "kpis.csv", "remarks.csv", "set_aside.csv", "check.png",
        "check.svg", "check.json", "log.parquet",
    }  # fmt: skip
    assert len(EventLog.read_parquet(out / "log.parquet")) > 4000
    with (out / "stages.csv").open(encoding="utf-8") as stream:
        stages = list(csv.DictReader(stream))
    assert {"turnout", "drive", "response", "clinic_wait"} <= {r["stage"] for r in stages}
    assert (out / "check.png").stat().st_size > 20_000
    assert _check("--out", str(out)) == 0, "a check may be written over a check"


def test_strict_exits_with_one_where_something_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert _check("--strict", *SLOW_CREWS) == 1
    out = capsys.readouterr().out
    assert "differs much from the log" in " ".join(out.split())
    line = next(x for x in out.splitlines() if x.startswith("Turn-out (min)"))
    assert line.split()[2] == "all"
    assert line.rstrip().endswith("fail (median and p90)"), "nothing is wrapped"
    assert _check("--strict", "--warn", "9", "--fail", "9", *SLOW_CREWS) == 0


def test_rows_that_are_set_aside_are_listed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    toy = toy_log()
    lines = toy.log.read_text(encoding="utf-8").splitlines()
    lines[4] = lines[4].replace(";A;", ";?;").replace(";H;", ";?;").replace(";V;", ";?;")
    log = tmp_path / "log.csv"
    log.write_text("\n".join([*lines, lines[9]]) + "\n", encoding="utf-8")
    out = tmp_path / "out"
    assert _check("--out", str(out), log=log, mapping=toy.mapping) == 0
    assert "repeats incident, unit and alarm" in " ".join(capsys.readouterr().out.split())
    with (out / "set_aside.csv").open(encoding="utf-8") as stream:
        found = [(r["line"], r["name"]) for r in csv.DictReader(stream)]
    assert found == [("5", "Hastegrad"), (str(len(lines) + 1), "Hendelse")]


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda _: b"", "log.csv:1:1: the file is empty"),
        (lambda b: b.split(b"\n")[0] + b"\n", "log.csv:2:1: there is a header and no row"),
        (lambda b: b.replace(b"Registrert", b"Registrertt", 1), "did you mean 'Registrertt'"),
        (lambda b: b.replace(b";", b","), "is the separator ',' and not ';'?"),
        (lambda b: b.replace(b".2024 ", b"-2024 "), "rows cannot be used, more than the allowed 5 %"),
        (lambda b: b.replace(b";by;", b";b\xe6;", 1), "is not utf-8"),
    ],
)  # fmt: skip
def test_a_log_that_cannot_be_read(
    spoil, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    toy = toy_log()
    log = tmp_path / "log.csv"
    log.write_bytes(spoil(toy.log.read_bytes()))
    out = tmp_path / "out"
    assert _check("--out", str(out), log=log, mapping=toy.mapping) == 2
    err = capsys.readouterr().err
    assert says in err
    assert "Traceback" not in err
    assert not out.exists()


def test_faults_of_options_mapping_and_scenario_come_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text("schema: emergency_sim/mapping/1\nmission: {}\n", encoding="utf-8")
    words = ["check", str(tmp_path), "no-such", "--mapping", str(mapping), "--warn", "2"]
    assert main(words) == 2
    err = capsys.readouterr().err
    for says in ("--warn:1:1", "did you mean 'missions'", "no-such:1:1"):
        assert says in err


def test_a_bom_and_quotes_change_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    toy = toy_log()
    text = toy.log.read_text(encoding="utf-8").replace(";A;", ';"A";')
    log = tmp_path / "log.csv"
    log.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert _check("--json", log=log, mapping=toy.mapping) == 0
    quoted = _strict(capsys.readouterr().out)["rows"]
    assert _check("--json") == 0
    assert _strict(capsys.readouterr().out)["rows"] == quoted
