"""The indicators by name: one decorated function each, over the tables of one replication."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from emergency_sim.analysis.groups import INCIDENT_GROUPS
from emergency_sim.analysis.measures import Exact
from emergency_sim.domain.indicators import Aggregation, Better, Indicator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from emergency_sim.analysis.district_frame import DistrictFrame
    from emergency_sim.analysis.measures import Measure, Observations, Sums
    from emergency_sim.analysis.tables import Tables

    Function = Callable[..., Measure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """One indicator and how it is computed.

    Parameters
    ----------
    indicator
        Name, unit, direction, relevant difference, source, titles.
    function
        Of the tables of one replication; of the district frame if the aggregation is ``exact``.
    groups
        Kinds of groups in which it is reported.
    per
        What a ``total`` is divided by: ``person_years`` (per 1000 people and year) or ``weeks``.
    common
        Also given for the incidents that base and variant have in common (R4).
    """

    indicator: Indicator
    function: Function
    groups: tuple[str, ...]
    per: str
    common: bool

    @property
    def name(self) -> str:
        """Name in tables."""
        return self.indicator.name

    def of(self, tables: Tables) -> Sums | Observations:
        """Return what one replication adds to it.

        Raises
        ------
        TypeError
            It is exact: no replication adds to it.
        """
        measure = self.function(tables)
        if isinstance(measure, Exact):
            raise TypeError(f"{self.name} is exact, and has nothing of a replication")
        return measure

    def exactly(self, frame: DistrictFrame) -> Exact:
        """Return its parts without chance.

        Raises
        ------
        TypeError
            It is not exact.
        """
        measure = self.function(frame)
        if not isinstance(measure, Exact):
            raise TypeError(f"{self.name} is not exact")
        return measure


class Kpis:
    """All indicators in the order in which they are reported; aliases are found, not listed."""

    def __init__(self) -> None:
        self._kpis: dict[str, Kpi] = {}
        self._aliases: dict[str, str] = {}

    def add(self, kpi: Kpi, aliases: tuple[str, ...]) -> None:
        """File an indicator.

        Raises
        ------
        ValueError
            If a name is taken.
        """
        for name in (kpi.name, *aliases):
            if name in self._kpis or name in self._aliases:
                raise ValueError(f"indicator {name!r} is registered already")
        self._kpis[kpi.name] = kpi
        self._aliases |= dict.fromkeys(aliases, kpi.name)

    def __getitem__(self, name: str) -> Kpi:
        return self._kpis[self._aliases.get(name, name)]

    def __contains__(self, name: object) -> bool:
        return name in self._kpis or name in self._aliases

    def __iter__(self) -> Iterator[str]:
        return iter(self._kpis)

    def __len__(self) -> int:
        return len(self._kpis)

    def values(self) -> list[Kpi]:
        """Return all indicators."""
        return list(self._kpis.values())

    def rank(self, name: str) -> int:
        """Return the place of an indicator in the order of reports."""
        return list(self._kpis).index(self._aliases.get(name, name))


KPIS: Final = Kpis()


def kpi(
    name: str,
    *,
    unit: str,
    better: Better,
    aggregation: Aggregation,
    relevant_difference: float,
    source: str,
    title_nb: str,
    title_en: str,
    groups: tuple[str, ...] = INCIDENT_GROUPS,
    quantile: float | None = None,
    per: str = "person_years",
    common: bool = False,
    aliases: tuple[str, ...] = (),
) -> Callable[[Function], Function]:
    """Return a decorator that files a function as an indicator.

    Parameters
    ----------
    name, unit, better, aggregation, relevant_difference, source, title_nb, title_en, quantile
        As in :class:`~emergency_sim.domain.indicators.Indicator`.
    groups, per, common
        As in :class:`Kpi`.
    aliases
        Other names under which it is found.
    """

    def add(function: Function) -> Function:
        indicator = Indicator(
            name=name,
            unit=unit,
            better=better,
            aggregation=aggregation,
            relevant_difference=relevant_difference,
            source=source,
            title_nb=title_nb,
            title_en=title_en,
            quantile=quantile,
        )
        KPIS.add(
            Kpi(indicator=indicator, function=function, groups=groups, per=per, common=common),
            aliases,
        )
        return function

    return add
