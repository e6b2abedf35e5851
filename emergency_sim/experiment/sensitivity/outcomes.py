"""A design run: its units of work, and base and variants at every point by indicator and group."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.analysis.kpis import KPIS
from emergency_sim.analysis.pooling import ScenarioKpis, estimates
from emergency_sim.analysis.replication import exact_kpis
from emergency_sim.analysis.storage import read_replication
from emergency_sim.domain.indicators import Aggregation
from emergency_sim.experiment.comparing.duty_costs import with_crews_and_rates
from emergency_sim.experiment.comparing.groups import in_groups, shared_groups
from emergency_sim.experiment.compile import compile_scenario
from emergency_sim.experiment.folder import store

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from emergency_sim.analysis.replication import Key
    from emergency_sim.experiment.comparing.groups import SharedGroups
    from emergency_sim.experiment.sensitivity.points import Ground
    from emergency_sim.experiment.sensitivity.sampling import Design
    from emergency_sim.scenario import Scenario

RowKey = tuple[str, str, str, str]
"""Variant, indicator, kind of group, group."""
Values = tuple[tuple[float, ...], ...]
"""Pairs of base and variant: over all replications, then in each by itself where that is wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """Base and variants at one point of a design.

    Parameters
    ----------
    point
        Its number.
    base, variants
        With ids of their own and the groups of the comparison.
    reference
        Whose potential incidents they share.
    replications
        In which they are run.
    """

    point: int
    base: Scenario
    variants: tuple[Scenario, ...]
    reference: Scenario
    replications: range

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """Base and variants."""
        return (self.base, *self.variants)


def lay_out(ground: Ground, design: Design) -> list[Laid]:
    """Return the scenarios of all points of a design.

    The envelope of the potential incidents is one for the whole design, so that at every point the
    same ones come back (R4); it is raised above the base's where a point asks for more.
    """
    shared = shared_groups(ground.base, ground.variants)
    points = [design.numbers(p) for p in range(len(design.unit))]
    envelope = ground.envelope(points)
    laid = []
    for p, numbers in enumerate(points):

        def at(scenario: Scenario, p: int = p, numbers: Mapping[str, float] = numbers) -> Scenario:
            moved = ground.laid(scenario, numbers)
            return replace(in_groups(moved, shared), id=point_id(scenario.id, p))

        reference = in_groups(ground.reference(numbers, envelope), shared)
        laid.append(
            Laid(
                point=p, base=at(ground.base), variants=tuple(map(at, ground.variants)),
                reference=reference, replications=design.replications_of(p),
            )
        )  # fmt: skip
    return laid


def point_id(scenario: str, point: int) -> str:
    """Return the id of a scenario at a point.

    Examples
    --------
    >>> point_id("molde-satellites", 7)
    'molde-satellites.00007'
    """
    return f"{scenario[:73]}.{point:05d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a worker needs to read the indicators of one point.

    Parameters
    ----------
    folder
        Where its units of work lie.
    laid
        The point.
    names
        Ids of the variants as given.
    shared
        Groups of base and variants.
    wanted
        Indicator, kind of group and group; None: all, without single replications.
    """

    folder: Path
    laid: Laid
    names: tuple[str, ...]
    shared: SharedGroups
    wanted: frozenset[Key] | None


def values_at(reading: Reading) -> dict[RowKey, Values]:
    """Return base and variant by variant, indicator and group at one point; NaN where there is none.

    Without variants: the base alone, under the variant ``""`` and twice.
    """
    laid, shared = reading.laid, reading.shared
    of_base = _kpis(reading, laid.base)
    found: dict[RowKey, Values] = {}
    weights = np.ones((1, len(laid.replications)))
    nothing = (np.nan,) * (1 if reading.wanted is None else 1 + len(laid.replications))
    if not laid.variants:
        name = next(iter(shared.own))
        own = _values(shared.scored(of_base, name), weights, reading.wanted)
        return {("", *key): tuple(zip(value, value, strict=True)) for key, value in own.items()}
    known: dict[Any, dict[Key, tuple[float, ...]]] = {}
    for name, variant in zip(reading.names, laid.variants, strict=True):
        groups = tuple(shared.own[name].items())
        if groups not in known:
            known[groups] = _values(shared.scored(of_base, name), weights, reading.wanted)
        here = known[groups]
        there = _values(shared.scored(_kpis(reading, variant), name), weights, reading.wanted)
        for key in {**here, **there}:
            pair = here.get(key, nothing), there.get(key, nothing)
            found[name, *key] = tuple(zip(*pair, strict=True))
    return found


def _kpis(reading: Reading, scenario: Scenario) -> ScenarioKpis:
    units = [store.unit_folder(reading.folder, scenario.id, k) for k in reading.laid.replications]
    exact: dict[Key, float] = {}
    if reading.wanted is None or any(_is_exact(key) for key in reading.wanted):
        exact = exact_kpis(with_crews_and_rates(compile_scenario(scenario)))
    return ScenarioKpis(
        scenario=scenario.id,
        replications=tuple(read_replication(unit / store.INDICATORS) for unit in units),
        exact=exact,
    )


def _is_exact(key: Key) -> bool:
    return KPIS[key[0]].indicator.aggregation is Aggregation.EXACT


def _values(
    kpis: ScenarioKpis, weights: NDArray[Any], wanted: Collection[Key] | None
) -> dict[Key, tuple[float, ...]]:
    """Return each indicator over all replications and, of those wanted, in each by itself."""
    found = estimates(kpis, weights, few=1, primary=())
    if wanted is None:
        return {k: (v,) for k, v in {**kpis.exact, **found.value}.items()}
    same = 1 + len(kpis.replications)
    exact = {k: (v,) * same for k, v in kpis.exact.items() if k in wanted}
    some = {k: (v, *found.single[k].tolist()) for k, v in found.value.items() if k in wanted}
    return {**exact, **some}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """Base and variants at all points.

    Parameters
    ----------
    values
        By variant, indicator, kind of group and group: shape (points, 2), base and variant.
    single
        The same in each replication: shape (points, replications, 2); none of these where all
        indicators were read.
    """

    values: dict[RowKey, NDArray[np.float64]]
    single: dict[RowKey, NDArray[np.float64]] = field(default_factory=dict)

    def differences(self) -> dict[RowKey, NDArray[np.float64]]:
        """Return variant less base at every point."""
        return {key: pair[:, 1] - pair[:, 0] for key, pair in self.values.items()}

    def levels(self) -> dict[Key, NDArray[np.float64]]:
        """Return the base at every point."""
        return {key[1:]: pair[:, 0] for key, pair in self.values.items()}


def gathered(by_point: Sequence[Mapping[RowKey, Values]]) -> Outcomes:
    """Return the values of all points, in the order of the points."""
    length: dict[RowKey, int] = {}
    for one in by_point:
        length |= {key: len(values) for key, values in one.items()}
    whole = {
        key: np.array([one.get(key, ((np.nan, np.nan),) * n) for one in by_point], "float64")
        for key, n in length.items()
    }
    return Outcomes(
        values={key: found[:, 0] for key, found in whole.items()},
        single={key: found[:, 1:] for key, found in whole.items()},
    )
