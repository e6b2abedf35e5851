"""Where people live and where they travel to, as a question about travel times names them."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.errors import Fault, InputFaults, nearest_word
from emergency_sim.experiment.travel.question import KIND, fault

if TYPE_CHECKING:
    from emergency_sim.districts.facilities import Facility
    from emergency_sim.districts.sources.cells import Cells
    from emergency_sim.districts.sources.outlines import Outlines
    from emergency_sim.districts.travel_answer import Flight
    from emergency_sim.districts.travel_study import Places
    from emergency_sim.experiment.travel.question import Question
    from emergency_sim.network import Region

COAST_M: Final = 1_000.0
"""The middle of a zone's people may lie so far off the coast at which outlines end."""


class Reading:
    """Places and people, read and checked; what is wrong goes to the list of faults."""

    def __init__(
        self, question: Question, region: Region, outlines: Outlines | None, faults: list[Fault]
    ) -> None:
        self.question, self.region, self.faults = question, region, faults
        self.names: dict[str, str] = {}
        self.cell_m = 0.0
        self.flight: Flight | None = None
        self.places: Places | None = None
        self.before: tuple[Facility, ...] = ()
        self.after: tuple[Facility, ...] = ()
        for step in (self._facilities, lambda: self._people(outlines), self._flight):
            try:
                step()
            except InputFaults as error:
                faults += error.faults

    def _facilities(self) -> None:
        from emergency_sim.districts.facilities import named, off_network, open_facilities
        from emergency_sim.network.snapping import snap

        question = self.question
        found = self._listed(question.to, "--to")
        file = self._file(question.to)
        x, y = (np.array([getattr(f, c) for f in found]) for c in ("x", "y"))
        far = off_network(found, snap(self.region, x, y).metres, file=file)
        self.faults += far
        new = _opened(question.opens, {f.id for f in found}, self.faults)
        if new:
            x, y = (np.array([getattr(f, c) for f in new]) for c in ("x", "y"))
            self.faults += off_network(new, snap(self.region, x, y).metres, file="--open")
        closed = named(found, question.close, "--close")
        left = tuple(f for f in found if f.id not in closed) + new
        if not left:
            self.faults.append(fault("--close", "no place is left after the change"))
        if far or not left:
            return
        self.before, self.after = found, left
        self.listed = len(found)
        if question.at is not None:
            self.before, self.after = (
                open_facilities(some, lambda text: _is_open(text, question.at or 0), file=file)
                for some in (found, left)
            )

    def _listed(self, given: str, option: str) -> tuple[Facility, ...]:
        from emergency_sim.districts.facilities import KINDS, read_facilities

        kind = given.removeprefix(KIND) if given.startswith(KIND) else None
        if kind is not None and kind not in KINDS:
            near = nearest_word(kind, KINDS)
            message = f"kind must be one of {', '.join(KINDS)}"
            raise InputFaults([Fault(file=option, message=message, got=kind, did_you_mean=near)])
        return read_facilities(Path(self._file(given)), self.region, kind)

    def _file(self, given: str) -> str:
        return str(self.question.network / "sites.csv") if given.startswith(KIND) else given

    def _people(self, outlines: Outlines | None) -> None:
        from emergency_sim.districts.sources.population import read_population
        from emergency_sim.districts.travel_study import Places

        question = self.question
        if question.population is not None:
            cells = read_population(question.population)
            lived = cells.where(cells.population > 0)
            if outlines is not None:
                # A square belongs to the areas if it touches them: its middle may lie in the sea.
                lived = lived.where(self._inside(outlines, lived, lived.size_m / 2**0.5))
            if len(lived) == 0:
                message = "nobody of the population file lives in the outlines"
                raise InputFaults([fault("--outlines", message, str(question.outlines))])
            near = _near(self.region, lived.x, lived.y)
            if outlines is not None and question.land is not None:
                near[:] = True  # the outlines say who belongs here, the land who takes a boat
            self.left_out = float(lived.population[~near].sum())
            lived = lived.where(near)
            if len(lived) == 0:
                message = "nobody lives within 5 km of the network's roads"
                raise InputFaults([fault("--population", message, str(question.population))])
            self.cell_m = lived.size_m
            self.places = self._grouped(
                Places(
                    ids=lived.ids, names=lived.names, x=lived.x, y=lived.y,
                    people=lived.population, municipality=lived.municipality,
                    district=("",) * len(lived),
                ),
                outlines,
            )  # fmt: skip
            return
        zones = self._zones()
        self.names = dict(zip(zones.municipality, zones.municipality_name, strict=True))
        people = zones.population.sum(axis=1)
        kept = np.arange(len(zones))
        if outlines is not None:
            inside = outlines.inside(zones.x, zones.y, COAST_M)
            kept, self.outside = np.flatnonzero(inside), float(people[~inside].sum())
        if kept.size == 0:
            message = "no zone of the network lies in the outlines"
            raise InputFaults([fault("--outlines", message, str(question.outlines))])

        def some(values: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(values[k] for k in kept.tolist())

        self.places = self._grouped(
            Places(
                ids=some(zones.ids), names=some(zones.names), x=zones.x[kept], y=zones.y[kept],
                people=people[kept], municipality=some(zones.municipality),
                district=some(zones.area), node=zones.node[kept],
                access_s=zones.access_mean_s[kept],
            ),
            outlines,
        )  # fmt: skip

    left_out = 0.0
    outside = 0.0
    listed = 0

    def _inside(self, outlines: Outlines, cells: Cells, within_m: float) -> Any:
        """Return which cells belong to the outlines; the people of the others are counted."""
        inside = outlines.inside(cells.x, cells.y, within_m)
        self.outside = float(cells.population[~inside].sum())
        return inside

    def _zones(self) -> Any:
        if self.question.zones is not None:
            from emergency_sim.network.zone_table import read_zones

            index = {name: k for k, name in enumerate(self.region.node_ids)}
            found: list[Fault] = []
            zones = read_zones(self.question.zones, index, set(index), found)
            if found:
                raise InputFaults(found)
            return zones
        if self.region.zones is None:
            message = "the network has no zones.csv: give --population FILE or --zones FILE"
            raise InputFaults([fault("--network", message, str(self.question.network))])
        return self.region.zones

    def _grouped(self, places: Places, outlines: Outlines | None) -> Places:
        """Return the places in the user's own areas, if there are any."""
        from dataclasses import replace

        if outlines is None:
            return places
        at = outlines.holding(places.x, places.y)
        self.names = dict(zip(outlines.ids, outlines.names, strict=True))
        return replace(places, municipality=tuple(outlines.ids[k] for k in at.tolist()))

    def _flight(self) -> None:
        from emergency_sim.districts.travel_answer import flight

        question = self.question
        if question.helicopter is None:
            return
        bases = self._listed(question.helicopter, "--helicopter")
        if self.places is not None:
            self.flight = flight(
                bases, self.places.x, self.places.y, question.activation_min,
                question.helicopter_kmh,
            )  # fmt: skip


def _near(region: Region, x: Any, y: Any) -> Any:
    """Return which points lie within 5 km of the network's roads: others are of another region.

    Any road counts, also one that is closed to who asks: its people are not reached, not elsewhere.
    """
    from emergency_sim.districts.approach import FARTHEST_M
    from emergency_sim.network import Driving, Profile
    from emergency_sim.network.snapping import snap

    west, east = np.nanmin(region.x) - FARTHEST_M, np.nanmax(region.x) + FARTHEST_M
    south, north = np.nanmin(region.y) - FARTHEST_M, np.nanmax(region.y) + FARTHEST_M
    near = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    inside = np.flatnonzero(near)
    anybody = Driving(profile=Profile.AMBULANCE_BLUE, keys=True, winter_roads=True)
    near[inside] = snap(region, x[inside], y[inside], anybody).metres <= FARTHEST_M
    return near


def _opened(texts: tuple[str, ...], known: set[str], faults: list[Fault]) -> tuple[Facility, ...]:
    """Return new places of ``NAME=LON,LAT``."""
    from emergency_sim.districts.facilities import facility

    found = []
    for text in texts:
        name, _, degrees = text.rpartition("=")
        try:
            lon, lat = (float(part) for part in degrees.split(","))
        except ValueError:
            lon = lat = math.nan
        if not name or not (-180 <= lon <= 180 and -90 <= lat <= 90):
            message = "must be NAME=LON,LAT in degrees, such as 'Midsund=6.68,62.69'"
            faults.append(fault("--open", message, text))
        elif name in known:
            faults.append(fault("--open", "there is already a place of this name", name))
        else:
            known.add(name)
            found.append(facility(name, name, lon, lat))
    return tuple(found)


def _is_open(text: str, hour: int) -> bool:
    from emergency_sim.calendar.shifts import hours_of_week

    return bool(hours_of_week(text)[hour])
