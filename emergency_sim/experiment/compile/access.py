"""The people's way to a doctor, zone by zone and quarter by quarter of a plain week (assumption A49)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.week import Week
from emergency_sim.domain.travel import NO_WAY
from emergency_sim.domain.units import MS_PER_S
from emergency_sim.experiment.compile.areas import distinct_columns, ferry_class_of_slots
from emergency_sim.experiment.compile.service import service_calendar
from emergency_sim.network.travel_times import RoadTravelTimes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.domain.travel import TravelTimes
    from emergency_sim.domain.zones import ZoneTable
    from emergency_sim.experiment.compile.areas import Areas
    from emergency_sim.scenario import Scenario

PLAIN_MONDAY: Final = date(2024, 9, 9)
"""Monday of a week without holidays."""
INFINITY: Final = float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class CarWays:
    """Ways by car from the zones to some sites in the three ferry classes.

    Parameters
    ----------
    seconds
        float64 (3, zones, sites): expected, the zone's mean access time included; ``inf``: no way.
    km
        The same in road kilometres; a ferry minute counts 1 km.
    """

    seconds: NDArray[Any]
    km: NDArray[Any]


def car_ways(zones: ZoneTable, sites: list[int], car: tuple[TravelTimes, ...]) -> CarWays:
    """Return the ways from every zone to the nodes of ``sites``."""
    unique, back = np.unique(zones.node, return_inverse=True)
    nodes = unique.tolist()
    shape = (len(car), len(zones), len(sites))
    seconds, km = np.empty(shape), np.empty(shape)
    if sites:
        for k, times in enumerate(car):
            way, road = _ways(times, nodes, sites)
            np.add(way[back], zones.access_mean_s[:, None], out=seconds[k])
            km[k] = road[back]
    return CarWays(seconds=seconds, km=km)


def _ways(times: TravelTimes, nodes: list[int], sites: list[int]) -> tuple[Any, Any]:
    """Return seconds and kilometres from nodes to sites; of a large network they are kept."""
    if isinstance(times, RoadTravelTimes) and times.keeps_tables:
        ms = times.matrix(nodes, sites)
        return np.where(ms == NO_WAY, np.inf, ms / MS_PER_S), times.kilometres_kept(nodes, sites)
    return times.rows(nodes, sites), times.kilometres(nodes, sites)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Ways by car per zone and quarter of an hour.

    Quarters in which the same clinics and satellites serve, with doctors at the same ones and in the
    same ferry class, share a column, a *state* of the week.

    Parameters
    ----------
    state
        int64 (672,): the column of each quarter of a plain week, Monday 00:00 first.
    serving
        int32 (zones, states): index of the clinic whose patients the zone's people are; -1: none.
    doctor_s
        Expected seconds to that clinic where it has a doctor on duty; ``inf`` otherwise.
    any_s
        To the nearest open site that takes a regular patient of the zone.
    km
        Road kilometres to the serving clinic (a ferry minute counts 1 km); NaN where none.
    satellite_km
        The same to the zone's satellite in its hours; NaN where none is open.
    """

    state: NDArray[Any]
    serving: NDArray[Any]
    doctor_s: NDArray[Any]
    any_s: NDArray[Any]
    km: NDArray[Any]
    satellite_km: NDArray[Any]

    def decay_km(self, *, at_satellites: bool) -> NDArray[Any]:
        """Return the kilometres on which the distance decay works, shape (zones, 672); NaN: off (R3).

        It is off where a satellite is open (the pilot found no change in use), here or in the base
        (assumption A9);
        with ``at_satellites`` the way to the satellite counts instead.
        """
        there = np.isfinite(self.satellite_km)
        km = np.where(there, self.satellite_km if at_satellites else np.nan, self.km)
        return np.asarray(km[:, self.state])

    def week(self) -> Week:
        """Return what the indicators of travel are made of."""
        return Week(
            state=self.state, serving=self.serving, doctor_s=self.doctor_s, any_s=self.any_s
        )


def access(scenario: Scenario, areas: Areas, clinics: int, ways: CarWays) -> Access:
    """Return the access of a scenario.

    Parameters
    ----------
    scenario
        Its opening and duty hours count.
    areas
        Who belongs together.
    clinics
        How many clinics are in service.
    ways
        To the clinics, then to the satellites in service.
    """
    week = service_calendar(scenario, areas, PLAIN_MONDAY, 7)
    ferry = ferry_class_of_slots(week.clinic.shape[1])
    first, state = distinct_columns(week.clinic, week.satellite, week.doctor, ferry[None])
    clinic = week.clinic[areas.of_zone][:, first]
    satellite = week.satellite[areas.of_zone][:, first]
    zone = np.arange(len(areas.of_zone))[:, None]

    def to(who: NDArray[Any], table: NDArray[Any], nobody: float, begin: int = 0) -> NDArray[Any]:
        known = who >= 0
        result = np.full(who.shape, nobody)
        at = np.broadcast_to(ferry[first], who.shape)[known]
        result[known] = table[at, np.broadcast_to(zone, who.shape)[known], begin + who[known]]
        return result

    way = to(clinic, ways.seconds, INFINITY)
    there = to(satellite, ways.seconds, INFINITY, clinics)
    manned = np.zeros(clinic.shape, bool)
    if clinics:
        manned = (clinic >= 0) & week.doctor[np.maximum(clinic, 0), first[None, :]]
    return Access(
        state=state,
        serving=clinic,
        doctor_s=np.where(manned, way, INFINITY),
        any_s=np.minimum(way, there),
        km=to(clinic, ways.km, np.nan),
        satellite_km=to(satellite, ways.km, np.nan, clinics),
    )
