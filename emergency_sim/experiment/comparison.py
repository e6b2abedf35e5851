"""Base against variants: as given, in equal service, and with distance decay switched off."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from emergency_sim.analysis.no_increase import ks_tests
from emergency_sim.analysis.replication import exact_kpis
from emergency_sim.analysis.storage import read_hourly
from emergency_sim.analysis.warm_up import warm_up_check
from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.experiment import store
from emergency_sim.experiment.compile import Compiled, compile_scenario
from emergency_sim.experiment.duty_costs import duty_rates, with_crews_and_rates
from emergency_sim.experiment.groups import in_groups, primary_keys, shared_groups
from emergency_sim.experiment.pilots import SearchSettings
from emergency_sim.experiment.runner import Plan, carry_out, same_people
from emergency_sim.experiment.scoring import Contest, Scored, score
from emergency_sim.experiment.staffing_search import (
    EqualService,
    changes_structure,
    equal_service,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from emergency_sim.analysis.compare import ComparisonRow, Overlap
    from emergency_sim.analysis.no_increase import KsTest
    from emergency_sim.analysis.ranking import Ranking
    from emergency_sim.analysis.replication import Key
    from emergency_sim.analysis.warm_up import WarmUpCheck
    from emergency_sim.experiment.executors import Workers
    from emergency_sim.experiment.groups import SharedGroups
    from emergency_sim.scenario import Scenario

DECAY_OFF: Final = "decay_off"
STAFFINGS: Final = ("as_given", "equal_service", "both")
DECAY_KPIS: Final = (
    "contacts_per_1000", "consultations_per_1000", "not_presented", "active_hours_per_week",
    "missions_per_1000",
)  # fmt: skip
"""Load and contacts: printed with distance decay on and off (R3)."""


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
    """

    staffing: str = "both"
    decay_check: bool = True
    equal_replications: int | None = None
    side_replications: int | None = None
    search: SearchSettings = field(default_factory=SearchSettings)
    events: bool = False

    def __post_init__(self) -> None:
        if self.staffing not in STAFFINGS:
            raise ValueError(f"staffing must be one of {', '.join(STAFFINGS)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a comparison found.

    Parameters
    ----------
    rows
        Base against each variant, equal service included; then the rows with decay off.
    overlaps
        Incidents in both, only in the base, only in the variant.
    equal
        What the search for equal service found, by variant.
    scenarios
        All that were simulated, base first, with their own groups.
    compiled
        Base and variants as compiled, by id.
    replications
        By scenario id.
    seconds
        What the parts took.
    counts
        Replications simulated, reused, rescored.
    ks_tests
        KS' test of each variant in each staffing (R17).
    warm_up
        Whether the warm-up was long enough in base and variants (R19).
    rankings
        Structures from best to worst in each primary indicator, from two variants on (R24).
    """

    rows: tuple[ComparisonRow, ...]
    overlaps: tuple[Overlap, ...]
    equal: dict[str, EqualService]
    scenarios: tuple[Scenario, ...]
    compiled: dict[str, Compiled]
    replications: dict[str, int]
    seconds: dict[str, float]
    counts: dict[str, int]
    ks_tests: tuple[KsTest, ...]
    warm_up: WarmUpCheck
    rankings: tuple[Ranking, ...] = ()


def compare_scenarios(
    base: Scenario,
    variants: Sequence[Scenario],
    options: CompareOptions,
    *,
    folder: Path,
    previous: Path | None,
    workers: Workers,
    progress: Callable[[str, int, int], None] | None = None,
) -> Findings:
    """Simulate and compare; files of the units of work appear in ``folder``.

    Parameters
    ----------
    base
        The reference: of distance decay, of potential incidents, of length and seed.
    variants
        At least one.
    options
        What is run beside them.
    folder, previous, workers
        As in :func:`~emergency_sim.experiment.runner.carry_out`.
    progress
        Called with the stage (``search``, ``simulate``), what is done and how much there is.

    Raises
    ------
    InputFaults
        Two scenarios have one id, or a variant has other people than the base.
    """
    clock = _Clock()
    variants = [replace(v, run=base.run, calendar=base.calendar) for v in variants]
    compiled = _compiled(base, variants)
    clock.lap("compile")
    told = _staged(progress)
    equal: dict[str, EqualService] = {}
    structural = [v for v in variants if changes_structure(base, v)]
    if options.staffing != "as_given" and structural:
        equal = equal_service(
            base,
            structural,
            options.search,
            workers=workers,
            folder=folder,
            progress=told("search"),
        )
        clock.lap("search")
    given = [v for v in variants if options.staffing != "equal_service" or v.id not in equal]
    same = [replace(one.scenario, run=base.run) for one in equal.values()]
    most = base.run.replications
    some = min(most, options.equal_replications or most)
    few = min(most, options.side_replications or most)
    main, apart = (_in_turn([*given, *same]), []) if some == most else (given, same)
    side = [
        _without_decay(v)
        for v in variants
        if options.decay_check and v.demand.distance_decay and _moves(compiled, base, v)
    ]
    shared = shared_groups(base, [*main, *apart, *side])
    everything = (base, *main, *apart, *side)
    plan = Plan(
        scenarios=tuple(in_groups(s, shared) for s in everything),
        replications={**{s.id: some for s in apart}, **{s.id: few for s in side}},
        events=options.events,
    )
    counts = carry_out(plan, folder, workers=workers, previous=previous, progress=told("simulate"))
    clock.lap("simulate")
    scored = Scored(
        folder=folder,
        replications={s.id: plan.count(s) for s in everything},
        exact=_exact(everything, base, compiled, shared),
        shared=shared,
        key=str(base.run.seed),
    )
    found, equally, aside = score(
        scored,
        [
            Contest(
                variants=tuple(s.id for s in main),
                replications=most,
                primary=tuple(primary_keys(base)),
            ),
            Contest(variants=tuple(s.id for s in apart), replications=some),
            Contest(variants=tuple(s.id for s in side), replications=few, kpis=DECAY_KPIS),
        ],
        everything,
        workers=workers,
    )
    rows = (
        *found.rows,
        *_noted(equally.rows, f"{some} replications"),
        *_noted(aside.rows, f"distance decay off, {few} replications"),
    )
    check = _warm_up_check((base, *main, *apart), plan, folder)
    clock.lap("analyse")
    return Findings(
        rows=rows,
        overlaps=(*found.overlaps, *equally.overlaps, *aside.overlaps),
        equal=equal,
        scenarios=everything,
        compiled=compiled,
        replications={s.id: plan.count(s) for s in everything},
        seconds=clock.laps,
        counts=counts,
        ks_tests=ks_tests(rows, {s.id: duty_rates(s) for s in everything}, base.id),
        warm_up=check,
        rankings=found.rankings,
    )


def _warm_up_check(scenarios: Sequence[Scenario], plan: Plan, folder: Path) -> WarmUpCheck:
    """Return whether the warm-up was long enough in scenarios that were simulated (R19)."""
    hourly = {
        s.id: [
            read_hourly(store.unit_folder(folder, s.id, k) / store.INDICATORS)
            for k in range(plan.count(s))
        ]
        for s in scenarios
    }
    return warm_up_check(hourly, warm_up_days=scenarios[0].run.warm_up_days)


class _Clock:
    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = round(now - self._last, 3)
        self._last = now


def _staged(
    progress: Callable[[str, int, int], None] | None,
) -> Callable[[str], Callable[[int, int], None] | None]:
    def of(stage: str) -> Callable[[int, int], None] | None:
        if progress is None:
            return None
        return lambda done, total: progress(stage, done, total)

    return of


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
        if not same_people(found[variant.id], found[base.id]):
            message = (
                f"has other zones or people than {base.id}, so its incidents are not the same ones; "
                "a clinic that people from outside use stays, with serves: [] if need be"
            )
            faults.append(Fault(file=_file(variant), path="network", message=message))
    if faults:
        raise InputFaults(faults)
    return found


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


def _exact(
    scenarios: Sequence[Scenario],
    base: Scenario,
    compiled: dict[str, Compiled],
    shared: SharedGroups,
) -> dict[str, dict[Key, float]]:
    """Return the indicators without chance of every scenario; distance decay changes none."""
    found: dict[str, dict[Key, float]] = {}
    for scenario in scenarios:
        name, _, how = scenario.id.partition("@")
        if how == DECAY_OFF and name in found:
            found[scenario.id] = found[name]
            continue
        known = compiled.get(scenario.id)
        if known is None:
            known = compile_scenario(scenario, base)
        found[scenario.id] = exact_kpis(replace(with_crews_and_rates(known), groups=shared.groups))
    return found


def _in_turn(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """Return each variant followed by itself in equal service."""
    order = list(dict.fromkeys(s.id.partition("@")[0] for s in scenarios))
    return sorted(scenarios, key=lambda s: (order.index(s.id.partition("@")[0]), s.id))


def _noted(rows: Sequence[ComparisonRow], note: str) -> list[ComparisonRow]:
    """Return rows with something added to their notes."""
    return [replace(row, note=f"{row.note}; {note}") for row in rows]
