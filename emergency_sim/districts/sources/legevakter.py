"""The list of legevakter and the municipalities that each one serves, matched by name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.districts.sources.geojson import read_features
from emergency_sim.districts.sources.register import point_of
from emergency_sim.domain.errors import Fault, InputFaults, nearest_word

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from emergency_sim.districts.sources.geojson import Feature
    from emergency_sim.districts.sources.municipalities import Municipalities

BETWEEN_MUNICIPALITIES: Final = ","
_COUNTY = re.compile(r"\s*\([^)]*\)")
"""``Våler (Viken)``: the list adds the county, by its name of then, to a name borne twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedLegevakt:
    """One legevakt of the list.

    Parameters
    ----------
    name, town
        As in the list.
    lon, lat
        Degrees, EPSG:4326.
    x, y
        EPSG:25833 metres.
    host
        Number of the municipality where it stands.
    municipalities
        Numbers of those it serves, sorted.
    """

    name: str
    town: str
    lon: float
    lat: float
    x: float
    y: float
    host: str
    municipalities: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LegevaktList:
    """All legevakter, and what the list leaves open.

    Parameters
    ----------
    legevakter
        In the order of the list.
    unmatched
        (legevakt, name) of each municipality's name that no municipality bears.
    by_distance
        (legevakt, name, number) of each name borne by several, of which the nearest was taken.
    without
        Numbers of the municipalities that no legevakt names.
    fallback
        Number → index of the legevakt that serves a municipality without: the nearest to its
        middle as the crow flies (assumption A58).
    """

    legevakter: tuple[ListedLegevakt, ...]
    unmatched: tuple[tuple[str, str], ...]
    by_distance: tuple[tuple[str, str, str], ...]
    without: tuple[str, ...]
    fallback: dict[str, int]

    def __len__(self) -> int:
        """Return the number of legevakter."""
        return len(self.legevakter)

    def serving(self, number: str) -> tuple[int, ...]:
        """Return the indices of the legevakter of a municipality: of the list, or the fallback."""
        named = tuple(k for k, one in enumerate(self.legevakter) if number in one.municipalities)
        if not named and number in self.fallback:
            return (self.fallback[number],)
        return named

    def served(self, index: int) -> tuple[str, ...]:
        """Return the numbers of the municipalities that a legevakt serves, fallback included."""
        more = [number for number, at in self.fallback.items() if at == index]
        return tuple(sorted({*self.legevakter[index].municipalities, *more}))

    def own(self, municipalities: Municipalities) -> NDArray[np.int64]:
        """Return per municipality the index of its legevakt; of several the nearest, -1: none."""
        result = np.full(len(municipalities), -1, dtype=np.int64)
        for m, number in enumerate(municipalities.numbers):
            serving = self.serving(number)
            if serving:
                away = [_away(self.legevakter[k], municipalities.outlines[m]) for k in serving]
                result[m] = serving[int(np.argmin(away))]
        return result

    def find(self, names: Iterable[str], where: str) -> tuple[int, ...]:
        """Return the indices of legevakter by name, or by a part of a name that only one has.

        Parameters
        ----------
        names
            Without regard to case.
        where
            Name of the option, for faults.

        Raises
        ------
        InputFaults
            Every name that no legevakt, or more than one, answers to.
        """
        known = [one.name for one in self.legevakter]
        plain = [name.casefold() for name in known]
        short = [name.partition(" legevakt")[0] for name in plain]
        found, faults = [], []
        for name in names:
            wanted = name.strip().casefold()
            same = [k for k, other in enumerate(plain) if other in (wanted, f"{wanted} legevakt")]
            same = same or [k for k, other in enumerate(plain) if wanted and wanted in other]
            if len(same) == 1:
                found.append(same[0])
                continue
            if same:
                message = "several legevakter answer to this name: write one of them in full"
                near: str | None = "' or '".join(known[k] for k in same[:4])
            else:
                message = "no legevakt of the list has this name"
                close = nearest_word(wanted, plain) or nearest_word(wanted, short)
                near = known[(plain if close in plain else short).index(close)] if close else None
            faults.append(Fault(file=where, message=message, got=name, did_you_mean=near))
        if faults:
            raise InputFaults(faults)
        return tuple(dict.fromkeys(found))


def read_legevakter(path: Path | str, municipalities: Municipalities) -> LegevaktList:
    """Read the list of legevakter and match the names of those they serve.

    Parameters
    ----------
    path
        GeoJSON of points with ``navn``, ``poststed`` and ``kommune``: the names of the
        municipalities served, separated by commas.
    municipalities
        Whose names they are. A name borne by several means the one nearest to the legevakt.

    Raises
    ------
    InputFaults
        Everything wrong with the file. A name that no municipality bears is no fault: the list and
        the outlines may be of different years; see :attr:`LegevaktList.unmatched`.
    """
    shown, faults = str(path), list[Fault]()
    found: list[ListedLegevakt] = []
    unmatched: list[tuple[str, str]] = []
    by_distance: list[tuple[str, str, str]] = []
    first: dict[str, int] = {}
    for feature in read_features(path, faults):
        name, at = feature.text("navn"), point_of(feature, shown, faults)
        where = f"features[{feature.number}]"
        if not name:
            faults.append(Fault(file=shown, path=where, message="has no navn"))
        elif name in first:
            message = f"stands already as features[{first[name]}]"
            faults.append(Fault(file=shown, path=where, message=message, got=name))
        first.setdefault(name, feature.number)
        if not feature.text("kommune"):
            message = "has no kommune: the municipalities that it serves"
            faults.append(Fault(file=shown, path=where, message=message, got=name))
        if at is None:
            continue
        served = _served(feature, name, at[2:], municipalities, unmatched, by_distance)
        host = municipalities.holding(np.array([at[2]]), np.array([at[3]]))[0]
        found.append(
            ListedLegevakt(
                name=name, town=feature.text("poststed"), lon=at[0], lat=at[1], x=at[2], y=at[3],
                host=municipalities.numbers[host], municipalities=served,
            )
        )  # fmt: skip
    if faults:
        raise InputFaults(faults)
    named = {number for one in found for number in one.municipalities}
    without = tuple(n for n in municipalities.numbers if n not in named)
    return LegevaktList(
        legevakter=tuple(found),
        unmatched=tuple(unmatched),
        by_distance=tuple(by_distance),
        without=without,
        fallback={number: _nearest(found, municipalities, number) for number in without},
    )


def _served(
    feature: Feature,
    legevakt: str,
    xy: tuple[float, ...],
    municipalities: Municipalities,
    unmatched: list[tuple[str, str]],
    by_distance: list[tuple[str, str, str]],
) -> tuple[str, ...]:
    """Return the numbers of the municipalities that a feature names."""
    from shapely.geometry import Point

    numbers: set[str] = set()
    for part in feature.text("kommune").split(BETWEEN_MUNICIPALITIES):
        name = part.strip()
        bearers = municipalities.named(name) or municipalities.named(_COUNTY.sub("", name))
        if len(bearers) > 1:
            here = Point(xy)
            nearest = min(
                bearers,
                key=lambda n: municipalities.outlines[municipalities.index(n)].distance(here),
            )
            by_distance.append((legevakt, name, nearest))
            bearers = (nearest,)
        if bearers:
            numbers.update(bearers)
        elif name:
            unmatched.append((legevakt, name))
    return tuple(sorted(numbers))


def _nearest(found: list[ListedLegevakt], municipalities: Municipalities, number: str) -> int:
    """Return the legevakt nearest to the middle of a municipality."""
    middle = municipalities.outlines[municipalities.index(number)].representative_point()
    return int(np.argmin([_away(one, middle) for one in found]))


def _away(legevakt: ListedLegevakt, place: Any) -> float:
    """Return the metres from a legevakt to a geometry, as the crow flies."""
    from shapely.geometry import Point

    return float(place.distance(Point(legevakt.x, legevakt.y)))
