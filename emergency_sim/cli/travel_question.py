"""What ``travel-time`` was asked, checked, and the situations that answer it."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.cli.options import fault
from emergency_sim.domain.errors import Fault, InputFaults, nearest_word

if TYPE_CHECKING:
    from emergency_sim.districts.facilities import Facility
    from emergency_sim.districts.outlines import Outlines
    from emergency_sim.districts.travel_answer import Flight, TravelAnswer
    from emergency_sim.districts.travel_study import Places
    from emergency_sim.domain.parameters import Parameters
    from emergency_sim.network import Driving, Region

DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
KIND: Final = "kind="


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The options as given; see the command."""

    network: Path
    to: str
    zones: Path | None
    population: Path | None
    profile: str
    towards: bool
    season: str
    winter_roads: str
    at: int | None
    breaks: tuple[float, ...]
    outlines: Path | None
    close: tuple[str, ...]
    opens: tuple[str, ...]
    without_ferries: tuple[str, ...]
    worse_min: float
    quantile: float | None
    helicopter: str | None
    activation_min: float
    helicopter_kmh: float
    lang: str

    @property
    def changes(self) -> bool:
        """Whether there is an after."""
        return bool(self.close or self.opens or self.without_ferries)

    def choices(self) -> dict[str, Any]:
        """Return what was asked, without paths."""
        hour = None if self.at is None else f"{DAYS[self.at // 24]} {self.at % 24:02d}:00"
        return {
            "to": self.to if self.to.startswith(KIND) else Path(self.to).name,
            "profile": self.profile,
            "direction": "to" if self.towards else "from",
            "season": self.season,
            "winter_roads": self.winter_roads if self.season == "winter" else "open",
            "at": hour,
            "breaks": list(self.breaks),
            "close": list(self.close),
            "open": list(self.opens),
            "without_ferries": list(self.without_ferries),
            "worse_min": self.worse_min,
            "quantile": self.quantile,
            "helicopter": None if self.helicopter is None else Path(self.helicopter).name,
        }


def number_list(text: str, option: str, faults: list[Fault]) -> tuple[float, ...]:
    """Return rising positive numbers separated by commas; what is wrong goes to ``faults``."""
    try:
        values = tuple(float(part) for part in text.split(","))
    except ValueError:
        values = ()
    rising = all(a < b for a, b in pairwise(values))
    if not values or not rising or not all(0 < v < 100_000 for v in values) or len(values) > 4:
        faults.append(
            fault(option, "must be one to four rising numbers, such as 12,25,40,60", text)
        )
        return (12.0, 25.0, 40.0, 60.0)
    return values


def week_hour(text: str, faults: list[Fault]) -> int | None:
    """Return the hour of the week (0: Monday 00-01) of text such as ``Sa 03:00``."""
    day, _, clock = text.strip().partition(" ")
    hour, _, minute = clock.partition(":")
    good = hour.isdigit() and minute.isdigit() and int(hour) < 24 and int(minute) < 60
    if day not in DAYS or not good:
        near = nearest_word(day.title()[:2], DAYS)
        message = "must be a day (Mo Tu We Th Fr Sa Su) and a time, such as 'Sa 03:00'"
        faults.append(Fault(file="--at", message=message, got=text, did_you_mean=near))
        return None
    return DAYS.index(day) * 24 + int(hour)


def answer(question: Question, faults: list[Fault]) -> TravelAnswer:
    """Return the travel times that were asked for.

    Parameters
    ----------
    question
        The options.
    faults
        What is wrong with them already; it is raised with all that is found here.

    Raises
    ------
    InputFaults
        Everything wrong with options and files.
    """
    from emergency_sim.districts.travel_answer import TravelAnswer
    from emergency_sim.districts.travel_study import situation, table
    from emergency_sim.network import MatrixNetwork, read_region

    region: Region | None = None
    try:
        region = read_region(question.network)
    except InputFaults as error:
        faults += error.faults
    parameters = _parameters()
    outlines = _outlines(question.outlines, faults)
    if region is None:
        raise InputFaults(dict.fromkeys(faults))
    if isinstance(region.network, MatrixNetwork):
        raise InputFaults([*faults, fault("--network", "a matrix has no roads to draw")])
    reading = _Reading(question, region, outlines, faults)
    after_region = region
    if question.without_ferries:
        try:
            after_region = region.without_ferries(question.without_ferries)
        except InputFaults as error:
            faults += error.faults
    if faults or reading.places is None:
        raise InputFaults(dict.fromkeys(faults))
    driving = _driving(question, parameters)
    land = None if outlines is None else outlines.polygons
    places = reading.places
    before = situation(region, driving, reading.before, places, towards=question.towards, land=land)
    after = None
    if question.changes:
        after = situation(
            after_region, driving, reading.after, places, towards=question.towards, land=land
        )
    rows = table(places, before, after, question.breaks, question.worse_min)
    text = _description(question.network)
    return TravelAnswer(
        name=region.meta["name"],
        places=places,
        before=before,
        after=after,
        breaks=question.breaks,
        worse_min=question.worse_min,
        rows=tuple(rows),
        municipality_names=reading.names,
        outlines=outlines,
        cell_m=reading.cell_m,
        flight=reading.flight,
        lang=question.lang,
        licence=text[0],
        date=text[1],
        choices=question.choices(),
        inputs=_inputs(question),
        notes=_notes(question, driving, reading),
    )


class _Reading:
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
        from emergency_sim.districts.population import read_population
        from emergency_sim.districts.travel_study import Places

        question = self.question
        if question.population is not None:
            cells = read_population(question.population)
            lived = cells.where(cells.population > 0)
            if outlines is not None:
                lived = lived.where(outlines.inside(lived.x, lived.y))
            near = _near(self.region, lived.x, lived.y)
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
        self.places = self._grouped(
            Places(
                ids=zones.ids, names=zones.names, x=zones.x, y=zones.y,
                people=zones.population.sum(axis=1), municipality=zones.municipality,
                district=zones.area, node=zones.node, access_s=zones.access_mean_s,
            ),
            outlines,
        )  # fmt: skip

    left_out = 0.0

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
    """Return which points lie within 5 km of the network's roads: others are of another region."""
    from emergency_sim.districts.approach import FARTHEST_M
    from emergency_sim.network.snapping import snap

    west, east = np.nanmin(region.x) - FARTHEST_M, np.nanmax(region.x) + FARTHEST_M
    south, north = np.nanmin(region.y) - FARTHEST_M, np.nanmax(region.y) + FARTHEST_M
    near = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    inside = np.flatnonzero(near)
    near[inside] = snap(region, x[inside], y[inside]).metres <= FARTHEST_M
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


def _parameters() -> Parameters:
    """Return the bundled parameter set."""
    from emergency_sim.bundled import scenario_path
    from emergency_sim.scenario.parameters import read_parameter_set

    path = scenario_path("parameters/norway")
    return read_parameter_set(path, name=path.name)


def _driving(question: Question, parameters: Parameters) -> Driving:
    """Return who drives, when and how; overall factors are those of the parameter set."""
    from emergency_sim.network import Driving, FerryClass, Profile, Season
    from emergency_sim.network.trip_noise import quantile

    profile, season = Profile(question.profile), Season(question.season)
    factor = parameters.number(profile.factor_parameter)
    if season is Season.WINTER:
        factor *= parameters.number("drive.winter_factor")
    if question.quantile is not None:
        factor *= quantile(1.0, parameters.number("drive.noise_sigma"), question.quantile)
    return Driving(
        profile=profile,
        factor=factor,
        hours=FerryClass.DAY if question.at is None else FerryClass.at(question.at % 24),
        season=season,
        winter_roads=season is Season.SUMMER or question.winter_roads == "open",
    )


def _outlines(path: Path | None, faults: list[Fault]) -> Outlines | None:
    if path is None:
        return None
    from emergency_sim.districts.outlines import read_outlines

    try:
        return read_outlines(path)
    except InputFaults as error:
        faults += error.faults
        return None


def _description(folder: Path) -> tuple[str, str]:
    """Return licence and date of a network."""
    from emergency_sim.cli.network_info import description

    text = description(folder)
    source = text.get("source")
    date = source.get("date") if isinstance(source, dict) else text.get("as_of")
    return " ".join(str(text.get("licence") or "").split()), str(date or "")


def _inputs(question: Question) -> dict[str, str]:
    """Return name and SHA-256 of every file that was read."""
    names = ("nodes", "links")
    files = [question.network / f"{n}.{end}" for n in names for end in ("csv", "parquet")]
    files += [question.network / n for n in ("speeds.csv", "zones.csv", "sites.csv")]
    for given in (question.to, question.helicopter or KIND):
        if not given.startswith(KIND):
            files.append(Path(given))
    files += [p for p in (question.zones, question.population, question.outlines) if p is not None]
    found = {}
    for file in files:
        if file.is_file():
            with file.open("rb") as stream:
                found[file.name] = hashlib.file_digest(stream, "sha256").hexdigest()
    return found


def _notes(question: Question, driving: Driving, reading: _Reading) -> tuple[str, ...]:
    """Return what the reader must know."""
    from emergency_sim.network import RoadNetwork
    from emergency_sim.report.map_texts import wait_note

    network = reading.region.network
    notes = []
    if isinstance(network, RoadNetwork) and network.ferry.any():
        notes.append(wait_note(driving.hours, question.lang))
    if reading.left_out:
        from emergency_sim.report.style import number

        people = number(reading.left_out, 0, question.lang)
        notes.append(
            {
                "en": f"{people} people of the population file live more than 5 km from the "
                "network's roads and are not in the figures.",
                "nb": f"{people} mennesker i befolkningsfilen bor mer enn 5 km fra nettets veier "
                "og er ikke med i tallene.",
            }[question.lang]
        )
    return tuple(notes)
