"""Municipalities: their outlines, names and people by age, and which one a place is in."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.districts.sources.geojson import read_features
from emergency_sim.domain import csv_cells as ct
from emergency_sim.domain.csv_table import read_table
from emergency_sim.domain.errors import Fault, InputFaults, nearest_word
from emergency_sim.domain.incident import AGE_GROUPS
from emergency_sim.network import project

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from emergency_sim.districts.sources.cells import Cells

BETWEEN_NAMES: Final = " - "
"""Stands between a municipality's Norwegian, Sámi and Kven names."""
_NUMBER = re.compile(r"\d{4}", re.ASCII)
_AGES: Final[dict[str, ct.Converter]] = {
    "kommunenummer": ct.identifier,
    **dict.fromkeys(AGE_GROUPS, ct.within(ct.integer, 0, 10_000_000)),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Municipalities:
    """Municipalities in the order of their numbers.

    Parameters
    ----------
    numbers
        Four digits each.
    names
        As in the outlines; several names are joined by `` - ``.
    outlines
        Shapely polygons per municipality, EPSG:25833, valid.
    people
        float64, shape (municipalities, 9): people by age group (domain.incident.AGE_GROUPS).
    """

    numbers: tuple[str, ...]
    names: tuple[str, ...]
    outlines: NDArray[Any]
    people: NDArray[Any]
    _cache: dict[str, Any] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        """Return the number of municipalities."""
        return len(self.numbers)

    def index(self, number: str) -> int:
        """Return the place of a municipality in the columns.

        Raises
        ------
        KeyError
            There is no such number.
        """
        if "index" not in self._cache:
            self._cache["index"] = {name: k for k, name in enumerate(self.numbers)}
        return int(self._cache["index"][number])

    def holding(self, x: NDArray[Any], y: NDArray[Any]) -> NDArray[np.int64]:
        """Return the index of the municipality that holds each point, or else is nearest.

        Parameters
        ----------
        x, y
            float64, EPSG:25833 metres. Points at sea, such as the middle of a square of coast,
            belong to the nearest land.
        """
        import shapely

        points = shapely.points(x, y)
        result = np.full(len(points), -1, dtype=np.int64)
        # Points are asked for each outline, not outlines for each point: large outlines are then
        # prepared once each.
        outline, point = shapely.STRtree(points).query(self.outlines, predicate="intersects")
        result[point[::-1]] = outline[::-1]  # on a border: the lower number
        left = np.flatnonzero(result < 0)
        if left.size:
            result[left] = self._nearest(points[left])
        return result

    def _nearest(self, points: NDArray[Any]) -> NDArray[np.int64]:
        """Return the index of the nearest municipality, by pieces: a coast has many islands."""
        import shapely

        if "pieces" not in self._cache:
            pieces, owner = shapely.get_parts(self.outlines, return_index=True)
            self._cache["pieces"] = shapely.STRtree(pieces), owner
        tree, owner = self._cache["pieces"]
        nearest: NDArray[np.int64] = owner[tree.nearest(points)].astype(np.int64)
        return nearest

    def named(self, name: str) -> tuple[str, ...]:
        """Return the numbers of the municipalities that bear a name, in any of their languages."""
        if "named" not in self._cache:
            bearers: dict[str, set[str]] = defaultdict(set)
            for number, names in zip(self.numbers, self.names, strict=True):
                for one in (names, *names.split(BETWEEN_NAMES)):
                    bearers[_plain(one)].add(number)
            self._cache["named"] = bearers
        bearers = self._cache["named"]
        whole = bearers.get(_plain(name))
        if whole is None:  # the list may have names in another order, or one of them only
            whole = {n for one in name.split(BETWEEN_NAMES) for n in bearers.get(_plain(one), ())}
        return tuple(sorted(whole))

    def chosen(self, words: Iterable[str], where: str) -> tuple[str, ...]:
        """Return the numbers of municipalities given by number or by name, sorted.

        Parameters
        ----------
        words
            Such as ``1506`` or ``Molde``.
        where
            Name of the option, for faults.

        Raises
        ------
        InputFaults
            Every word that no municipality, or more than one, answers to; or there are no words.
        """
        found: set[str] = set()
        faults = []
        for word in words:
            bearers = (word,) if word in self.numbers else self.named(word)
            if len(bearers) == 1:
                found.update(bearers)
                continue
            if bearers:
                message = f"{len(bearers)} municipalities bear this name: give the number"
                near: str | None = " or ".join(bearers)
            else:
                message = "there is no municipality with this number or name"
                near = self._near(word)
            faults.append(Fault(file=where, message=message, got=word, did_you_mean=near))
        if not found and not faults:
            faults.append(Fault(file=where, message="name at least one municipality"))
        if faults:
            raise InputFaults(faults)
        return tuple(sorted(found))

    def _near(self, word: str) -> str | None:
        if word[:2].isdigit():
            return nearest_word(word, self.numbers)
        parts = [one for name in self.names for one in name.split(BETWEEN_NAMES)]
        return nearest_word(word, parts)

    def factors(self, cells: Cells, municipality: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return per municipality what its cells' people are multiplied by to reach its total.

        Parameters
        ----------
        cells
            All cells of the municipalities concerned.
        municipality
            int64 per cell: index here.

        Returns
        -------
        ndarray
            float64; NaN where no cell of the municipality has people.
        """
        living = np.bincount(municipality, cells.population, minlength=len(self))
        total = self.people.sum(axis=1)
        result = np.full(len(self), np.nan)
        np.divide(total, living, out=result, where=living > 0)
        return result


def read_municipalities(outlines: Path | str, ages: Path | str) -> Municipalities:
    """Read the municipalities' outlines and people by age.

    Parameters
    ----------
    outlines
        GeoJSON (plain or .gz) with ``kommunenummer`` and ``kommunenavn``, EPSG:4326.
    ages
        CSV with ``kommunenummer`` and a column for each age group.

    Raises
    ------
    InputFaults
        Everything wrong in both files, also numbers that stand in only one of them.
    """
    faults: list[Fault] = []
    shapes: dict[str, tuple[str, Any]] = {}
    for feature in read_features(outlines, faults):
        number, path = feature.text("kommunenummer"), f"features[{feature.number}]"
        if not _NUMBER.fullmatch(number):
            message = "kommunenummer must have four digits"
            faults.append(Fault(file=str(outlines), path=path, message=message, got=number))
        elif number in shapes:
            message = "the municipality stands twice"
            faults.append(Fault(file=str(outlines), path=path, message=message, got=number))
        elif feature.geometry.geom_type not in ("Polygon", "MultiPolygon"):
            message, got = "must be a polygon", feature.geometry.geom_type
            faults.append(Fault(file=str(outlines), path=path, message=message, got=got))
        else:
            shapes[number] = feature.text("kommunenavn") or number, feature.geometry
    columns = {label: ct.Column(convert) for label, convert in _AGES.items()}
    table = read_table(ages, columns, key="kommunenummer", faults=faults, other_columns=True)
    people = {row["kommunenummer"]: [row[group] for group in AGE_GROUPS] for row in table}
    if not faults:
        for number in sorted(set(shapes) - set(people)):
            message = f"has no row for {number} ({shapes[number][0]})"
            faults.append(Fault(file=str(ages), message=message))
        for number in sorted(set(people) - set(shapes)):
            message = f"has no outline of {number}"
            faults.append(Fault(file=str(outlines), message=message))
    if faults:
        raise InputFaults(faults)
    numbers = tuple(sorted(shapes))
    return Municipalities(
        numbers=numbers,
        names=tuple(shapes[number][0] for number in numbers),
        outlines=_in_metres([shapes[number][1] for number in numbers]),
        people=np.array([people[number] for number in numbers], dtype=float),
    )


def _in_metres(degrees: list[Any]) -> NDArray[Any]:
    """Return valid polygons in EPSG:25833."""
    import shapely

    metres = shapely.transform(
        np.array(degrees, dtype=object),
        lambda p: np.column_stack(project(p[:, 0], p[:, 1])),
    )
    valid: NDArray[Any] = shapely.make_valid(metres)
    return valid


def _plain(name: str) -> str:
    """Return a name as it is compared: without case and with one space between words."""
    return " ".join(name.casefold().split())
