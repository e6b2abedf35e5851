"""Places, sites and roads of a travel study as tables with shapes, for the GeoPackage's layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.districts.travel_study import change_of
from emergency_sim.network.projection import CRS
from emergency_sim.report.travel_areas import place_areas, road_lines

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.districts.travel_answer import TravelAnswer
    from emergency_sim.report.travel_areas import Box


def places_frame(answer: TravelAnswer) -> Any:
    """Return the places as areas with their minutes (a GeoDataFrame)."""
    import geopandas

    places = answer.places
    columns: dict[str, Any] = {
        "id": places.ids,
        "name": places.names,
        "municipality": places.municipality,
        "population": np.round(places.people, 1),
    }
    only = answer.after is None
    for label, found in (("" if only else "_before", answer.before), ("_after", answer.after)):
        if found is None:
            continue
        columns[f"minutes{label}"] = _finite(found.least)
        names = [f.name for f in found.facilities]
        nearest = [names[k] if k >= 0 else None for k in found.nearest.tolist()]
        columns[f"facility{label}"] = nearest
    if answer.after is not None:
        columns["change_min"] = _finite(change_of(answer.before, answer.after))
    if answer.flight is not None:
        columns["helicopter_min"] = np.round(answer.flight.minutes, 2)
    return geopandas.GeoDataFrame(columns, geometry=place_areas(answer), crs=CRS)


def sites_frame(answer: TravelAnswer) -> Any:
    """Return the facilities as points, each open, opened or closed (a GeoDataFrame)."""
    import geopandas
    import shapely

    found = {f.id: f for f in answer.before.facilities}
    if answer.after is not None:
        found |= {f.id: f for f in answer.after.facilities}
    sites = list(found.values())
    return geopandas.GeoDataFrame(
        {
            "id": [f.id for f in sites],
            "name": [f.name for f in sites],
            "kind": [f.kind for f in sites],
            "hours": [f.hours for f in sites],
            "state": [answer.state(f.id) for f in sites],
        },
        geometry=shapely.points([f.x for f in sites], [f.y for f in sites]),
        crs=CRS,
    )


def roads_frame(answer: TravelAnswer, bounds: Box) -> Any:
    """Return the roads and ferries in a box that run before the change (a GeoDataFrame)."""
    import geopandas

    lines, highway, names = road_lines(answer.before, bounds)
    return geopandas.GeoDataFrame({"highway": highway, "name": names}, geometry=lines, crs=CRS)


def _finite(minutes: NDArray[Any]) -> NDArray[Any]:
    """Return minutes rounded to hundredths; NaN where there is no way."""
    return np.where(np.isfinite(minutes), np.round(minutes, 2), np.nan)
