"""Stages of an experiment: as many replications as are fixed, as precision needs, as a choice needs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from emergency_sim.analysis.choice import Method
from emergency_sim.analysis.statistics import Precision, t_quantile
from emergency_sim.experiment.comparing.comparison import exact_values
from emergency_sim.experiment.comparing.groups import NAMED
from emergency_sim.experiment.comparing.scoring import Contest, Part, Scored, work_out
from emergency_sim.experiment.designed.asked_groups import check_groups
from emergency_sim.experiment.designed.choosing import Asked, choose
from emergency_sim.experiment.designed.sequential import Until, Wanted, run_until
from emergency_sim.experiment.folder.store import unit_folder
from emergency_sim.experiment.work import unit_files
from emergency_sim.experiment.work.runner import carry_out
from emergency_sim.scenario import scenario_hash
from emergency_sim.scenario.experiment_schema import UntilPrecise

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from emergency_sim.analysis.compare import ComparisonRow
    from emergency_sim.analysis.pooling import ScenarioKpis
    from emergency_sim.analysis.replication import Key
    from emergency_sim.experiment.comparing.comparison import Stages
    from emergency_sim.experiment.comparing.layout import Layout
    from emergency_sim.experiment.designed.choosing import Chosen
    from emergency_sim.experiment.designed.sequential import Stopped, Target
    from emergency_sim.experiment.folder.place import Place
    from emergency_sim.experiment.work.executors import Workers
    from emergency_sim.experiment.work.plan import Plan, Shard
    from emergency_sim.scenario import Experiment


@dataclass(eq=False, kw_only=True)
class Session:
    """An experiment that is being run.

    Parameters
    ----------
    experiment, layout
        What is run.
    place
        Where its results go.
    workers
        Who does it.
    stages
        What took how long.
    say
        Called with a line about something that happened.
    resume
        Say so where there is nothing to go on with.
    ran
        Replications simulated so far, by scenario.
    replications
        Of base and main variants in the comparison.
    """

    experiment: Experiment
    layout: Layout
    place: Place
    workers: Workers
    stages: Stages
    say: Callable[[str], None] | None = None
    resume: bool = False
    ran: dict[str, int] = field(default_factory=dict)
    replications: int = 0
    _new: dict[str, int] = field(default_factory=lambda: {"simulated": 0, "rescored": 0})
    _units: int = 0

    @property
    def folder(self) -> Path:
        """The results folder in the making."""
        return self.place.staging.folder

    @cached_property
    def exact(self) -> dict[str, dict[Key, float]]:
        """Indicators without chance of every scenario."""
        return exact_values(self.layout)

    def plan(self, replications: int, more: Mapping[str, int] | None = None) -> Plan:
        """Return so many replications, more of some scenarios, and none fewer than were run."""
        plan = self.layout.plan(replications)
        counts = plan.replications
        most = {
            name: max(count, (more or {}).get(name, 0), self.ran.get(name, 0))
            for name, count in counts.items()
        }
        return replace(plan, replications=most)

    def simulate(
        self,
        replications: int,
        more: Mapping[str, int] | None = None,
        shard: Shard | None = None,
    ) -> None:
        """Simulate what is missing of so many replications.

        Parameters
        ----------
        replications
            Of base and main variants.
        more
            Of some scenarios, where that is more.
        shard
            Only this share.
        """
        plan = self.plan(replications, more)
        if plan.replications == self.ran:
            return
        counts = carry_out(
            plan, self.folder, workers=self.workers, previous=self.place.previous,
            progress=self.stages.told("simulate"), shard=shard, say=self.say,
            first=lambda unit: check_groups(self.experiment, unit),
        )  # fmt: skip
        for origin in self._new:
            self._new[origin] += counts[origin]
        self._units = sum(counts.values())
        self.ran = dict(plan.replications)

    def origins(self) -> dict[str, int]:
        """Return how many replications of scenarios were simulated, reused and rescored."""
        return {**self._new, "reused": self._units - sum(self._new.values())}

    def tell_what_is_there(self, shard: Shard | None = None) -> None:
        """Say how much of the experiment an earlier run has finished, if it has any of it."""
        if self.say is None:
            return
        plan = self.layout.plan(self.first())
        keys = plan.keys()
        pairs = plan.pairs(shard)
        roots = [p for p in (self.folder, self.place.previous) if p is not None]
        there = sum(
            any(
                (found := unit_files.read(unit_folder(root, name, k))) is not None
                and found.keys == keys[name][k]
                for root in roots
            )
            for name, k in pairs
        )
        if there:
            self.say(
                f"{there} of {len(pairs)} replications are there already and are not run again"
            )
        if stale := self._of_something_else(keys):
            self.say(
                f"{stale} finished replications of an interrupted run with other settings or of "
                "another version are not used and will go; to keep them, stop (Ctrl-C) and name "
                "another folder with --out"
            )

    def _of_something_else(self, keys: Mapping[str, Mapping[int, tuple[str, str]]]) -> int:
        """Return how many units an interrupted run has left that this one cannot go on with."""
        count = 0
        for unit in self.folder.glob("replications/*/[0-9]*"):
            own, k = keys.get(unit.parent.name), int(unit.name)
            found = unit_files.read(unit)
            if found is not None and (own is None or (k in own and own[k] != found.keys)):
                count += 1
        return count

    def first(self) -> int:
        """Return how many replications are run before anything is looked at."""
        asked = self.experiment.spec.replications
        if isinstance(asked, UntilPrecise):
            return asked.schedule()[0]
        return self.experiment.most_replications

    def scored(self) -> Scored:
        """Return where the indicators of everything that was simulated are."""
        return Scored(
            folder=self.folder, replications=self.ran, exact=self.exact,
            shared=self.layout.shared, key=str(self.layout.base.run.seed),
            paired=self.layout.options.common_random_numbers,
        )  # fmt: skip


def named(group_kind: str, group: str) -> tuple[str, str]:
    """Return kind of group and group as the analysis names them."""
    return (NAMED if group_kind == "group" else group_kind), group


def simulate_enough(session: Session) -> Stopped | None:
    """Simulate the fixed number of replications, or until the stopping rule is met (R24).

    Returns
    -------
    Stopped or None
        How the stopping rule ended; None: the number was fixed.
    """
    asked = session.experiment.spec.replications
    if not isinstance(asked, UntilPrecise):
        session.replications = session.experiment.most_replications
        session.simulate(session.replications)
        return None
    wanted = tuple(
        Wanted(target=(g.kpi, *named(g.group_kind, g.group)), half_width=g.half_width)
        for g in asked.until
    )

    def look(n: int) -> Mapping[tuple[str, Target], Precision | None]:
        session.simulate(n)
        return _precision(session, n, tuple(one.target for one in wanted))

    stopped = run_until(Until(wanted=wanted, looks=asked.schedule()), look, session.say)
    session.replications = stopped.replications
    if session.say is not None:
        session.say(stopped.sentence())
    return stopped


def _precision(
    session: Session, n: int, targets: tuple[Key, ...]
) -> dict[tuple[str, Target], Precision | None]:
    """Return how well the paired difference of each main variant is known."""
    contest = Contest(
        variants=tuple(s.id for s in session.layout.main), replications=n, primary=targets,
        kpis=tuple(dict.fromkeys(kpi for kpi, _, _ in targets)), quantiles=True,
    )  # fmt: skip
    found = work_out(Part(scored=session.scored(), contest=contest))
    rows = () if found is None else found.rows
    return {
        (row.variant_id, target): _of_row(row, n)
        for row in rows
        if row.variant_id is not None
        and (target := (row.kpi, row.group_kind, row.group)) in targets
    }


def _of_row(row: ComparisonRow, n: int) -> Precision | None:
    if row.difference is None:
        return None
    low, high = row.ci_low, row.ci_high
    if low is None or high is None:
        if "structural" not in row.note.split("; "):
            return None
        low = high = row.difference  # the same in every replication
    error = (high - low) / 2 / t_quantile(n - 1, 0.975)
    return Precision(low=low, high=high, low90=low, high90=high, p=1.0, error=error)


def _among_its_points(experiment: Experiment) -> bool:
    """Return whether a point of the design is the base itself under another name."""
    base = experiment.base
    own = {point.id for point in experiment.points if point.of == base.id}
    same = scenario_hash(base)
    return any(
        scenario_hash(replace(one, id=base.id, name=base.name, base=base.base)) == same
        for one in experiment.scenarios
        if one.id in own
    )


def choose_best(session: Session) -> Chosen | None:
    """Find which of the structures is best, where the experiment asks for it (R24)."""
    asked = session.experiment.spec.choice
    if asked is None:
        return None
    layout = session.layout
    ids = [s.id for s in layout.main]
    if not _among_its_points(session.experiment):
        ids.insert(0, layout.base.id)

    def look(counts: Mapping[str, int]) -> Mapping[str, ScenarioKpis]:
        session.simulate(session.replications, counts)
        scored = session.scored()
        return {name: layout.shared.scored(scored.read(name), name) for name in ids}

    return choose(
        Asked(
            key=(asked.kpi, *named(asked.group_kind, asked.group)),
            method=Method(asked.method.value), indifference=asked.indifference,
            probability=asked.probability,
        ),
        ids, look, replications=session.replications,
        common_random_numbers=layout.options.common_random_numbers,
        resample_key=str(layout.base.run.seed), told=session.say,
    )  # fmt: skip
