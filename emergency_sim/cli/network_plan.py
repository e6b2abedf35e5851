"""What building a network needs beside the roads: checked options, speeds and people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emergency_sim.cli.options import fault, new_folder_faults, one_of
from emergency_sim.domain.errors import InputFaults

if TYPE_CHECKING:
    from pathlib import Path

    from emergency_sim.domain.errors import Fault
    from emergency_sim.network.build import People


class Plan:
    """What building a network needs beside the roads, read and checked."""

    def __init__(
        self,
        out: Path,
        service: str,
        tracks: str,
        departures: str,
        speeds: Path | None,
        population: Path | None,
    ) -> None:
        from emergency_sim.bundled import bundled_root
        from emergency_sim.network.built import is_network
        from emergency_sim.network.osm.tags import RoadChoice
        from emergency_sim.network.speed_table import SpeedTable, read_speeds

        self.out = out
        self.faults: list[Fault] = []
        self.speeds = SpeedTable()
        self.people: People | None = None
        self.choice = RoadChoice()
        for label, given, known in (
            ("--service", service, ("none", "some", "all")),
            ("--tracks", tracks, ("none", "good", "all")),
        ):
            self.faults += one_of(label, given, known)
        per_hour = _departures(departures, self.faults)
        if not self.faults:
            self.choice = RoadChoice(service=service, tracks=tracks, departures=per_hour)
        self.faults += new_folder_faults(out, is_network)
        try:
            self.speeds = read_speeds(speeds or bundled_root() / "networks" / "speeds.csv")
        except InputFaults as error:
            self.faults += error.faults
        try:
            self.people = _people(population)
        except InputFaults as error:
            self.faults += error.faults


def _departures(text: str, faults: list[Fault]) -> tuple[float, float, float]:
    """Return three numbers per hour; what is wrong with them goes to ``faults``."""
    try:
        day, evening, night = (float(part) for part in text.split(","))
    except ValueError:
        message = "must be three numbers separated by commas: day, evening, night"
        faults.append(fault("--ferry-departures", message, text))
        return (1.0, 1.0, 1.0)
    if not all(0 <= n <= 60 for n in (day, evening, night)):
        faults.append(fault("--ferry-departures", "must be from 0 to 60 an hour", text))
    return day, evening, night


def _people(path: Path | None) -> People | None:
    if path is None:
        return None
    from emergency_sim.districts.sources.population import read_population
    from emergency_sim.network.build import People

    cells = read_population(path)
    return People(x=cells.x, y=cells.y, count=cells.population)
