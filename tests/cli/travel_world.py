"""A coast of 60 km/h roads written down by hand, whose travel times are sums of whole minutes.

::

    w (closed in winter)        p (private)
    |                           |
    a ---10 km--- b ---10 km--- c ~~Fjorden 10 min~~ d ---10 km--- e        i -- j (no ferry)

Zones are at a, b, c, e, w and i, a minute from their nodes; clinics at a and e.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from emergency_sim.cli import main
from emergency_sim.network import unproject

if TYPE_CHECKING:
    from collections.abc import Sequence

X, Y = 100_000, 6_900_000
NODES = {
    "a": (0, 0), "b": (10_000, 0), "c": (20_000, 0), "d": (23_000, 0), "e": (33_000, 0),
    "w": (0, 10_000), "p": (20_000, 10_000), "i": (50_000, 0), "j": (51_000, 0),
}  # fmt: skip
ROADS = (
    "ab,a,b,secondary,10000,60,,,,,,,",
    "bc,b,c,secondary,10000,60,,,,,,,",
    "cd,c,d,ferry,3000,,Fjorden,10,2,1,0,,",
    "de,d,e,secondary,10000,60,,,,,,,",
    "aw,a,w,secondary,10000,60,,,,,,,1",
    "cp,c,p,secondary,10000,60,,,,,,private,",
    "ij,i,j,secondary,1000,60,,,,,,,",
)
ZONES = {
    "za": ("a", 1000, "0101"), "zb": ("b", 500, "0101"), "zc": ("c", 300, "0102"),
    "ze": ("e", 200, "0102"), "zw": ("w", 50, "0101"), "zi": ("i", 7, "0102"),
}  # fmt: skip
NAMES = {"0101": "Vestby", "0102": "=Austby"}
AGES = (
    "age_0_5", "age_6_15", "age_16_19", "age_20_29", "age_30_49", "age_50_66", "age_67_79",
    "age_80_89", "age_90_plus",
)  # fmt: skip
SITES = (
    "kind,id,name,node,in_service,hours",
    "legevakt,vest,Vest legevakt,a,yes,24/7",
    'legevakt,aust,Aust legevakt,e,yes,"Mo-Fr 08:00-16:00"',
    "legevakt,nedlagt,Nedlagt legevakt,b,no,",
    "helicopter_base,heli,Basen,c,yes,",
)
MINUTES = {"za": 1, "zb": 11, "zc": 21, "ze": 1, "zw": 11}
"""To the nearest clinic by day; nobody reaches one from zi."""
EVERYBODY = 2057


def lonlat(node: str) -> tuple[float, float]:
    """Return the degrees of a node."""
    x, y = NODES[node]
    lon, lat = unproject(X + x, Y + y)
    return float(lon), float(lat)


def write_world(folder: Path, *, zones: bool = True) -> Path:
    """Write the region's folder; without zones it is a network only."""
    folder.mkdir(parents=True)
    rows = ["node_id,x,y", *(f"{n},{X + x},{Y + y}" for n, (x, y) in NODES.items())]
    _write(folder / "nodes.csv", rows)
    head = (
        "link_id,from,to,highway,length_m,speed_kmh,name,crossing_min,dep_day,dep_evening,"
        "dep_night,access,winter"
    )
    _write(folder / "links.csv", [head, *ROADS])
    if zones:
        head = ",".join(
            ("zone_id", "name", "municipality", "municipality_name", "area", "node", "x", "y",
             "population", *AGES, "access_mean_s", "access_sd_s")
        )  # fmt: skip
        rows = [head]
        for zone, (node, people, number) in ZONES.items():
            x, y = NODES[node]
            ages = f"{people},0,0,0,0,0,0,0,0"
            rows.append(
                f"{zone},Zone {zone[1]},{number},{NAMES[number]},d{number},{node},{X + x},{Y + y},"
                f"{people},{ages},60,0"
            )
        _write(folder / "zones.csv", rows)
        _write(folder / "sites.csv", SITES)
    text = "id: coast\nname: Coast\nlicence: drawn by hand\nas_of: 2024\n"
    (folder / "network.yaml").write_text(text, encoding="utf-8")
    return folder


def _write(path: Path, rows: Sequence[str]) -> None:
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def own_people(path: Path, rows: Sequence[str] = ()) -> Path:
    """Write people of one's own: 100 on the road between a and b, 20 off it, 3 far away."""
    given = rows or (
        f"p1,{X + 2_500},{Y},100", f"p2,{X + 5_000},{Y + 1_000},20", f"p3,{X + 200_000},{Y},3",
    )  # fmt: skip
    _write(path, ["id,x,y,population", *given])
    return path


def outlines(path: Path, areas: dict[str, tuple[float, float]], **more: Any) -> Path:
    """Write strips of land by id, from one x to another, 20 km to the north and the south."""
    features = []
    for name, (west, east) in areas.items():
        corners = [(west, -20_000), (east, -20_000), (east, 20_000), (west, 20_000)]
        ring = [[float(v) for v in unproject(X + x, Y + y)] for x, y in [*corners, corners[0]]]
        features.append(
            {
                "type": "Feature",
                "properties": {"id": name, "name": f"Area {name}"},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **more}))
    return path


def strict(text: str) -> Any:
    """Return JSON that holds no NaN."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    return json.loads(text, parse_constant=refuse)


def asked(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    """Return what a command that ends well prints."""
    code = main([str(w) for w in words])
    out, err = capsys.readouterr()
    assert (code, err) == (0, ""), err
    return out


def refused(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    """Return what a command prints of bad input: plain lines, exit code 2, nothing on stdout."""
    code = main([str(w) for w in words])
    out, err = capsys.readouterr()
    assert (code, out) == (2, ""), err
    assert not set("╭╮╰╯│") & set(err)
    return err
