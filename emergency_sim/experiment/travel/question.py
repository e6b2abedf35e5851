"""A question about travel times, checked, and the situations that answer it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.domain.errors import NOTHING, Fault, InputFaults, nearest_word

if TYPE_CHECKING:
    from emergency_sim.districts.sources.outlines import Outlines
    from emergency_sim.districts.travel_answer import TravelAnswer
    from emergency_sim.network import Driving, Region

DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
KIND: Final = "kind="


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The options as given; see the command."""

    network: Path
    to: str
    zones: Path | None = None
    population: Path | None = None
    profile: str = "car"
    towards: bool = True
    season: str = "summer"
    winter_roads: str = "closed"
    keys: bool = True
    at: int | None = None
    breaks: tuple[float, ...] = (12.0, 25.0, 40.0, 60.0)
    outlines: Path | None = None
    land: Path | None = None
    close: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    without_ferries: tuple[str, ...] = ()
    worse_min: float = 10.0
    quantile: float | None = None
    helicopter: str | None = None
    activation_min: float = 5.0
    helicopter_kmh: float = 220.0
    lang: str = "en"

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
            "keys": self.keys and self.profile != "car",
            "at": hour,
            "breaks": list(self.breaks),
            "close": list(self.close),
            "open": list(self.opens),
            "without_ferries": list(self.without_ferries),
            "worse_min": self.worse_min,
            "quantile": self.quantile,
            "helicopter": None if self.helicopter is None else Path(self.helicopter).name,
        }


def fault(option: str, message: str, got: Any = NOTHING) -> Fault:
    """Return the fault of an option."""
    return Fault(file=option, message=message, got=got)


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
    if day not in DAYS or not re.fullmatch(r"([01]?[0-9]|2[0-3]):[0-5][0-9]", clock):
        near = None if day in DAYS else nearest_word(day.title()[:2], DAYS)
        message = "must be a day (Mo Tu We Th Fr Sa Su) and a time, such as 'Sa 03:00'"
        faults.append(Fault(file="--at", message=message, got=text, did_you_mean=near))
        return None
    return DAYS.index(day) * 24 + int(clock.partition(":")[0])


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
    outlines = _outlines(question.outlines, faults)
    land = _outlines(question.land, faults)
    if region is None:
        _check_population(question.population, faults)
        raise InputFaults(dict.fromkeys(faults))
    if isinstance(region.network, MatrixNetwork):
        raise InputFaults([*faults, fault("--network", "a matrix has no roads to draw")])
    from emergency_sim.experiment.travel.notes import notes
    from emergency_sim.experiment.travel.places import Reading

    reading = Reading(question, region, outlines, faults)
    after_region = region
    if question.without_ferries:
        try:
            after_region = region.without_ferries(question.without_ferries)
        except InputFaults as error:
            faults += error.faults
    if faults or reading.places is None:
        raise InputFaults(dict.fromkeys(faults))
    driving = _driving(question)
    ground = None if land is None else land.polygons
    places = reading.places
    before = situation(
        region, driving, reading.before, places, towards=question.towards, land=ground
    )
    after = None
    if question.changes:
        after = situation(
            after_region, driving, reading.after, places, towards=question.towards, land=ground
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
        notes=notes(question, driving, reading),
    )


def _driving(question: Question) -> Driving:
    """Return who drives, when and how."""
    from emergency_sim.experiment.travel.driving import overall_factor
    from emergency_sim.network import Driving, FerryClass, Profile, Season

    profile, season = Profile(question.profile), Season(question.season)
    return Driving(
        profile=profile,
        factor=overall_factor(profile, season, question.quantile),
        hours=FerryClass.DAY if question.at is None else FerryClass.at(question.at % 24),
        season=season,
        keys=profile.ambulance and question.keys,
        winter_roads=season is Season.SUMMER or question.winter_roads == "open",
    )


def _outlines(path: Path | None, faults: list[Fault]) -> Outlines | None:
    if path is None:
        return None
    from emergency_sim.districts.sources.outlines import read_outlines

    try:
        return read_outlines(path)
    except InputFaults as error:
        faults += error.faults
        return None


def _check_population(path: Path | None, faults: list[Fault]) -> None:
    """Say what is wrong with a file of people though there is no network to lay it on."""
    from emergency_sim.districts.sources.population import read_population

    if path is not None:
        try:
            read_population(path)
        except InputFaults as error:
            faults += error.faults


def _description(folder: Path) -> tuple[str, str]:
    """Return licence and date of a network."""
    from emergency_sim.experiment.travel.network_text import network_text

    text = network_text(folder)
    source = text.get("source")
    date = source.get("date") if isinstance(source, dict) else text.get("as_of")
    return " ".join(str(text.get("licence") or "").split()), str(date or "")


def _inputs(question: Question) -> dict[str, str]:
    """Return name and SHA-256 of every file that was read."""
    from emergency_sim.bundled import scenario_path

    names = ("nodes", "links")
    files = [question.network / f"{n}.{end}" for n in names for end in ("csv", "parquet")]
    files += [question.network / n for n in ("speeds.csv", "zones.csv", "sites.csv")]
    for given in (question.to, question.helicopter or KIND):
        if not given.startswith(KIND):
            files.append(Path(given))
    files += [
        path
        for path in (question.zones, question.population, question.outlines, question.land)
        if path is not None
    ]
    files.append(scenario_path("parameters/norway"))
    found: dict[str, str] = {}
    for file in dict.fromkeys(files):
        if file.is_file():
            name, count = file.name, 1
            while name in found:  # another folder's file of the same name
                name, count = f"{file.name} ({count + 1})", count + 1
            with file.open("rb") as stream:
                found[name] = hashlib.file_digest(stream, "sha256").hexdigest()
    return found
