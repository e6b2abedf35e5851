"""The national table on a toy country, where every figure is a sum by hand."""

import numpy as np
import pytest
import shapely

from emergency_sim.districts.sources.cells import Cells
from emergency_sim.districts.sources.legevakter import LegevaktList, ListedLegevakt
from emergency_sim.districts.sources.municipalities import Municipalities
from emergency_sim.districts.white_paper import white_paper
from tests.network.small_networks import Link
from tests.network.test_reach import region

# One road of 60 km/h, 120 km long; a legevakt at each end serves the municipality at the other.
ROAD = region(2, [Link(0, 1, 120_000)], [(0, 0), (120_000, 0)])
MUNICIPALITIES = Municipalities(
    numbers=("0001", "0002", "0003"),
    names=("Vest", "Midt", "Øst"),
    outlines=np.array(
        [
            shapely.box(0, -5_000, 40_000, 5_000),
            shapely.box(40_000, -5_000, 80_000, 5_000),
            shapely.box(80_000, -5_000, 120_000, 5_000),
        ]
    ),
    people=np.ones((3, 9)),
)
CELLS = Cells(
    ids=("a", "b", "c", "d"),
    x=np.array([10_000.0, 30_000.0, 60_000.0, 119_000.0]),
    y=np.zeros(4),
    population=np.array([100.0, 300.0, 500.0, 100.0]),
    municipality=("",) * 4,
    names=("",) * 4,
    size_m=1_000.0,
    file="toy",
)


def legevakt(name: str, x: float, *serves: str) -> ListedLegevakt:
    return ListedLegevakt(
        name=name, town="", lon=0.0, lat=0.0, x=x, y=0.0, host="0001", municipalities=serves
    )  # fmt: skip


LISTED = LegevaktList(
    legevakter=(legevakt("Vest", 0.0, "0001", "0003"), legevakt("Øst", 120_000.0, "0001")),
    unmatched=(), by_distance=(), without=("0002",), fallback={"0002": 1},
)  # fmt: skip


def test_own_and_nearest():
    found = white_paper(ROAD, CELLS, MUNICIPALITIES, LISTED)
    # 0001 has both, 0002 only the fallback in the east, 0003 only the one in the west.
    assert found.own_district.minutes == pytest.approx([10, 30, 60, 119])
    assert found.nearest.minutes == pytest.approx([10, 30, 60, 1])
    assert found.own_district.row() == {
        "share_over_40": 0.6,
        "share_over_60": 0.1,  # exactly 60 minutes is not more than 60
        "municipalities_mean_over_40": 2,
        "municipalities_mean_at_least_60": 2,  # a mean of exactly 60 is at least 60
    }
    assert found.nearest.row() == {
        "share_over_40": 0.5,
        "share_over_60": 0.0,
        "municipalities_mean_over_40": 1,
        "municipalities_mean_at_least_60": 1,
    }
    assert found.municipality.tolist() == [0, 0, 1, 2]


def test_the_mean_is_weighted_by_people():
    found = white_paper(ROAD, CELLS, MUNICIPALITIES, LISTED)
    assert found.own_district.municipalities[0].mean_min == pytest.approx((10 + 3 * 30) / 4)
