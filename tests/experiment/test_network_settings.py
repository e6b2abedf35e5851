"""What a scenario says of its network reaches the simulation: ferries, winter, keys, engine, cache."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from emergency_sim.domain.errors import InputFaults
from emergency_sim.experiment.compile import kept_networks
from emergency_sim.experiment.compile.compiled import compile_scenario
from emergency_sim.network import region as regions
from emergency_sim.scenario import load_scenario
from emergency_sim.scenario.dump import resolved, scenario_hash
from emergency_sim.simulation.ways import Ways
from tests.experiment.toys import QUICK, TOY

PEOPLE = ("car", "ambulance", "ambulance_blue")


@pytest.fixture
def toy(tmp_path: Path) -> Any:
    """Return a function that loads a copy of the toy with settings of its network."""
    shutil.copytree(TOY.parent, tmp_path / "toy", ignore=shutil.ignore_patterns("__pycache__"))
    yaml = YAML(typ="safe", pure=True)

    def loaded(**settings: object) -> Any:
        keys = yaml.load(TOY.read_text(encoding="utf-8"))
        keys["network"] = {"kind": "tables", "path": "region", **settings}
        path = tmp_path / "toy" / "mine.yaml"
        with path.open("w", encoding="utf-8") as stream:
            yaml.dump(keys, stream)
        return load_scenario(path, QUICK)

    return loaded


def same_log(one: Any, other: Any) -> bool:
    (a, _), (b, _) = one.replicate(0), other.replicate(0)
    names = [n for n in a.__slots__ if isinstance(getattr(a, n), np.ndarray)]
    assert names
    return all(
        np.array_equal(getattr(a, n), getattr(b, n), equal_nan=getattr(a, n).dtype.kind == "f")
        for n in names
    )


def seconds(of: Any, profile: str, hours: int, i: str, j: str) -> float:
    region = of.ground.region
    return float(of.travel[profile][hours].between(region.index(i), region.index(j)))


def test_as_usual_is_as_if_nothing_were_said(toy: Any) -> None:
    plain, written = load_scenario(TOY, QUICK), toy()
    usual = toy(without_ferries=[], winter_roads="open", ambulance_keys=True, engine="scipy")
    assert resolved(usual)["network"] == resolved(written)["network"] == resolved(plain)["network"]
    assert scenario_hash(usual) == scenario_hash(written)
    assert same_log(compile_scenario(usual), compile_scenario(plain))


def test_a_ferry_that_does_not_run_cuts_the_island_off(toy: Any) -> None:
    whole, cut = compile_scenario(toy()), compile_scenario(toy(without_ferries=["Sør–Øy"]))
    for profile in PEOPLE:
        assert seconds(whole, profile, 0, "n07", "n08") < float("inf")
        for hours in range(3):  # nor is it called out at night
            assert seconds(cut, profile, hours, "n07", "n08") == float("inf")
    assert scenario_hash(toy()) != scenario_hash(toy(without_ferries=["Sør–Øy"]))


def test_a_ferry_that_is_misnamed_is_a_fault(toy: Any) -> None:
    with pytest.raises(InputFaults, match="did you mean 'Sør–Øy'"):
        compile_scenario(toy(without_ferries=["Sør-Øy"]))


def column(folder: Path, link: str, name: str, value: str) -> None:
    path = folder / "links.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    rows = [f"{row},{value if row.startswith(f'{link},') else ''}" for row in rows]
    path.write_text("\n".join([f"{head},{name}", *rows]) + "\n", encoding="utf-8")


def test_winter_closes_a_road_and_keys_open_one(toy: Any, tmp_path: Path) -> None:
    region = tmp_path / "toy" / "region"
    column(region, "l01", "winter", "1")
    snowed = compile_scenario(toy(winter_roads="closed"))
    assert seconds(compile_scenario(toy()), "car", 0, "n01", "n02") == 180
    assert seconds(snowed, "car", 0, "n01", "n02") == float("inf")
    column(region, "l02", "access", "private")
    keys, none = compile_scenario(toy()), compile_scenario(toy(ambulance_keys=False))
    for of, profile, there in (
        (keys, "car", False), (keys, "ambulance", True), (keys, "ambulance_blue", True),
        (none, "car", False), (none, "ambulance", False), (none, "ambulance_blue", False),
    ):  # fmt: skip
        assert (seconds(of, profile, 0, "n01", "n03") < float("inf")) is there


def forget() -> None:
    """Forget the networks of this process and the ways that were looked up on them."""
    kept_networks.kept_times.cache_clear()
    kept_networks._networks.clear()


def test_the_engine_and_the_cache_change_no_result(
    toy: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMERGENCY_SIM_CACHE", str(tmp_path / "cache"))
    plain = compile_scenario(toy())
    forget()
    fast = compile_scenario(toy(engine="fast"))
    assert type(fast.travel["car"][0].engine) is not type(plain.travel["car"][0].engine)
    assert scenario_hash(toy()) == scenario_hash(toy(engine="fast"))
    assert same_log(plain, fast)
    assert not (tmp_path / "cache").exists(), "small networks keep nothing"
    monkeypatch.setattr(kept_networks, "LARGE", 3)
    forget()
    try:
        cached = compile_scenario(toy())
        assert same_log(plain, cached)
        assert list((tmp_path / "cache").rglob("matrix-*.npy"))
    finally:
        forget()


def test_rows_from_a_cached_table_are_those_that_are_searched(toy: Any, tmp_path: Path) -> None:
    region = compile_scenario(toy(without_ferries=["Sør–Øy"])).ground.region
    nodes = [3, 0, 7, 11, 5]
    searched = Ways(region.travel_times(), nodes, 1.0)
    kept = Ways(region.travel_times(cache=tmp_path / "cache"), nodes, 1.0)
    for place in range(len(nodes)):
        assert kept.row(place) == searched.row(place)
        assert all(type(s) is float for s in kept.row(place))
    assert float("inf") in kept.row(0)
    assert len(list((tmp_path / "cache").rglob("matrix-*.npy"))) == 1
    assert regions.RoadTravelTimes is type(kept.times)
