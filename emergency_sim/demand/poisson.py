"""Drawing potential incidents: a Poisson count per entry and day, whole columns at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.demand.draws import COUNT, DRAWS
from emergency_sim.demand.potential import Potential
from emergency_sim.demand.problems import LVS_ENTRIES
from emergency_sim.demand.profiles import Profiles, season
from emergency_sim.domain.incident import AGE_GROUPS, Entry
from emergency_sim.domain.streams import Blocks
from emergency_sim.domain.units import DAY, DAYS_PER_YEAR, HOUR

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from numpy.typing import NDArray

    from emergency_sim.demand.models import Poisson
    from emergency_sim.demand.rates import Rates
    from emergency_sim.domain.clock import Horizon
    from emergency_sim.domain.parameters import Parameters
    from emergency_sim.domain.streams import Streams
    from emergency_sim.domain.zones import ZoneTable

HOURS = np.arange(25.0)
N_AGES = len(AGE_GROUPS)


def draw(
    model: Poisson,
    *,
    rates: Rates,
    zones: ZoneTable,
    horizon: Horizon,
    streams: Streams,
    holidays: Collection[date],
    parameters: Parameters,
    stretch: range | None = None,
    first: int = 0,
) -> Potential:
    """Draw all potential incidents of the horizon; see :func:`emergency_sim.demand.draw_potential`.

    Notes
    -----
    Non-homogeneous Poisson process by (entry, zone, age): the day's count has mean
    ``envelope x rate x day factor``; time of day and (zone, age) by inversion of their cumulative
    weights. Blocks per day, so a longer horizon begins with the shorter one.
    """
    stretch = range(horizon.total_days) if stretch is None else stretch
    profiles = Profiles(parameters, holidays)
    places = _Places(rates, zones, season(parameters, zones.municipality))
    entries = [entry for entry in Entry if rates.per_1000[entry] > 0]
    names = [_stream(entry, draw) for entry in entries for draw in (COUNT, *DRAWS[entry])]
    blocks = Blocks(streams, names, len(stretch), stretch.start)
    days = [(day, horizon.date_of(day)) for day in stretch]
    parts = [_entry(entry, model.envelope, profiles, places, days, blocks) for entry in entries]
    sizes = [len(part["time_s"]) for _, part in parts]
    total = sum(sizes)
    entry_column = np.repeat(np.array([e for e, _ in parts], np.int8), sizes)
    time_s = _joined(parts, sizes, "time_s", total)
    order = np.argsort(time_s, kind="stable")  # parts are in order of entry, rows of ordinal
    draws = {name for of_entry in DRAWS.values() for name in of_entry} - {"time", "place"}
    cell = _joined(parts, sizes, "cell", total)[order].astype(np.int64)
    return Potential(
        start=horizon.start,
        time_s=time_s[order],
        zone=(cell // N_AGES).astype(np.int32),
        age=(cell % N_AGES).astype(np.int8),
        entry=entry_column[order],
        uniforms={name: _joined(parts, sizes, name, total)[order] for name in sorted(draws)},
        envelope=model.envelope,
        per_person=rates.per_person,
        first=first,
    )


class _Places:
    """Cumulative rates over (zone, age) by entry and month."""

    def __init__(self, rates: Rates, zones: ZoneTable, season: NDArray[Any]) -> None:
        self._rates = rates
        self._population = np.asarray(zones.population, float)
        self._inside = ~np.asarray(zones.outside, bool)
        self._season = season
        self._constant = bool((season == 1).all())
        self._known: dict[tuple[Entry, int], NDArray[Any]] = {}

    def cumulative(self, entry: Entry, month: int) -> NDArray[Any]:
        """Return incidents per year, cumulated over (zone, age), in a month (1-12)."""
        key = entry, 0 if self._constant else month
        if key not in self._known:
            rate = self._population * self._rates.per_person[entry]
            if entry not in LVS_ENTRIES:  # outsiders use the clinic and nothing else
                rate = rate * self._inside[:, None]
            self._known[key] = np.cumsum(rate * self._season[:, month - 1, None])
        return self._known[key]


def _entry(
    entry: Entry,
    envelope: float,
    profiles: Profiles,
    places: _Places,
    days: list[tuple[int, date]],
    blocks: Blocks,
) -> tuple[Entry, dict[str, NDArray[Any]]]:
    """Draw one entry: columns over all days, in order of day and ordinal."""
    counts = np.zeros(len(days), np.int64)
    for i, (_, day) in enumerate(days):
        rate = float(places.cumulative(entry, day.month)[-1])
        mean = envelope * rate * profiles.day_factor(entry, day) / DAYS_PER_YEAR
        counts[i] = blocks.generator(_stream(entry, COUNT), i).poisson(mean)
    ends = np.cumsum(counts)
    sizes = counts.tolist()
    columns: dict[str, NDArray[Any]] = {}
    busy = [(i, int(ends[i] - counts[i]), int(ends[i])) for i in range(len(days)) if counts[i]]
    for draw_name in DRAWS[entry]:
        columns[draw_name] = blocks.uniforms(_stream(entry, draw_name), sizes)
    time = columns.pop("time")
    place = columns.pop("place")
    columns["time_s"] = np.empty_like(time)
    columns["cell"] = np.empty_like(place)
    for i, begin, end in busy:
        number, day = days[i]
        hours = np.interp(time[begin:end], profiles.hour_cdf(entry, day), HOURS)
        columns["time_s"][begin:end] = np.minimum(
            number * DAY + hours * HOUR, np.nextafter((number + 1) * DAY, 0)
        )
        cumulative = places.cumulative(entry, day.month)
        cell = np.searchsorted(cumulative, place[begin:end] * cumulative[-1], side="right")
        columns["cell"][begin:end] = np.minimum(cell, cumulative.size - 1)
    return entry, columns


def _stream(entry: Entry, draw: str) -> str:
    return f"{entry.name.lower()}.{draw}"


def _joined(
    parts: list[tuple[Entry, dict[str, NDArray[Any]]]], sizes: list[int], name: str, total: int
) -> NDArray[Any]:
    """Return one column over all entries; 0 where an entry does not draw it."""
    column = np.zeros(total)
    begin = 0
    for (_, columns), size in zip(parts, sizes, strict=True):
        if name in columns:
            column[begin : begin + size] = columns[name]
        begin += size
    return column
