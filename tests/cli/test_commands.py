"""Every command on the toy region: what it prints, what it writes, how it ends."""

import csv
import json
import math
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from emergency_sim.cli import main
from tests.experiment.toys import TOY, variant_file

QUICK = ["--days", "1", "--replications", "2", "--jobs", "1", "--set", "run.run_out_days=0"]
ROW = {
    "kpi", "group_kind", "group", "unit", "better", "variant_id", "base", "variant", "difference",
    "ci_low", "ci_high", "p_holm", "n", "verdict", "note",
}  # fmt: skip


def _strict(text: str) -> Any:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    return json.loads(text, parse_constant=refuse)


@pytest.fixture(scope="module")
def variant(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(variant_file(tmp_path_factory.mktemp("variant")))


def test_help_lists_the_commands_at_once() -> None:
    started = time.perf_counter()
    words = [sys.executable, "-m", "emergency_sim", "--help"]
    shown = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    seconds = time.perf_counter() - started
    for command in ("demo", "run", "compare", "validate", "kpis", "schema"):
        assert re.search(rf"^  {command} ", shown, re.MULTILINE)
    assert seconds < 5, "a loaded machine gets five times the second that is promised"


def test_run_prints_a_table_and_keeps_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(TOY), *QUICK]) == 0
    out, err = capsys.readouterr()
    assert "Median response time" in out
    assert "2 replications of 1 counted days" in out
    assert "Nothing is kept" in out
    assert err == ""


def test_a_variant_by_itself_says_what_it_lacks(
    capsys: pytest.CaptureFixture[str], variant: str
) -> None:
    assert main(["run", variant, *QUICK]) == 0
    assert "runs without its base, so nobody stays away" in capsys.readouterr().err
    assert main(["run", variant, *QUICK, "--set", "demand.distance_decay=false"]) == 0
    assert "without its base" not in capsys.readouterr().err


def test_run_speaks_norwegian(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(TOY), *QUICK, "--lang", "nb"]) == 0
    out = capsys.readouterr().out
    assert "Median responstid" in out
    assert "Oppvarming på 0 døgn: kan ikke avgjøres" in " ".join(out.split())
    assert re.search(r"\d,\d", out)


def test_run_writes_json_of_the_contract(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    assert main(["run", str(TOY), *QUICK, "--json", "--out", str(folder), "--events"]) == 0
    out, err = capsys.readouterr()
    found = _strict(out)
    assert set(found) == {"schema_version", "manifest", "rows"}
    assert all(set(row) >= ROW for row in found["rows"])
    nothing = ("variant_id", "variant", "difference", "p_holm", "verdict")
    assert all(row[key] is None for row in found["rows"] for key in nothing)
    assert all(row["reason"] for row in found["rows"] if row["base"] is None)
    assert str(tmp_path) not in json.dumps(found["rows"])
    assert (folder / "replications" / "toy" / "0001" / "events.parquet").exists()
    assert err == ""


def test_compare_shows_staffing_decay_and_incidents(
    capsys: pytest.CaptureFixture[str], variant: str, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    assert main(["compare", str(TOY), variant, *QUICK, "--out", str(folder)]) == 0
    out = capsys.readouterr().out
    for words in ("One clinic", "As given", "Equal service", "Decay off", "in both"):
        assert words in out
    flat = " ".join(out.split())
    for staffing in ("as given", "equal service"):
        assert re.search(
            rf"KS' test, no increase in duty hours and standby \({staffing}\): "
            r"(passed|failed|cannot tell)\. Rostered duty hours: .*; Standby hours: .*; Cost beside it: ",
            flat,
        )
    assert "Warm-up of 0 days: cannot tell, fewer than two counted weeks." in flat
    assert re.search(r"\bbetter\b|\bworse\b|no relevant difference|cannot tell", out)
    assert "parameters" in out
    assert "are assumed" in out
    assert (folder / "tables" / "comparison.csv").exists()
    with (folder / "tables" / "ks_test.csv").open(encoding="utf-8", newline="") as file:
        tests = list(csv.DictReader(file))
    assert [t["variant_id"] for t in tests] == ["one-clinic", "one-clinic@equal_service"]
    assert all(t["outcome"] in ("passed", "failed", "cannot_tell") for t in tests)
    assert (folder / "comparison.parquet").exists()
    assert list((folder / "maps").glob("travel-one-clinic.*"))


def test_compare_writes_json_of_the_contract(
    capsys: pytest.CaptureFixture[str], variant: str
) -> None:
    words = ["compare", str(TOY), variant, *QUICK, "--json", "--staffing", "as_given"]
    assert main([*words, "--no-decay-check"]) == 0
    found = _strict(capsys.readouterr().out)
    assert {row["variant_id"] for row in found["rows"]} == {"one-clinic"}
    assert found["manifest"]["warm_up"]["outcome"] == "cannot_tell"
    [test] = found["manifest"]["ks_test"]
    assert test["variant_id"] == "one-clinic"
    assert test["outcome"] in ("passed", "failed", "cannot_tell")
    for part in ("duty_hours", "standby", "cost"):
        verdict = test[part]["verdict"]
        assert verdict in ("better", "worse", "no_relevant_difference", "cannot_tell")
    assert test["duty_hours"]["note"] == "exact"
    assert test["cost"]["note"] == "assumed rates"
    for row in found["rows"]:
        assert row["difference"] is None or math.isclose(
            row["difference"], row["variant"] - row["base"], abs_tol=1e-9
        )
        assert row["difference"] is not None or row["reason"]


def test_validate_shows_each_shift_as_a_week(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(TOY)]) == 0
    out = capsys.readouterr().out
    assert "toy: The toy region: valid" in out
    assert "hours covered 0/1/2+ times: 63/105/0" in out  # dag, Mo-Su 08-23
    assert "    Mo ........###############." in out
    assert "envelope: 4" in out
    assert "Hours of a plain week without service" in out


def test_validate_writes_json(capsys: pytest.CaptureFixture[str], variant: str) -> None:
    assert main(["validate", str(TOY), variant, "--json"]) == 0
    found = _strict(capsys.readouterr().out)["scenarios"]
    assert [one["id"] for one in found] == ["toy", "one-clinic"]
    assert found[0]["shifts"]["natt"]["hours_by_cover"] == {"0": 105, "1": 63, "2+": 0}
    assert found[0]["hours_without_service"] == {}
    assert 0 < found[0]["demand"]["used_share_of_envelope"] < 1


def test_kpis_lists_every_indicator(capsys: pytest.CaptureFixture[str]) -> None:
    from emergency_sim.analysis.kpis import KPIS

    assert main(["kpis", "--json"]) == 0
    rows = _strict(capsys.readouterr().out)["rows"]
    assert [row["kpi"] for row in rows] == list(KPIS)
    assert all(row["source"] and row["unit"] and row["better"] for row in rows)
    assert main(["kpis"]) == 0
    assert "response_time_median  [min; better: lower" in capsys.readouterr().out


def test_schema_is_json_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    shown = _strict(capsys.readouterr().out)
    assert shown["$schema"].startswith("https://json-schema.org/")
    assert main(["schema", "--of", "scenario"]) == 0
    assert _strict(capsys.readouterr().out) == shown
    assert main(["schema", "--of", "experiment"]) == 0
    assert "factors" in _strict(capsys.readouterr().out)["properties"]
    assert main(["schema", "--of", "results"]) == 2
    assert "--of:1:1: must be scenario or experiment (got 'results')" in capsys.readouterr().err


def test_an_interrupt_ends_with_130_and_says_what_is_missing(tmp_path: Path) -> None:
    """Also where the parent had SIGINT ignored, as a shell does for jobs in the background."""
    words = [sys.executable, "-m", "emergency_sim", "run", str(TOY), "--days", "7"]
    words += ["--replications", "400", "--jobs", "2", "--out", str(tmp_path / "out")]
    run = subprocess.Popen(
        words, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )  # fmt: skip
    staging = tmp_path / ".out.partial"
    for _ in range(600):
        time.sleep(0.1)
        if len(list(staging.glob("replications/toy/*/keys.json"))) > 2:
            break
    run.send_signal(signal.SIGINT)
    _, err = run.communicate(timeout=60)
    assert run.returncode == 130
    said = re.search(r"cancelled: (\d+) units of work are done, (\d+) are missing", err)
    assert said, err
    done, missing = map(int, said.groups())
    assert done > 0
    assert missing > 0
    assert not (tmp_path / "out").exists()
    assert len(list(staging.glob("replications/toy/*/keys.json"))) >= done


INTERRUPTED_IN_A_TEXT = """
import importlib, sys

main = importlib.import_module("emergency_sim.cli.main")

def command() -> None:
    exec("import os, signal, time; os.kill(os.getpid(), signal.SIGINT); time.sleep(30)")

main.app.command("interrupted")(main._interruptible(command))
sys.exit(main.main(["interrupted"]))
"""


def test_an_interrupt_while_python_runs_a_text_ends_with_130_too(tmp_path: Path) -> None:
    """Else ``python -m`` kills itself by SIGINT at its end, although the interrupt was handled."""
    (tmp_path / "interrupted.py").write_text(INTERRUPTED_IN_A_TEXT, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "interrupted"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 130
    assert "cancelled" in run.stderr
