"""The textbook scenarios for users run as they stand, and every wait in them is exact."""

import csv
from pathlib import Path

import numpy as np
import pytest

import emergency_sim as es
from tests.known_answers.queues import Traffic, exact_waits

EXAMPLES = Path(__file__).parents[2] / "scenarios" / "examples"


@pytest.mark.parametrize(("name", "units"), [("erlang-c", 3), ("md1", 1), ("hypercube", 3)])
def test_example(name: str, units: int, tmp_path: Path) -> None:
    with (EXAMPLES / name / "incidents.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    case = Traffic(*(np.array([float(r[c]) for r in rows]) for c in ("time_s", "on_scene_s")))
    results = es.simulate(EXAMPLES / name / "scenario.yaml", out=tmp_path / "out")
    events = results.events
    there = events[events["kind"] == "on_scene"].sort_values("incident")
    assert len(there) == len(rows) == 3000
    waits = there["time_ms"].to_numpy() / 1000 - case.arrival
    assert np.abs(waits - exact_waits(case, units)).max() < 0.002
    # the indicator and the incident table tell the same: nobody is served before being asked for
    assert len(results.incidents) == 3000


def test_every_example_has_its_line_in_the_readme() -> None:
    text = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    folders = {p.name for p in EXAMPLES.iterdir() if p.is_dir()}
    assert folders == {"erlang-c", "md1", "hypercube"}
    assert all(f"`{name}`" in text for name in folders)
