"""The textbook scenarios for users run as they stand, and every wait in them is exact."""

import csv
from pathlib import Path

import numpy as np
import pytest

import emergency_sim as es
from tests.known_answers import theory
from tests.known_answers.hypercube import solve
from tests.known_answers.queues import Traffic, exact_waits, priority_waits, who_goes
from tests.known_answers.rungs_hypercube import LARSON
from tests.known_answers.runs import Log, call_waits, doctor_waits, unit_waits

EXAMPLES = Path(__file__).parents[2] / "scenarios" / "examples"


def rows_of(name: str) -> list[dict[str, str]]:
    with (EXAMPLES / name / "incidents.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def column(rows: list[dict[str, str]], name: str) -> np.ndarray:
    return np.array([float(row[name]) for row in rows])


def log_of(name: str, folder: Path) -> Log:
    results = es.simulate(EXAMPLES / name / "scenario.yaml", out=folder / "out")
    assert len(results.incidents) == 3000
    return Log(results, results.events, 3000)


@pytest.mark.parametrize(("name", "units"), [("erlang-c", 3), ("md1", 1), ("hypercube", 3)])
def test_units_that_wait(name: str, units: int, tmp_path: Path) -> None:
    rows = rows_of(name)
    case = Traffic(column(rows, "time_s"), column(rows, "on_scene_s"))
    waits = unit_waits(log_of(name, tmp_path))
    assert np.abs(waits - exact_waits(case, units)).max() < 0.002


def test_units_with_neighbours_instead_of_a_queue(tmp_path: Path) -> None:
    rows = rows_of("hypercube")
    case = Traffic(column(rows, "time_s"), column(rows, "on_scene_s"))
    zones = np.array([int(row["zone"][1:]) - 1 for row in rows])
    unit = log_of("hypercube-loss", tmp_path).text("on_scene", "actor")
    own = np.array([int(u[1:]) - 1 if u.startswith("u") else -1 for u in unit])
    assert (own == who_goes(zones, LARSON.orders, case, queue=False)).all()


def test_patients_by_urgency(tmp_path: Path) -> None:
    rows = rows_of("priorities")
    case = Traffic(column(rows, "time_s"), column(rows, "consultation_s"))
    ranks = np.array([("acute", "urgent", "regular").index(row["urgency"]) for row in rows])
    waits = doctor_waits(log_of("priorities", tmp_path))
    assert np.abs(waits - priority_waits(case, ranks, 3)).max() < 0.002


def test_callers_who_hang_up(tmp_path: Path) -> None:
    """Talk and patience are drawn here: those that the log shows lead to the same waits."""
    log = log_of("erlang-a", tmp_path)
    waits, left = call_waits(log)
    talk = log.seconds("call_ends") - log.seconds("answered")
    patience = np.where(left, waits, np.inf)  # of those who were answered, longer than the wait
    case = Traffic(log.seconds("incident"), np.where(left, 0.0, talk), patience)
    assert np.abs(waits - exact_waits(case, 10)).max() < 0.05  # the log's milliseconds add up
    assert left.mean() == pytest.approx(theory.erlang_a(10.0, 10, 0.5).gave_up, abs=0.04)


def test_the_figures_in_the_examples_headings() -> None:
    def says(name: str, *figures: str) -> None:
        text = (EXAMPLES / name / "scenario.yaml").read_text(encoding="utf-8")
        heading = " ".join(line for line in text.splitlines() if line.startswith("#"))
        assert [f for f in figures if f not in heading] == []

    left, delayed, wait = theory.erlang_a(10.0, 10, 0.5)
    says("erlang-a", f"{100 * left:.1f} %", f"{100 * delayed:.1f} %", f"{240 * wait:.1f} s")
    says("priorities", *(f"{600 * w:.0f}" for w in theory.cobham((0.4, 0.6, 1.0), 3)))
    loss = solve(LARSON, queue=False)
    says("hypercube-loss", *(f"{w:.4f}"[1:] for w in loss.workloads), f"{100 * loss.busy:.1f} %")
    says("hypercube-loss", f"{100 * loss.outside:.1f} %")
    says("hypercube", *(f"{w:.4f}"[1:] for w in solve(LARSON, queue=True).workloads))
    says("erlang-c", f"{100 * theory.erlang_c(2.0, 3):.1f} %")
    says("md1", f"{600 * theory.pollaczek_khinchine(0.8, 0.0):.0f} s")


def test_every_example_has_its_line_in_the_readme() -> None:
    text = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    folders = {p.name for p in EXAMPLES.iterdir() if p.is_dir()}
    cases = {"erlang-a", "erlang-c", "hypercube", "hypercube-loss", "md1", "priorities"}
    assert folders == {*cases, "observed"}
    assert all(f"`{name}`" in text for name in cases)
    assert "[observed](observed/README.md)" in text
