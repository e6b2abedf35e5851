"""The folder that ``norway --out`` writes: the white paper's table, municipalities, maps and layers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.districts.white_paper import BREAKS, PUBLISHED
from emergency_sim.domain.new_folder import new_folder
from emergency_sim.network.isochrones import TimeGrid
from emergency_sim.network.projection import CRS
from emergency_sim.report.geopackage import write_geopackage
from emergency_sim.report.geotiff import write_geotiff
from emergency_sim.report.map_backdrop import Backdrop
from emergency_sim.report.map_labels import MapSite
from emergency_sim.report.style import TRAVEL
from emergency_sim.report.travel_layers import sites_layer, zones_layer
from emergency_sim.report.travel_maps import TravelMap, areas_by_class, draw_travel_map
from emergency_sim.report.travel_tables import write_csv

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from emergency_sim.districts.national import National
    from emergency_sim.districts.white_paper import NationalTravel, WhitePaper

SOURCE: Final = {
    "en": "Roads, ferries, municipalities: Kartverket CC BY 4.0. People: SSB NLOD (1 km, 2019). "
    "Legevakter: the official list (NKLM).",
    "nb": "Veier, ferger, kommuner: Kartverket CC BY 4.0. Innbyggere: SSB NLOD (1 km, 2019). "
    "Legevakter: den offisielle listen (NKLM).",
}
NOTE: Final = {
    "en": "Ferries at 12.3 km/h, the wait included. All legevakter as if always open.",
    "nb": "Ferger på 12,3 km/t, ventetid medregnet. Alle legevakter som om de alltid var åpne.",
}
TITLES: Final = {
    "own": {"en": "Travel time to the own district's legevakt",
            "nb": "Reisetid til eget distrikts legevakt"},
    "nearest": {"en": "Travel time to the nearest legevakt", "nb": "Reisetid til nærmeste legevakt"},
}  # fmt: skip
NO_DATE: Final = "1970-01-01T00:00:00Z"


def write_national(
    out: Path,
    national: National,
    found: WhitePaper,
    lang: str,
    *,
    ours: Callable[[Path], bool],
) -> None:
    """Write tables, layers, grid and maps into a folder, as a whole or not at all.

    Parameters
    ----------
    out
        Where the folder goes.
    national
        What the figures were made from.
    found
        The figures.
    lang
        ``nb`` or ``en``.
    ours
        Whether a folder that is already there may be replaced.

    Raises
    ------
    InputFaults
        The folder holds something else or cannot be written.
    """
    ways = {"own": found.own_district, "nearest": found.nearest}
    with new_folder(out, ours=ours) as folder:
        text = {
            "schema_version": 1,
            "published": dict(PUBLISHED),
            "own_district": found.own_district.row(),
            "nearest": found.nearest.row(),
        }
        (folder / "white_paper.json").write_text(
            json.dumps(text, indent=1, allow_nan=False) + "\n", encoding="utf-8"
        )
        _write(folder / "municipalities.csv", _municipalities(national, found))
        _write(folder / "legevakter.csv", _legevakter(national, found))
        squares = _squares(national)
        _package(folder / "norway.gpkg", national, ways, squares, lang)
        grids = {f"minutes_{name}": _grid(national, way) for name, way in ways.items()}
        write_geotiff(
            folder / "norway.tif", grids, tags={"source": SOURCE[lang], "note": NOTE[lang]}
        )
        _maps(folder, national, ways, squares, lang)


def _write(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    write_csv(path, list(rows[0]), (list(row.values()) for row in rows))


def _municipalities(national: National, found: WhitePaper) -> list[dict[str, Any]]:
    """Return a row per municipality: its mean and shares to the own and to the nearest legevakt."""
    municipalities, listed = national.municipalities, national.listed
    by_number = [
        {m.group: m for m in w.municipalities} for w in (found.own_district, found.nearest)
    ]
    rows = []
    for number, name in zip(municipalities.numbers, municipalities.names, strict=True):
        row: dict[str, Any] = {
            "number": number,
            "name": name,
            "legevakter": "; ".join(listed.legevakter[k].name for k in listed.serving(number)),
            "on_the_list": "no" if number in listed.without else "yes",
            "people_2019": "",
        }
        for label, groups in zip(("own", "nearest"), by_number, strict=True):
            one = groups.get(number)
            row["people_2019"] = "" if one is None else round(one.people)
            row[f"mean_min_{label}"] = _said(None if one is None else one.mean_min, 1)
            for k, limit in enumerate(BREAKS):
                share = None if one is None else one.share(k)
                row[f"share_over_{limit:g}_{label}"] = _said(share, 4)
        rows.append(row)
    return rows


def _legevakter(national: National, found: WhitePaper) -> list[dict[str, Any]]:
    """Return a row per legevakt: whom it serves, and whose nearest it is."""
    people = national.cells.population
    count = len(national.listed)
    rows = []
    own, near = found.own_district, found.nearest
    sums = {
        "people_own": np.bincount(own.legevakt, people, minlength=count),
        "people_nearest": np.bincount(near.legevakt, people, minlength=count),
    }
    beyond = [
        np.bincount(own.legevakt, people * (own.minutes > limit), minlength=count)
        for limit in BREAKS
    ]
    for k, one in enumerate(national.listed.legevakter):
        row: dict[str, Any] = {
            "name": one.name,
            "lon": round(one.lon, 5),
            "lat": round(one.lat, 5),
            "municipalities": " ".join(national.listed.served(k)),
            **{label: round(float(values[k])) for label, values in sums.items()},
        }
        for limit, values in zip(BREAKS, beyond, strict=True):
            row[f"people_own_over_{limit:g}"] = round(float(values[k]))
        row["metres_to_road"] = round(float(found.site_metres[k]))
        rows.append(row)
    return rows


def _said(value: float | None, digits: int) -> Any:
    return "" if value is None else round(value, digits)


def _squares(national: National) -> NDArray[Any]:
    import shapely

    cells, half = national.cells, (national.cells.size_m or 1_000.0) / 2
    return np.asarray(shapely.box(cells.x - half, cells.y - half, cells.x + half, cells.y + half))


def _grid(national: National, travel: NationalTravel) -> TimeGrid:
    """Return the minutes of the squares as a grid; NaN where nobody lives."""
    cells = national.cells
    size = cells.size_m or 1_000.0
    west = np.floor((cells.x.min() - size / 2) / size) * size
    north = np.ceil((cells.y.max() + size / 2) / size) * size
    column = np.floor((cells.x - west) / size).astype(int)
    row = np.floor((north - cells.y) / size).astype(int)
    minutes = np.full((int(row.max()) + 1, int(column.max()) + 1), np.nan, np.float32)
    minutes[row, column] = travel.minutes
    return TimeGrid(minutes=minutes, west=float(west), north=float(north), cell_m=size)


def _package(
    path: Path,
    national: National,
    ways: dict[str, NationalTravel],
    squares: NDArray[Any],
    lang: str,
) -> None:
    """Write the layers: municipalities by their mean, the squares, the legevakter."""
    import geopandas
    import shapely

    municipalities, cells, listed = national.municipalities, national.cells, national.listed
    means = {m.group: m.mean_min for m in ways["own"].municipalities}
    near = {m.group: m.mean_min for m in ways["nearest"].municipalities}
    areas = geopandas.GeoDataFrame(
        {
            "number": municipalities.numbers,
            "name": municipalities.names,
            "minutes": [_number(means.get(n)) for n in municipalities.numbers],
            "minutes_nearest": [_number(near.get(n)) for n in municipalities.numbers],
        },
        geometry=shapely.simplify(municipalities.outlines, 100.0),
        crs=CRS,
    )
    people = geopandas.GeoDataFrame(
        {
            "population": cells.population,
            "minutes": np.round(ways["own"].minutes, 1),
            "minutes_nearest": np.round(ways["nearest"].minutes, 1),
            "facility": [listed.legevakter[k].name for k in ways["own"].legevakt.tolist()],
        },
        geometry=squares,
        crs=CRS,
    )
    sites = geopandas.GeoDataFrame(
        {"name": [one.name for one in listed.legevakter], "state": ["open"] * len(listed)},
        geometry=shapely.points(
            [one.x for one in listed.legevakter], [one.y for one in listed.legevakter]
        ),
        crs=CRS,
    )
    layers = [
        sites_layer(sites, lang, description="legevakter"),
        replace(zones_layer(areas, lang), name="municipalities"),
        replace(zones_layer(people, lang), name="squares"),
    ]
    about = {"title": TITLES["own"][lang], "source": SOURCE[lang], "note": NOTE[lang]}
    write_geopackage(path, layers, about=about, date=NO_DATE)


def _number(value: float | None) -> float:
    return float("nan") if value is None else round(value, 1)


def _maps(
    folder: Path,
    national: National,
    ways: dict[str, NationalTravel],
    squares: NDArray[Any],
    lang: str,
) -> None:
    """Draw the squares where people live, by minutes to the own and to the nearest legevakt."""
    import shapely

    borders = shapely.simplify(national.municipalities.outlines, 300.0)
    backdrop = Backdrop(
        bounds=tuple(shapely.total_bounds(borders).tolist()),
        lines=np.empty(0, dtype=object),
        highway=[],
        around=shapely.union_all(borders),
        borders=borders,
    )
    sites = tuple(MapSite(name="", x=one.x, y=one.y) for one in national.listed.legevakter)
    people = national.cells.population
    for name, travel in ways.items():
        areas, missing = areas_by_class(squares, travel.minutes, TRAVEL)
        at = np.searchsorted(np.array(TRAVEL.breaks), travel.minutes, side="right")
        drawn = TravelMap(
            title=TITLES[name][lang],
            areas=areas,
            classes=TRAVEL,
            missing=missing,
            people=tuple(np.bincount(at, people, minlength=len(TRAVEL.colours)).tolist()),
            sites=sites,
            site_word="legevakt",
            notes=(NOTE[lang],),
            source=SOURCE[lang],
            lang=lang,
        )
        draw_travel_map(drawn, backdrop, [folder / f"map_{name}.png", folder / f"map_{name}.svg"])
