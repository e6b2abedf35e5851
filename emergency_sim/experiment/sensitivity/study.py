"""A sensitivity analysis from the estimate of its cost to its tables (R22, R24).

Order: paired draws of everything at once (the range of a difference), Morris over all dimensions
(which of them matter), Sobol over at most the six leading ones (how much, and how much together).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.experiment.folder import store
from emergency_sim.experiment.sensitivity import cost as costs
from emergency_sim.experiment.sensitivity.carrying import measured_seconds, read_points, run_points
from emergency_sim.experiment.sensitivity.dimensions import select
from emergency_sim.experiment.sensitivity.effects import leading, morris_effects, sobol_indices
from emergency_sim.experiment.sensitivity.outcomes import lay_out
from emergency_sim.experiment.sensitivity.points import Ground
from emergency_sim.experiment.sensitivity.sampling import Design, draws, morris, saltelli
from emergency_sim.experiment.sensitivity.tables import (
    DIFFERENCE,
    draws_frame,
    effects_frame,
    figures_of,
    points_frame,
    range_rows,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from emergency_sim.analysis.replication import Key
    from emergency_sim.experiment.sensitivity.cost import Cost
    from emergency_sim.experiment.sensitivity.dimensions import Selection
    from emergency_sim.experiment.sensitivity.effects import MorrisEffect, SobolIndex
    from emergency_sim.experiment.sensitivity.outcomes import Laid, Outcomes, RowKey
    from emergency_sim.experiment.sensitivity.tables import Figure, RangeRow
    from emergency_sim.experiment.work.executors import Workers
    from emergency_sim.scenario import Scenario
    from emergency_sim.scenario.experiment_schema import Sensitivity

FOLDER: Final = "sensitivity"
"""Folder of a results folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitivityFindings:
    """What a sensitivity analysis found.

    Parameters
    ----------
    selection
        What was varied, and what was left out and why.
    cost
        As estimated beforehand.
    designs
        By kind.
    range
        Primary differences over the draws.
    draws
        All differences of the draws, for the third uncertainty of a comparison's rows.
    morris, sobol
        By figure.
    counts
        Replications simulated, reused, rescored.
    """

    selection: Selection
    cost: Cost
    designs: dict[str, Design] = field(default_factory=dict)
    range: tuple[RangeRow, ...] = ()
    draws: dict[RowKey, list[float]] = field(default_factory=dict)
    morris: dict[Figure, list[MorrisEffect]] = field(default_factory=dict)
    sobol: dict[Figure, list[SobolIndex]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return what the manifest says of it."""
        return {
            "cost": self.cost.to_json(),
            "varied": list(self.selection.keys),
            "left_out": dict(self.selection.left_out),
            "designs": {
                kind: {
                    "points": len(one.unit), "blocks": one.blocks,
                    "replications": one.replications, "dimensions": [d.key for d in one.dimensions],
                    "rejected": dict(one.rejected),
                }
                for kind, one in self.designs.items()
            },
            "range": [_without_nan(asdict(row)) for row in self.range],
            "replications": self.counts,
        }  # fmt: skip


class Study:
    """A sensitivity analysis of base and variants.

    Parameters
    ----------
    base, variants
        As in a comparison; variants may be none.
    asked
        What the experiment file asks for.
    primary
        Indicator, kind of group and group of the figures that Morris and Sobol look at.
    folder
        Its folder in the results in the making (``.../sensitivity``).
    previous
        The same folder of an earlier run, or None.
    workers
        Who does the work.
    progress
        Called with the stage, what is done and how much there is.

    Raises
    ------
    InputFaults
        Keys cannot be varied, or there is no primary indicator.
    ModuleNotFoundError
        SALib is missing.
    NotPossibleError
        The parameters contradict each other nearly everywhere.
    """

    def __init__(
        self,
        base: Scenario,
        variants: Sequence[Scenario],
        asked: Sensitivity,
        primary: Sequence[Key],
        *,
        folder: Path,
        workers: Workers,
        previous: Path | None = None,
        progress: Callable[[str, int, int], None] | None = None,
    ) -> None:
        self.asked = asked
        self.primary = tuple(primary)
        self._folder, self._previous = folder, previous
        self._workers, self._progress = workers, progress
        self._seed = base.run.seed
        if asked.morris is not None or asked.sobol is not None:
            need_salib()
            if not primary:
                message = "needs a primary indicator: name one under primary"
                raise InputFaults([Fault(file="experiment", path="sensitivity", message=message)])
        self.selection = select(
            base, variants, asked.parameters, {str(k): v for k, v in asked.levers.items()}
        )
        same = [replace(v, run=base.run, calendar=base.calendar) for v in variants]
        self.ground = Ground(base=base, variants=tuple(same))
        self._designs: dict[str, tuple[Design, list[Laid]]] = {}
        self._counts = {"simulated": 0, "reused": 0, "rescored": 0}
        self._cost: Cost | None = None

    def cost(self) -> Cost:
        """Return what it costs, measured on the first point of the first design."""
        if self._cost is None:
            kind = next(
                (k for k in ("range", "morris") if getattr(self.asked, k) is not None), None
            )
            seconds = 0.0
            if kind is not None:
                seconds = measured_seconds(
                    self._design(kind)[1], self._folder / kind, self._of_previous(kind)
                )
            draw, screen, share = self.asked.range, self.asked.morris, self.asked.sobol
            self._cost = costs.estimate(
                scenarios=1 + len(self.ground.variants),
                dimensions=len(self.selection.varied),
                seconds=seconds,
                jobs=self._workers.side_by_side(),
                draws=None if draw is None else (draw.draws, draw.replications),
                trajectories=None if screen is None else (screen.trajectories, screen.replications),
                sobol=None if share is None else (share.points, share.most, share.replications),
            )
        return self._cost

    def carry_out(self) -> SensitivityFindings:
        """Run everything that is asked for and write its tables into the folder."""
        found = SensitivityFindings(
            selection=self.selection, cost=self.cost(), counts=self._counts, designs={}
        )
        if self.asked.range is not None:
            design, outcomes = self._run("range", None)
            found.designs["range"] = design
            differences = {k: v.tolist() for k, v in outcomes.differences().items() if k[0]}
            found = replace(
                found, draws=differences, range=tuple(range_rows(design, outcomes, self.primary))
            )
            self._write("range", design, draws_frame(design, outcomes))
        if self.asked.morris is not None:
            design, outcomes = self._run("morris", self.primary)
            found.designs["morris"] = design
            effects = {
                figure: morris_effects(design, *values, seed=self._seed)
                for figure, values in figures_of(outcomes).items()
            }
            found = replace(found, morris=effects)
            self._write("morris", design, effects_frame(design, effects))
        if self.asked.sobol is not None:
            lead = self._leading(found.morris)
            if len(lead) >= 2:
                design, outcomes = self._run("sobol", self.primary, lead)
                found.designs["sobol"] = design
                indices = {
                    figure: sobol_indices(design, *values, seed=self._seed)
                    for figure, values in figures_of(outcomes).items()
                }
                found = replace(found, sobol=indices)
                self._write("sobol", design, effects_frame(design, indices))
        return found

    def _leading(self, effects: Mapping[Figure, list[MorrisEffect]]) -> list[str]:
        """Return what Sobol's indices are worked out for: by the differences, if there are any."""
        assert self.asked.sobol is not None
        own = {f: e for f, e in effects.items() if f.what == DIFFERENCE} or dict(effects)
        return leading(own, {f: f.relevant for f in own}, self.asked.sobol.most)

    def _design(self, kind: str, only: Sequence[str] = ()) -> tuple[Design, list[Laid]]:
        if kind not in self._designs:
            design = self._made(kind, only)
            self._designs[kind] = design, lay_out(self.ground, design)
        return self._designs[kind]

    def _made(self, kind: str, only: Sequence[str]) -> Design:
        asked, varied = self.asked, self.selection.varied
        told = self.ground.contradiction
        if kind == "range" and asked.range is not None:
            return draws(
                varied, asked.range.draws, seed=self._seed,
                replications=asked.range.replications, contradiction=told,
            )  # fmt: skip
        if kind == "morris" and asked.morris is not None:
            return morris(
                varied, asked.morris.trajectories, levels=asked.morris.levels, seed=self._seed,
                replications=asked.morris.replications, contradiction=told,
            )  # fmt: skip
        if kind == "sobol" and asked.sobol is not None:
            return saltelli(
                self.selection.only(only).varied, asked.sobol.points, seed=self._seed,
                replications=asked.sobol.replications, contradiction=told,
            )  # fmt: skip
        raise ValueError(f"{kind} is not asked for")

    def _run(
        self, kind: str, wanted: Sequence[Key] | None, only: Sequence[str] = ()
    ) -> tuple[Design, Outcomes]:
        design, points = self._design(kind, only)
        folder = self._folder / kind
        told = None
        if self._progress is not None:
            stage = self._progress

            def told(done: int, total: int) -> None:
                stage(kind, done, total)

        done = run_points(
            points, folder, workers=self._workers, previous=self._of_previous(kind), progress=told
        )
        for origin, count in done.items():
            self._counts[origin] += count
        return design, read_points(
            self.ground, points, folder, workers=self._workers, wanted=wanted
        )

    def _of_previous(self, kind: str) -> Path | None:
        return None if self._previous is None else self._previous / kind

    def _write(self, kind: str, design: Design, frame: pd.DataFrame) -> None:
        for name, table in ((kind, frame), (f"{kind}_points", points_frame(design))):
            with store.aside(self._folder / f"{name}.parquet") as path:
                store.write_frame(table, path)


def need_salib() -> None:
    """Load SALib now, so that a missing extra is told before anything is run.

    Raises
    ------
    ModuleNotFoundError
        The extra ``optimise`` is not installed.
    """
    import_module("SALib")


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_nan(v) for k, v in value.items()}
    return None if isinstance(value, float) and not np.isfinite(value) else value
