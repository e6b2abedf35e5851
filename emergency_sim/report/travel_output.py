"""The folder that ``travel-time`` writes: GeoPackage, GeoTIFF, maps and tables."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.districts.travel_study import change_of
from emergency_sim.domain.new_folder import new_folder
from emergency_sim.network.flight import flight_bands
from emergency_sim.network.isochrones import bands
from emergency_sim.report.geopackage import write_geopackage
from emergency_sim.report.geotiff import write_geotiff
from emergency_sim.report.map_backdrop import Backdrop
from emergency_sim.report.map_labels import MapSite
from emergency_sim.report.map_texts import flight_note, map_word
from emergency_sim.report.style import CHANGE, YLGNBU, Classes
from emergency_sim.report.travel_areas import (
    bounds_of,
    place_areas,
    road_lines,
    times_between_roads,
)
from emergency_sim.report.travel_frames import places_frame, roads_frame, sites_frame
from emergency_sim.report.travel_layers import (
    isochrones_layer,
    roads_layer,
    sites_layer,
    zones_layer,
)
from emergency_sim.report.travel_maps import TravelMap, draw_travel_map
from emergency_sim.report.travel_tables import travel_rows, write_tables
from emergency_sim.report.travel_words import KINDS, changes, heading, subtitle, what

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.districts.travel_answer import Flight, TravelAnswer
    from emergency_sim.districts.travel_study import Situation
    from emergency_sim.network.isochrones import TimeGrid
    from emergency_sim.report.travel_areas import Box

__all__ = ["is_travel_output", "travel_rows", "write_travel_output"]

PACKAGE: Final = "travel_time.gpkg"
TABLES_AND_LAYERS: Final = frozenset(
    {
        "manifest.json", PACKAGE, "travel_time.tif", "travel_time.csv", "places.csv", "longer.csv",
        "places_by_facility.parquet",
    }
)  # fmt: skip
MAPS: Final = re.compile(r"map(_[a-z]+)?\.(png|svg)")
NO_DATE: Final = "1970-01-01T00:00:00Z"
"""Of a network that says no date: the same input gives the same file."""


def is_travel_output(folder: Path) -> bool:
    """Return whether a folder was written by ``travel-time`` and may be replaced by it."""
    found = {path.name for path in folder.iterdir()}
    ours = all(name in TABLES_AND_LAYERS or MAPS.fullmatch(name) for name in found)
    return {"manifest.json", PACKAGE} <= found and ours


def travel_classes(breaks: tuple[float, ...]) -> Classes:
    """Return the classes of minutes: YlGnBu, its ends whatever the number of breaks.

    Examples
    --------
    >>> travel_classes((40.0,)).colours
    ('#ffffcc', '#253494')
    """
    at = np.rint(np.linspace(0, len(YLGNBU) - 1, len(breaks) + 1)).astype(int).tolist()
    return Classes(breaks=breaks, colours=tuple(YLGNBU[k] for k in at))


def write_travel_output(out: Path, answer: TravelAnswer) -> None:
    """Write everything into a folder, as a whole or not at all.

    Parameters
    ----------
    out
        A new or empty folder, or one written by this command before.
    answer
        Travel times.

    Raises
    ------
    InputFaults
        The folder holds something else or cannot be written.
    """
    with new_folder(out, ours=is_travel_output) as folder:
        write_tables(folder, answer)
        study = _Study(answer)
        study.write_package(folder / PACKAGE)
        study.write_raster(folder / "travel_time.tif")
        study.draw(folder)
        text = {"schema_version": 1, **answer.manifest()}
        (folder / "manifest.json").write_text(
            json.dumps(text, ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8"
        )


class _Study:
    """Shapes and grids of an answer, made once for all files."""

    def __init__(self, answer: TravelAnswer) -> None:
        self.answer = answer
        self.classes = travel_classes(answer.breaks)
        self.bounds: Box = bounds_of(answer)
        self.situations: dict[str, Situation] = {"before": answer.before}
        if answer.after is not None:
            self.situations["after"] = answer.after
        self.grids: dict[str, TimeGrid] = {
            name: times_between_roads(answer, found) for name, found in self.situations.items()
        }
        if answer.after is not None:
            self.grids["change"] = self.grids["after"].minus(self.grids["before"])
        self.bands: dict[str, tuple[Any, ...]] = {
            name: bands(grid, self._classes(name).breaks) for name, grid in self.grids.items()
        }

    def _classes(self, name: str) -> Classes:
        return CHANGE if name == "change" else self.classes

    def about(self) -> dict[str, str]:
        """Return what the files say of themselves."""
        answer = self.answer
        return {
            "title": heading(answer),
            "network": answer.name,
            "licence": answer.licence or "not stated",
            "date_of_network": answer.date or "not stated",
            "notes": " ".join(answer.notes),
            "choices": json.dumps(answer.choices, ensure_ascii=False),
        }

    def write_package(self, path: Path) -> None:
        """Write the GeoPackage."""
        answer, lang = self.answer, self.answer.lang
        layers = [zones_layer(places_frame(answer), lang, travel=self.classes)]
        for name, areas in self.bands.items():
            label = "isochrones" if name == "before" else f"isochrones_{name}"
            layers.append(isochrones_layer(areas, self._classes(name), lang, name=label))
        layers.append(sites_layer(sites_frame(answer), lang, description=what(answer)))
        layers.append(roads_layer(roads_frame(answer, self.bounds), lang))
        date = answer.date if "T" in answer.date else NO_DATE
        write_geopackage(path, layers, about=self.about(), date=date)

    def write_raster(self, path: Path) -> None:
        """Write the GeoTIFF, a band each for before, after and change."""
        names = {"before": "minutes"} if len(self.grids) == 1 else {}
        bands_by_name = {names.get(k, f"minutes_{k}"): grid for k, grid in self.grids.items()}
        write_geotiff(path, bands_by_name, tags=self.about())

    def draw(self, folder: Path) -> None:
        """Draw a map for each situation and for the change, as PNG and SVG."""
        answer = self.answer
        lines, highway, _ = road_lines(answer.before, self.bounds)
        land = borders = None
        if answer.outlines is not None:
            import shapely

            borders = answer.outlines.polygons
            land = shapely.union_all(borders)
        backdrop = Backdrop(
            bounds=self._seen(), lines=lines, highway=highway, land=land, borders=borders
        )
        maps = {}
        for name, areas in self.bands.items():
            situation = "" if len(self.bands) == 1 else f": {map_word(name, answer.lang).lower()}"
            maps[name] = TravelMap(
                title=heading(answer) + situation,
                subtitle=subtitle(answer),
                areas=areas,
                classes=self._classes(name),
                people=self._people(name),
                missing=self._missing(name),
                missing_label=map_word("lost" if name == "change" else "no_way", answer.lang),
                sites=self._map_sites(name),
                site_word=what(answer),
                rest_label=map_word("rest", answer.lang),
                notes=(*filter(None, [changes(answer) if name != "before" else ""]), *answer.notes),
                source=answer.licence or answer.name,
                lang=answer.lang,
            )
        for name, drawn in maps.items():
            label = "map" if len(maps) == 1 else f"map_{name}"
            paths = [folder / f"{label}.png", folder / f"{label}.svg"]
            draw_travel_map(drawn, backdrop, paths, beside=tuple(maps.values()))
        if answer.flight is not None:
            self._draw_flight(folder, answer.flight, backdrop)

    def _draw_flight(self, folder: Path, flight: Flight, backdrop: Backdrop) -> None:
        """Draw the minutes of the helicopter where the other maps have minutes."""
        import shapely

        answer, lang = self.answer, self.answer.lang
        areas = flight_bands(
            np.array([(base.x, base.y) for base in flight.bases]),
            self.classes.breaks,
            activation_min=flight.activation_min,
            speed_kmh=flight.speed_kmh,
            within=shapely.union_all(list(self.bands["before"])),
        )
        at = np.searchsorted(np.array(self.classes.breaks), flight.minutes, side="right")
        people = np.bincount(at, answer.places.people, minlength=len(areas))
        drawn = TravelMap(
            title=map_word("flight_title", lang),
            areas=areas,
            classes=self.classes,
            people=tuple(people.tolist()),
            rest_label=map_word("rest", lang),
            sites=tuple(MapSite(name=b.name, x=b.x, y=b.y) for b in flight.bases),
            site_word=KINDS[lang]["helicopter_base"],
            notes=(flight_note(flight.activation_min, flight.speed_kmh, lang),),
            source=answer.licence or answer.name,
            lang=lang,
        )
        draw_travel_map(
            drawn, backdrop, [folder / "map_helicopter.png", folder / "map_helicopter.svg"]
        )

    def _seen(self) -> Box:
        """Return the box of all that has minutes, and of those who are not reached."""
        import shapely

        areas = [area for areas in self.bands.values() for area in areas]
        areas += [lost for name in self.bands if (lost := self._missing(name)) is not None]
        west, south, east, north = shapely.total_bounds(areas)
        if not np.isfinite(west):
            return self.bounds
        return float(west), float(south), float(east), float(north)

    def _minutes(self, name: str) -> NDArray[Any]:
        if name == "change":
            assert self.answer.after is not None
            return change_of(self.answer.before, self.answer.after)
        return self.situations[name].least

    def _people(self, name: str) -> tuple[float, ...]:
        """Return people per class, then those who are not reached."""
        minutes, people = self._minutes(name), self.answer.places.people
        classes, lost = self._classes(name), self._lost(name)
        at = np.searchsorted(np.array(classes.breaks), minutes, side="right")
        counts = np.bincount(at[~lost], people[~lost], minlength=len(classes.colours))
        gone = float(people[lost].sum())
        return (*counts.tolist(), *((gone,) if gone > 0 else ()))

    def _lost(self, name: str) -> NDArray[np.bool_]:
        """Return which places nobody gets to; of the change: to which nobody gets any more."""
        return np.asarray(self._minutes(name) == np.inf)

    def _missing(self, name: str) -> Any:
        """Return the area around the places that nobody gets to, or None."""
        import shapely

        lost = self._lost(name)
        if not lost.any():
            return None
        around = shapely.union_all(place_areas(self.answer)[lost])
        return shapely.difference(around, shapely.union_all(list(self.bands[name])))

    def _map_sites(self, name: str) -> tuple[MapSite, ...]:
        """Return the sites of one map; where they change only the map of the change marks them."""
        answer = self.answer
        found = [*answer.before.facilities]
        known = {f.id for f in found}
        if answer.after is not None:
            found += [f for f in answer.after.facilities if f.id not in known]
        hidden = {"before": "opened", "after": "closed"}.get(name, "")
        sites = []
        for one in found:
            state = answer.state(one.id)
            if state != hidden:
                shown = state if name == "change" else "open"
                sites.append(MapSite(name=one.name, x=one.x, y=one.y, state=shown))
        return tuple(sites)
