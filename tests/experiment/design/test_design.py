"""Space-filling designs of factors, and the table of a design."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from emergency_sim.domain.errors import InputFaults
from emergency_sim.experiment.designed.design import design_table, latin_hypercube
from emergency_sim.scenario.experiment_load import load_experiment
from emergency_sim.scenario.experiment_points import Point
from emergency_sim.scenario.experiment_schema import Design, DesignKind, Levels, Span
from tests.experiment.toys import TOY

WINTER = Span(low=1.0, high=1.2)
DOCTORS = Levels(levels=(1, 2, 3))
WORDS = Levels(levels=("urgency", "fcfs"))


def points(number: int) -> Design:
    return Design(kind=DesignKind.LATIN_HYPERCUBE, points=number)


def test_every_slice_of_a_range_and_every_level_is_met():
    found = latin_hypercube({"winter": WINTER, "doctors": DOCTORS, "queue": WORDS}, points(30), 1)
    slices = sorted(int((p["winter"] - 1.0) / 0.2 * 30) for p in found)
    assert slices == list(range(30))
    assert Counter(p["doctors"] for p in found) == {1: 10, 2: 10, 3: 10}
    assert Counter(p["queue"] for p in found) == {"urgency": 15, "fcfs": 15}
    # the factors are independent of each other
    a = np.array([p["winter"] for p in found])
    b = np.array([p["doctors"] for p in found])
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.4


def test_a_further_factor_changes_no_other_and_a_seed_changes_all():
    few = latin_hypercube({"winter": WINTER}, points(10), 1)
    more = latin_hypercube({"doctors": DOCTORS, "winter": WINTER}, points(10), 1)
    assert [p["winter"] for p in few] == [p["winter"] for p in more]
    other = latin_hypercube({"winter": WINTER}, points(10), 2)
    assert not {p["winter"] for p in few} & {p["winter"] for p in other}


def test_points_with_the_same_values_are_refused():
    with pytest.raises(InputFaults, match=r"design\.points: points . and . have the same values"):
        latin_hypercube({"doctors": DOCTORS}, points(4), 1)
    assert len(latin_hypercube({"doctors": DOCTORS}, points(3), 1)) == 3


def experiment(folder: Path, **keys) -> Path:
    text = {
        "schema": "emergency_sim/experiment/1",
        "id": "grid",
        "name": {"nb": "Rutenett", "en": "Grid"},
        "base": str(TOY),
        **keys,
    }
    path = folder / "grid.yaml"
    path.write_text(json.dumps(text, indent=1), encoding="utf-8")
    return path


def test_a_design_of_an_experiment_file_becomes_scenarios_and_a_table(tmp_path: Path):
    path = experiment(
        tmp_path,
        factors={
            "legevakter.by.rooms": [1, 2],
            "parameters.drive.winter_factor.value": {"low": 1.0, "high": 1.2},
        },
        design={"kind": "latin_hypercube", "points": 8},
    )
    found = load_experiment(path, draw=latin_hypercube)
    assert [s.id for s in found.others] == [f"toy.{n:03d}" for n in range(1, 9)]
    table = design_table(found.points)
    assert list(table) == ["id", "scenario", "legevakter.by.rooms",
                           "parameters.drive.winter_factor.value"]  # fmt: skip
    for scenario, row in zip(found.others, table.itertuples(), strict=True):
        assert scenario.id == row.id
        assert scenario.legevakter["by"].rooms == row[3]
        assert scenario.parameters.number("drive.winter_factor") == row[4]
    assert Counter(table["legevakter.by.rooms"]) == {1: 4, 2: 4}


def test_an_unknown_path_and_a_wrong_value_stand_at_the_files_own_line(tmp_path: Path):
    path = experiment(tmp_path, factors={"legevakter.by.room": [1, 2]})
    with pytest.raises(InputFaults) as error:
        load_experiment(path, draw=latin_hypercube)
    assert "grid.yaml:" in str(error.value)
    assert "did you mean 'legevakter.by.rooms'?" in str(error.value)
    path = experiment(tmp_path, factors={"legevakter.by.rooms": [1, 0]})
    with pytest.raises(InputFaults) as error:
        load_experiment(path, draw=latin_hypercube)
    assert "grid.yaml:" in str(error.value)
    assert "legevakter.by.rooms: must be at least 1 (got 0)" in str(error.value)


def test_cells_of_a_table_that_a_scenario_does_not_have_are_null():
    found = [
        Point(id="a.001", of="a", values={"x": 1, "y": [1, 2]}),
        Point(id="b.001", of="b", values={"x": "two"}),
    ]
    table = design_table(found)
    assert table["x"].tolist() == ["1", "two"]
    assert table["y"].iloc[0] == "[1, 2]"
    assert table["y"].isna().tolist() == [False, True]
