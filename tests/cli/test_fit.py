"""``fit``: a log's parameters, written so that a scenario can use them at once."""

import csv
from pathlib import Path

import pytest

from emergency_sim.cli import main
from emergency_sim.experiment.compile import compile_scenario
from emergency_sim.scenario import load_scenario
from emergency_sim.scenario.parameters import read_parameter_set
from tests.analysis.observed.logs import SHIPPED, toy_log
from tests.cli.test_commands import _strict
from tests.experiment.toys import TOY


def test_the_shipped_log_needs_no_option(capsys: pytest.CaptureFixture[str]) -> None:
    """A mapping.yaml beside the log is taken by itself."""
    assert main(["fit", str(SHIPPED / "log.csv")]) == 0
    out, err = capsys.readouterr()
    assert "chute.station_day" in out
    assert "What the log cannot tell" in out
    assert "Nothing is kept" in out
    assert err == ""


def test_parameters_make_the_round_trip(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """As a file of parameters, pasted into a scenario, and as a variant that is ready."""
    out = tmp_path / "fit"
    words = ["fit", str(SHIPPED / "log.csv"), "--out", str(out), "--base", "more-og-romsdal"]
    assert main([*words, "--json"]) == 0
    found = _strict(capsys.readouterr().out)
    file = out / "parameters.yaml"
    fitted = read_parameter_set(file, name="parameters.yaml")
    assert list(fitted) == [p["key"] for p in found["parameters"]]
    for p in found["parameters"]:
        limits = fitted.items[p["key"]].range
        assert (limits is None) == (p["low"] is None), p["key"]
        if limits is not None:
            assert limits == pytest.approx((p["low"], p["high"]), rel=1e-3), p["key"]
    variant = load_scenario(out / "variant.yaml")
    before = load_scenario("more-og-romsdal").parameters
    for key, one in fitted.items.items():
        assert variant.parameters.items[key] == one, key
        assert before.items[key].unit == one.unit, key
        assert type(before.items[key].value) is type(one.value) or isinstance(one.value, float), key
    assert {k for k in before if before.items[k] != variant.parameters.items[k]} == set(fitted)
    compile_scenario(variant)
    pasted = "".join(f"  {line}\n" for line in file.read_text().splitlines()[1:])
    toy = TOY.read_text(encoding="utf-8").replace(
        "network: region", f"network: {TOY.parent / 'region'}"
    )
    own = tmp_path / "own.yaml"
    own.write_text(f"{toy}\nparameters:\n{pasted}", encoding="utf-8")
    for key, one in fitted.items.items():
        assert load_scenario(own).parameters.items[key] == one, key
    with (out / "fit.csv").open(encoding="utf-8") as stream:
        rows = {r["key"]: r for r in csv.DictReader(stream)}
    assert float(rows["scene.conveyed"]["score_lognormal"]) > float(
        rows["scene.conveyed"]["score_exponential"]
    )
    with (out / "profile.csv").open(encoding="utf-8") as stream:
        assert len(list(csv.DictReader(stream))) == 24
    assert main(words) == 0, "a fit may be written over a fit"
    assert "emergency-sim compare" in capsys.readouterr().out


def test_an_event_log_of_ours_needs_no_mapping(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run = tmp_path / "run"
    words = ["run", str(TOY), "--replications", "1", "--days", "28", "--jobs", "1", "--events"]
    assert main([*words, "--out", str(run)]) == 0
    from emergency_sim.analysis.event_log import EventLog

    [events] = run.rglob("events.parquet")
    log = tmp_path / "ours.csv"
    EventLog.read_parquet(events).write_csv(log)
    capsys.readouterr()
    home = ["--crew-at-home", "a3"]
    assert main(["fit", str(log), "--start", "2024-09-11", *home, "--json"]) == 0
    found = _strict(capsys.readouterr().out)
    assert found["log"]["start"] == "2024-09-11"
    turnout = next(p for p in found["parameters"] if p["key"] == "chute.station_day")
    assert turnout["low"] < 1.2 < turnout["high"]


def test_a_log_without_origin_and_base_tells_less(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    toy = toy_log()
    lines = toy.mapping.read_text(encoding="utf-8").splitlines()
    dropped = ("origin: Melder", "at_base: På stasjon", "population:")
    kept = [x for x in lines if not x.strip().startswith(dropped)]
    mapping = tmp_path / "m.yaml"
    text = "\n".join(kept).split("\ncalls:")[0]
    mapping.write_text(text, encoding="utf-8")
    code = main(["fit", str(toy.log), "--mapping", str(mapping), "--json"])
    out, err = capsys.readouterr()
    if code == 0:
        found = _strict(out)
        why = {x["key"]: x["why"] for x in found["left_out"]}
        assert why["chute.station_day"] == "the log has no missions.at_base"
        assert "missions.origin" in why["scene.conveyed"]
        assert why["amb.acute_by_113"] == "no population is given"
    assert code == 0, err


@pytest.mark.parametrize(
    ("content", "words", "code", "says"),
    [
        ("a,b\n1,2\n", [], 2, "is no event log of ours: say by --mapping FILE"),
        ("", [], 2, "the file is empty"),
        ("time_ms,kind,incident\n0,unit_on,\n", [], 2, "holds no incident"),
        ("time_ms,kind,incident\n0,incident,1\n", [], 3, "nothing can be fitted"),
        ("time_ms,kind,incident\n0,incidnt,1\n", [], 2, "did you mean 'incident'"),
        ("a,b\n", ["--start", "monday"], 2, "--start:1:1: must be a date"),
        ("a,b\n", ["--base", "more-og-romsdal"], 2, "--base:1:1: needs --out"),
    ],
)  # fmt: skip
def test_what_cannot_be_fitted(
    content: str, words: list[str], code: int, says: str, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    log = tmp_path / "log.csv"
    log.write_text(content, encoding="utf-8")
    assert main(["fit", str(log), *words]) == code
    assert says in capsys.readouterr().err


def test_no_such_log(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["fit", str(tmp_path / "no.csv")]) == 2
    assert main(["fit", str(tmp_path)]) == 2
    err = capsys.readouterr().err
    assert "no such file" in err
    assert "is a folder" in err
