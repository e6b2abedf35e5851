"""Travel times of a part are those of the whole network, ways and positions too."""

from pathlib import Path

import numpy as np
import pytest

from emergency_sim.network import Driving, Profile, read_region
from emergency_sim.network.local_times import LocalTravelTimes
from emergency_sim.network.paths.place_table import CROSSES, KNOWN
from emergency_sim.network.speeds import FerryClass
from emergency_sim.network.travel_times import RoadTravelTimes

COUNTY = Path(__file__).resolve().parents[2] / "networks" / "more-og-romsdal"
PLACES = 60


def times(hours: FerryClass, cache: Path | None = None) -> RoadTravelTimes:
    """Return an ambulance's travel times in the default county."""
    found = read_region(COUNTY).travel_times(
        Driving(profile=Profile.AMBULANCE, hours=hours), cache=cache
    )
    assert isinstance(found, RoadTravelTimes)
    return found


def cut(whole: RoadTravelTimes, seconds: float) -> tuple[list[int], LocalTravelTimes]:
    """Return places of the county and the times near them."""
    rng = np.random.default_rng(4)
    places = sorted(rng.choice(len(whole.network), PLACES, replace=False).tolist())
    to, _ = whole.nearest(places[:20], towards=True)
    near = np.union1d(np.flatnonzero(to <= seconds), places)
    return places, LocalTravelTimes(whole, places, near)


@pytest.mark.parametrize("hours", list(FerryClass))
def test_everything_that_is_asked_is_as_on_the_whole_network(hours: FerryClass) -> None:
    whole = times(hours)
    places, local = cut(whole, 600.0)
    rng = np.random.default_rng(5)
    for i, j in zip(rng.integers(0, len(whole.network), 400), rng.choice(places, 400), strict=True):
        i, j = int(i), int(j)
        assert local.between(i, j) == whole.between(i, j)
        assert local.path(i, j) == whole.path(i, j)
        if local.between(i, j) < np.inf:
            assert local.ferries(i, j) == whole.ferries(i, j)
            at = 0.4 * local.between(i, j)
            here = local.position(i, j, at)
            assert here == whole.position(i, j, at)
            other = places[0]
            assert local.from_position(here, other) == whole.from_position(here, other)
    table = local.among(places)
    assert table is not None
    np.testing.assert_array_equal(table, whole.matrix(places, places))
    np.testing.assert_array_equal(local.rows(places, places), whole.rows(places, places))
    assert local.among([*places, -1]) is None


def test_most_ways_need_no_search_and_some_do() -> None:
    """The neighbourhood is small: ways that leave it are looked for on the whole network."""
    whole = times(FerryClass.DAY)
    _, local = cut(whole, 3600.0)
    way = local._way
    assert 0.5 < ((way & KNOWN) > 0).mean() < 1
    assert ((way & CROSSES) > 0).any()


def test_a_kept_table_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = times(FerryClass.DAY, tmp_path)
    _, local = cut(whole, 300.0)
    files = sorted(tmp_path.glob("matrix-*.npy"))
    assert len(files) == 2
    monkeypatch.setattr(
        "emergency_sim.network.paths.place_table._found",
        lambda *_: pytest.fail("made again"),
    )
    _, again = cut(times(FerryClass.DAY, tmp_path), 300.0)
    np.testing.assert_array_equal(again._ms, local._ms)
    np.testing.assert_array_equal(again._way, local._way)


def test_places_must_be_among_the_nodes() -> None:
    whole = times(FerryClass.DAY)
    with pytest.raises(ValueError, match="not among the nodes"):
        whole.place_table([3], np.array([1, 2]))
