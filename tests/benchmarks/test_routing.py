"""The benchmark of quickest ways compares what it times, on networks that look like roads."""

import json

import numpy as np

from benchmarks import routing
from emergency_sim.network.paths.engines import make_engine
from emergency_sim.network.paths.shortest_paths import Graph


def test_the_last_line_is_the_result_and_all_answers_are_equal(capsys):
    small = ["--nodes", "1500", "--norway-nodes", "3000", "--rounds", "1"]
    assert routing.main(small) == 0
    lines = capsys.readouterr().out.splitlines()
    result = json.loads(lines[-1].removeprefix("RESULT "))
    assert result["equal"] is True
    assert "all answers equal" in lines
    for name in (
        *routing.TARGETS,
        "networkx_ratio",
        "county_fast_matrix_s",
        "norway_fast_prepare_s",
    ):
        assert result[name] > 0
    assert routing.main([*small, "--county-only"]) == 0
    assert "norway" not in capsys.readouterr().out


def test_a_wrong_answer_is_found(capsys, monkeypatch):
    right = Graph.matrix

    def wrong(self, sources, targets):
        return right(self, sources, targets) + np.int32(1)

    monkeypatch.setattr(Graph, "matrix", wrong)
    assert routing.main(["--nodes", "500", "--county-only", "--rounds", "1"]) == 1
    assert "ANSWERS DIFFER" in capsys.readouterr().out


def test_drawn_roads_look_like_roads():
    roads = routing.road_like(20_000)
    assert 0.95 < roads.nodes / 20_000 < 1.05
    assert 2.3 < roads.tail.size / roads.nodes < 2.7
    engine = make_engine("scipy", roads.nodes, roads.tail, roads.head, roads.ms)
    assert np.unique(engine.components()).size == 1
    # Morton order: nearby numbers are nearby places.
    step = np.hypot(np.diff(roads.x), np.diff(roads.y))
    assert np.median(step) <= 2 * routing.CELL_M
    again = routing.road_like(20_000)
    assert all(np.array_equal(one, two) for one, two in zip(roads, again, strict=True))
    assert not np.array_equal(routing.road_like(20_000, seed=2).ms[:1000], roads.ms[:1000])
