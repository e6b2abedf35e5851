"""A matrix of travel times from a CSV."""

from __future__ import annotations

import pytest

from emergency_sim.domain.errors import InputFaults
from emergency_sim.network import MatrixNetwork, read_matrix
from tests.network.small_networks import driving

GOOD = "from,a,b,c\nb,2,0,inf\na,0,1.5,3\nc,6,5,4\n"


def read(tmp_path, content: str):
    path = tmp_path / "t.csv"
    path.write_text(content, encoding="utf-8")
    return read_matrix(path)


def faults_of(tmp_path, content: str) -> list[str]:
    with pytest.raises(InputFaults) as caught:
        read(tmp_path, content)
    return [str(fault).replace(f"{tmp_path}/", "") for fault in caught.value.faults]


def test_points_are_nodes_and_zones(tmp_path):
    region = read(tmp_path, GOOD)
    assert region.node_ids == ("a", "b", "c")
    assert isinstance(region.network, MatrixNetwork)
    assert region.network.seconds.tolist() == [[0, 1.5, 3], [2, 0, float("inf")], [6, 5, 4]]
    assert region.zones is not None
    assert region.zones.ids == region.zones.area == ("a", "b", "c")
    assert region.zones.node.tolist() == [0, 1, 2]
    assert region.zones.population.shape == (3, 9)
    assert region.travel_times(driving(2.0, 2, ambulance=True)).between(0, 1) == 3.0
    assert region.index("b") == 1
    with pytest.raises(ValueError, match="name a node"):
        region.nearest_node(0, 0)


def test_everything_wrong_at_once(tmp_path):
    content = ",a,b,bb\na,0,x,1\na,-1,1,\nbbb,1,nan,3000000\nbb,1\n"
    assert faults_of(tmp_path, content) == [
        "t.csv:2:5: must be a number (got 'x')",
        "t.csv:3:1: the point stands twice (got 'a')",
        "t.csv:3:3: seconds must not be negative (got '-1')",
        "t.csv:3:8: must be a number; 'inf' where there is no way (got '')",
        "t.csv:4:1: the point has no column (got 'bbb'), did you mean 'bb'?",
        "t.csv:4:7: must be a number; 'inf' where there is no way (got 'nan')",
        "t.csv:4:11: is 25 days or more (got '3000000')",
        "t.csv:5:4: the row has 2 cells, the header 4",
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "t.csv:1:1: the file is empty"),
        ("from\n", "t.csv:1:1: the header names no points"),
        ("from,a,a\na,0,1\n", "t.csv:1:8: the point stands twice (got 'a')"),
        ("from,a,\na,0,1\n", "t.csv:1:8: a point without a name"),
        ("from,a,b\na,0,1\n", "t.csv:1:8: the point 'b' has a column but no row"),
        ('from,a\na,"0\n', "t.csv:2:1: broken row: unexpected end of data"),
    ],
)
def test_what_is_no_matrix(tmp_path, content, fault):
    assert fault in faults_of(tmp_path, content)
