"""A point of a sensitivity design laid on base and variants, and whether it contradicts itself."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.demand import Poisson, calibrate
from emergency_sim.demand.problems import LVS_ENTRIES
from emergency_sim.domain.errors import InputFaults
from emergency_sim.domain.incident import Entry
from emergency_sim.domain.parameters import Parameters
from emergency_sim.experiment.compile import compile_scenario
from emergency_sim.experiment.sensitivity.dimensions import CALIBRATION, FLEET, chosen_calibration
from emergency_sim.experiment.sensitivity.fleet import fleet_order, resized
from emergency_sim.experiment.sensitivity.variation import moved

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from emergency_sim.experiment.sensitivity.dimensions import Dimension
    from emergency_sim.scenario import Scenario

TABLE_SHAPING: Final = ("profile.", "demand.municipality_season")
"""Parameters with which potential incidents are laid out in time and space; the thinning of R4 does
not see them, so the reference takes them from the point."""
CAR: Final = "drive.factor.car"
"""With it the way to a clinic may change; the reference takes it from the point, so that distance
decay is 1 in the base at every point (R3)."""
DECAY: Final = ("distance.consultation_per_km", "distance.acute_per_km")
_AMOUNTS: Final = re.compile(r"-?[\d.]+ of -?[\d.]+")
SPARE: Final = 1.02
"""The envelope is so much above what the points ask for."""


@dataclass(slots=True)
class Ground:
    """Base and variants on which points are laid.

    Parameters
    ----------
    base, variants
        As given, with the base's run and calendar.
    """

    base: Scenario
    variants: tuple[Scenario, ...]
    order: list[str] = field(init=False)
    _population: Any = field(init=False, repr=False)
    _rates: Any = field(init=False, repr=False)
    _nearer: dict[tuple[str, float | None], float] = field(default_factory=dict, repr=False)
    _known: dict[tuple[str, tuple[tuple[str, float], ...]], NDArray[np.float64]] = field(
        default_factory=dict, repr=False
    )

    def __post_init__(self) -> None:
        compiled = compile_scenario(self.base)
        zones = compiled.ground.zones
        self.order = fleet_order(self.base)
        self._population = zones.population[~zones.outside].sum(axis=0)
        self._rates = compiled.rates

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """Base and variants."""
        return (self.base, *self.variants)

    def laid(self, scenario: Scenario, numbers: Mapping[str, float]) -> Scenario:
        """Return a scenario with the numbers of a point.

        What a variant sets to a value of its own stays as the variant has it.

        Parameters
        ----------
        scenario
            Base or variant.
        numbers
            By key of a dimension.
        """
        items = dict(scenario.parameters.items)
        given = self.base.parameters.items
        changes: dict[str, Any] = {}
        for key, number in numbers.items():
            if key == CALIBRATION:
                if scenario.calibration == self.base.calibration:
                    changes["calibration"] = chosen_calibration(number)
            elif key == FLEET:
                changes["units"] = resized(scenario, self.order, number).units
            elif items[key].value == given[key].value:
                items[key] = moved(items[key], number)
        return replace(scenario, parameters=Parameters(items), **changes)

    def contradiction(self, numbers: Mapping[str, float]) -> str | None:
        """Return what is contradictory in base or variants at a point; None: nothing.

        The same words for all points with the same contradiction.
        """
        for scenario in {id(s): s for s in map(self._alike, self.scenarios)}.values():
            try:
                self._ratios(scenario, numbers)
            except InputFaults as error:
                fault = error.faults[0]
                message = _AMOUNTS.sub("more than there are of the", fault.message)
                return f"{fault.path}: {message}"
        return None

    def asked(self, scenario: Scenario, numbers: Mapping[str, float]) -> float:
        """Return how many times the base's rate a scenario asks for at most at a point (R4).

        Parameters
        ----------
        scenario
            Base or variant as given.
        numbers
            Of the point.

        Raises
        ------
        InputFaults
            Its parameters contradict each other.
        """
        if not isinstance(scenario.demand, Poisson):
            return 0.0
        by_entry = self._ratios(self._alike(scenario), numbers).copy()
        factor = scenario.demand.factor
        most = factor.all * math.prod(
            max([1.0, *one.values()]) for one in (factor.entry, factor.area, factor.age)
        )
        if scenario.demand.distance_decay:  # a nearer clinic brings more who present there
            items = self.base.parameters.items
            steepest = max(numbers.get(key, float(items[key].value)) for key in DECAY)
            by_entry[list(LVS_ENTRIES)] *= math.exp(steepest * self._km_nearer(scenario, numbers))
        return float(by_entry.max()) * most

    def _alike(self, scenario: Scenario) -> Scenario:
        """Return the base, if a scenario has its parameters, calibration and triage; or itself."""
        base = self.base
        same = (
            scenario.calibration == base.calibration
            and scenario.triage == base.triage
            and scenario.parameters.items == base.parameters.items
        )
        return base if same else scenario

    def _ratios(self, scenario: Scenario, numbers: Mapping[str, float]) -> NDArray[np.float64]:
        """Return the largest rate over the base's rate as given, by entry; kept by point."""
        at = scenario.id, tuple(numbers.items())
        if at not in self._known:
            self._known[at] = self._worked_out(self.laid(scenario, numbers))
        return self._known[at]

    def _worked_out(self, scenario: Scenario) -> NDArray[np.float64]:
        if self._rates is None:  # recorded incidents: no rates
            return np.zeros(len(Entry))
        rates = calibrate(
            scenario.parameters,
            calibration=scenario.calibration,
            amk_matrix=scenario.triage.amk,
            lvs_matrix=scenario.triage.lvs,
            population_by_age=self._population,
        )
        before = self._rates.per_person
        ratio = np.divide(rates.per_person, before, out=np.zeros_like(before), where=before > 0)
        return np.asarray(ratio.max(axis=1))

    def _km_nearer(self, scenario: Scenario, numbers: Mapping[str, float]) -> float:
        """Return by how many kilometres a variant's clinic is nearer than in the base at most."""
        if scenario.id == self.base.id:
            return 0.0
        cars = {key: number for key, number in numbers.items() if key == CAR}
        at = scenario.id, cars.get(CAR)
        if at not in self._nearer:
            near = scenario.demand.decay_at_satellites
            here, there = (
                compile_scenario(self.laid(s, cars)).access.decay_km(at_satellites=near)
                for s in (self.base, scenario)
            )
            self._nearer[at] = _most_nearer(here, there)
        return self._nearer[at]

    def reference(self, numbers: Mapping[str, float], envelope: float) -> Scenario:
        """Return the base whose potential incidents all scenarios at a point share.

        Rates and distances are the base's as given, so the same incidents come back at every point;
        profiles, and how fast cars are, are the point's.

        Parameters
        ----------
        numbers
            Of the point.
        envelope
            Times the base's rate.
        """
        shaping = {k: v for k, v in numbers.items() if k.startswith(TABLE_SHAPING) or k == CAR}
        laid = self.laid(self.base, shaping)
        if not isinstance(laid.demand, Poisson):
            return laid
        return replace(laid, demand=replace(laid.demand, envelope=envelope))

    def envelope(self, points: Iterable[Mapping[str, float]]) -> float:
        """Return an envelope that holds all points: the base's own, or a larger one."""
        if not isinstance(self.base.demand, Poisson):
            return 0.0
        asked = max(
            (self.asked(scenario, numbers) for numbers in points for scenario in self.scenarios),
            default=0.0,
        )
        return max(self.base.demand.envelope, math.ceil(asked * SPARE * 10) / 10)


def numbers_of(dimensions: Sequence[Dimension], row: Sequence[float]) -> dict[str, float]:
    """Return the number of each dimension at a row of the unit cube."""
    return {d.key: d.at(u) for d, u in zip(dimensions, row, strict=True)}


def _most_nearer(here: Any, there: Any) -> float:
    """Return by how many kilometres a clinic is nearer at most."""
    n = min(len(here), len(there))
    both = np.isfinite(here[:n]) & np.isfinite(there[:n])
    return float(np.max(here[:n][both] - there[:n][both], initial=0.0))
