"""The white paper's table of travel times to legevakt, made from open data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.districts.approach import approach
from emergency_sim.districts.beyond import GroupTravel, by_group, group_travel
from emergency_sim.network.reach import Reach
from emergency_sim.network.snapping import snap
from emergency_sim.network.speeds import Driving

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.districts.sources.cells import Cells
    from emergency_sim.districts.sources.legevakter import LegevaktList
    from emergency_sim.districts.sources.municipalities import Municipalities
    from emergency_sim.network.region import Region

BREAKS: Final = (40.0, 60.0)
"""Minutes of the travel-time requirement that was proposed in 2015."""
PUBLISHED: Final = {
    "share_over_40": 0.052,
    "share_over_60": 0.015,
    "municipalities_mean_over_40": 71,
    "municipalities_mean_at_least_60": 30,
}
"""Meld. St. 23 (2024-2025), with the legevakter of 2022."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NationalTravel:
    """Travel times of all people to one choice of legevakt.

    Parameters
    ----------
    everybody
        All people together.
    municipalities
        Each municipality, by number.
    minutes
        float64 per cell.
    legevakt
        int64 per cell: which legevakt it is.
    """

    everybody: GroupTravel
    municipalities: tuple[GroupTravel, ...]
    minutes: NDArray[Any] = field(repr=False)
    legevakt: NDArray[Any] = field(repr=False)

    def row(self) -> dict[str, float | int | None]:
        """Return the figures of the white paper; shares as fractions."""
        means = [m.mean_min for m in self.municipalities if m.mean_min is not None]
        return {
            "share_over_40": self.everybody.share(0),
            "share_over_60": self.everybody.share(1),
            "municipalities_mean_over_40": sum(m > BREAKS[0] for m in means),
            "municipalities_mean_at_least_60": sum(m >= BREAKS[1] for m in means),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class WhitePaper:
    """The table, and what it rests on.

    Parameters
    ----------
    own_district
        To the legevakt that serves the people's own municipality (of several the quickest).
    nearest
        To the quickest legevakt of all.
    municipality
        int64 per cell: index of its municipality.
    boat
        bool per cell: reached by boat.
    metres
        float64 per cell: straight line to its road.
    site_metres
        float64 per legevakt: the same.
    """

    own_district: NationalTravel
    nearest: NationalTravel
    municipality: NDArray[Any] = field(repr=False)
    boat: NDArray[Any] = field(repr=False)
    metres: NDArray[Any] = field(repr=False)
    site_metres: NDArray[Any] = field(repr=False)


def white_paper(
    region: Region,
    cells: Cells,
    municipalities: Municipalities,
    listed: LegevaktList,
    driving: Driving | None = None,
) -> WhitePaper:
    """Return the travel times of all people to their own and to the nearest legevakt.

    Parameters
    ----------
    region
        The national network.
    cells
        Where people live.
    municipalities
        Their outlines are the land (assumption N6: by boat over more than 1 km of water).
    listed
        The legevakter and whom they serve.
    driving
        Default: an ordinary car in summer by day.

    Notes
    -----
    Seconds from a cell to a legevakt = way to its road + way along roads and ferries + way from the
    road to the legevakt; both ways beside the road by the same rule.
    """
    driving = driving or Driving()
    here = snap(region, cells.x, cells.y, driving)
    way = approach(cells.x, cells.y, here, municipalities.outlines)
    site_x, site_y = (np.array([getattr(s, c) for s in listed.legevakter]) for c in ("x", "y"))
    sites = snap(region, site_x, site_y, driving)
    seconds = Reach(region, driving, sites, towards=True).seconds(here)
    seconds += way.seconds[None, :] + sites.access_seconds()[:, None]
    municipality = municipalities.holding(cells.x, cells.y)
    serves = np.zeros((len(listed), len(municipalities)), dtype=bool)
    for m, number in enumerate(municipalities.numbers):
        serves[list(listed.serving(number)), m] = True
    own = np.where(serves[:, municipality], seconds, np.inf)
    numbers = np.asarray(municipalities.numbers, dtype=object)[municipality].tolist()
    return WhitePaper(
        own_district=_travel(own, cells, numbers),
        nearest=_travel(seconds, cells, numbers),
        municipality=municipality,
        boat=way.boat,
        metres=here.metres,
        site_metres=sites.metres,
    )


def _travel(seconds: NDArray[Any], cells: Cells, numbers: list[str]) -> NationalTravel:
    legevakt = seconds.argmin(axis=0)
    minutes = seconds[legevakt, np.arange(len(cells))] / 60.0
    return NationalTravel(
        everybody=group_travel("all", minutes, cells.population, BREAKS),
        municipalities=tuple(by_group(numbers, minutes, cells.population, BREAKS)),
        minutes=minutes,
        legevakt=legevakt,
    )
