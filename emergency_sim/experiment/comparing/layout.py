"""Which scenarios a comparison simulates, and how often each: laid out before anything is run."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.experiment.comparing.groups import SharedGroups, in_groups, shared_groups
from emergency_sim.experiment.comparing.kept_search import search_once
from emergency_sim.experiment.comparing.pilots import SearchSettings
from emergency_sim.experiment.comparing.staffing import changes_structure
from emergency_sim.experiment.compile import Compiled, compile_scenario
from emergency_sim.experiment.folder import store
from emergency_sim.experiment.work.plan import Plan
from emergency_sim.experiment.work.runner import same_people

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from emergency_sim.experiment.comparing.staffing_search import EqualService
    from emergency_sim.experiment.work.executors import Workers
    from emergency_sim.scenario import Scenario

DECAY_OFF: Final = "decay_off"
STAFFINGS: Final = ("as_given", "equal_service", "both")


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareOptions:
    """What a comparison runs beside base and variants.

    Parameters
    ----------
    staffing
        Of structural variants: ``as_given``, ``equal_service`` or ``both`` (R15).
    decay_check
        Variants that change distances are also run with distance decay off (R3).
    equal_replications, side_replications
        Most replications in equal service, and with distance decay off; None: as many as the
        others. With fewer than the others, equal service is exploratory.
    search
        How much the search for equal service may cost.
    events
        Keep event logs.
    common_random_numbers
        All scenarios meet the same chance; False: they are independent (for OCBA only, R24).
    """

    staffing: str = "both"
    decay_check: bool = True
    equal_replications: int | None = None
    side_replications: int | None = None
    search: SearchSettings = field(default_factory=SearchSettings)
    events: bool = False
    common_random_numbers: bool = True

    def __post_init__(self) -> None:
        if self.staffing not in STAFFINGS:
            raise ValueError(f"staffing must be one of {', '.join(STAFFINGS)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Everything that a comparison simulates.

    Parameters
    ----------
    base
        The reference, with the length of all.
    main
        Variants in the family of the base's primary indicators, as given and in equal service.
    apart
        Variants in equal service with fewer replications than the others.
    side
        Variants with distance decay switched off (R3).
    compiled
        Base and variants as compiled, by id.
    equal
        What the search for equal service found, by variant.
    shared
        Named groups of all scenarios.
    options
        As asked for.
    """

    base: Scenario
    main: tuple[Scenario, ...]
    apart: tuple[Scenario, ...]
    side: tuple[Scenario, ...]
    compiled: dict[str, Compiled]
    equal: dict[str, EqualService]
    shared: SharedGroups
    options: CompareOptions

    @property
    def everything(self) -> tuple[Scenario, ...]:
        """All that is simulated, the base first, with their own groups."""
        return (self.base, *self.main, *self.apart, *self.side)

    def some(self, replications: int) -> int:
        """Return how many replications equal service has."""
        return min(replications, self.options.equal_replications or replications)

    def few(self, replications: int) -> int:
        """Return how many replications there are with distance decay off."""
        return min(replications, self.options.side_replications or replications)

    def plan(self, replications: int) -> Plan:
        """Return what is simulated for so many replications of the base and the main variants."""
        counts = {s.id: replications for s in (self.base, *self.main)}
        counts |= {s.id: self.some(replications) for s in self.apart}
        counts |= {s.id: self.few(replications) for s in self.side}
        return Plan(
            scenarios=tuple(in_groups(s, self.shared) for s in self.everything),
            replications=counts,
            events=self.options.events,
            common_random_numbers=self.options.common_random_numbers,
        )


def lay_out(
    base: Scenario,
    variants: Sequence[Scenario],
    options: CompareOptions,
    *,
    folder: Path,
    workers: Workers,
    kept: Sequence[Path] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Layout:
    """Return what is simulated; the search for equal service is done here, unless it was before.

    Parameters
    ----------
    base
        The reference: of distance decay, of potential incidents, of length and seed.
    variants
        At least one.
    options
        What is run beside them.
    folder, workers
        As in :func:`~emergency_sim.experiment.work.runner.carry_out`.
    kept
        Results folders in which the search may have been kept.
    progress
        Of the search: called with what is done and how much there is.

    Raises
    ------
    InputFaults
        Two scenarios have one id, or a variant has other people than the base.
    """
    variants = [replace(v, run=base.run, calendar=base.calendar) for v in variants]
    compiled = _compiled(base, variants)
    equal: dict[str, EqualService] = {}
    structural = [v for v in variants if changes_structure(base, v)]
    if options.staffing != "as_given" and structural:
        equal = search_once(
            base, structural, options.search, workers=workers, folder=folder, kept=kept,
            progress=progress,
        )  # fmt: skip
    else:
        (folder / store.SEARCH).unlink(missing_ok=True)  # of an interrupted run of something else
    given = [v for v in variants if options.staffing != "equal_service" or v.id not in equal]
    same = [replace(one.scenario, run=base.run) for one in equal.values()]
    together = (options.equal_replications or base.run.replications) >= base.run.replications
    main, apart = (_in_turn([*given, *same]), []) if together else (given, same)
    side = [
        _without_decay(v)
        for v in variants
        if options.decay_check and v.demand.distance_decay and _moves(compiled, base, v)
    ]
    return Layout(
        base=base,
        main=tuple(main),
        apart=tuple(apart),
        side=tuple(side),
        compiled=compiled,
        equal=equal,
        shared=shared_groups(base, [*main, *apart, *side]),
        options=options,
    )


def _compiled(base: Scenario, variants: Sequence[Scenario]) -> dict[str, Compiled]:
    """Return base and variants compiled, after a look at whether they can be compared."""
    ids = [base.id, *(v.id for v in variants)]
    faults = [
        Fault(file=_file(v), path="id", message="stands for two scenarios", got=v.id)
        for n, v in enumerate(variants)
        if v.id in ids[: n + 1]
    ]
    if faults:
        raise InputFaults(faults)
    found = {base.id: compile_scenario(base)}
    for variant in variants:
        found[variant.id] = compile_scenario(variant, base)
        faults += other_people(found[variant.id], found[base.id])
    if faults:
        raise InputFaults(faults)
    return found


def other_people(variant: Compiled, base: Compiled) -> list[Fault]:
    """Return the fault of a variant that cannot be compared: none where the same people live in it.

    Parameters
    ----------
    variant, base
        As compiled.
    """
    if same_people(variant, base):
        return []
    message = (
        f"has other zones or people than {base.scenario.id}, so its incidents are not the same ones; "
        "a clinic that people from outside use stays, with serves: [] if need be"
    )
    return [Fault(file=_file(variant.scenario), path="network", message=message)]


def _file(scenario: Scenario) -> str:
    return str(scenario.files[0]) if scenario.files else scenario.id


def _moves(compiled: dict[str, Compiled], base: Scenario, variant: Scenario) -> bool:
    """Return whether anybody's way has another length where distance decay applies (R3).

    Where a satellite is open decay is off, so with decay off the figures would be the same.
    """
    near = variant.demand.decay_at_satellites
    a = compiled[base.id].access.decay_km(at_satellites=near)
    b = compiled[variant.id].access.decay_km(at_satellites=near)
    n = min(len(a), len(b))  # zones of people from outside come last and differ by their clinics
    both = ~np.isnan(a[:n]) & ~np.isnan(b[:n])
    return not np.allclose(a[:n][both], b[:n][both], rtol=0, atol=1e-6)


def _without_decay(scenario: Scenario) -> Scenario:
    demand = replace(scenario.demand, distance_decay=False)
    return replace(scenario, id=f"{scenario.id}@{DECAY_OFF}", demand=demand)


def _in_turn(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """Return each variant followed by itself in equal service."""
    order = list(dict.fromkeys(s.id.partition("@")[0] for s in scenarios))
    return sorted(scenarios, key=lambda s: (order.index(s.id.partition("@")[0]), s.id))
