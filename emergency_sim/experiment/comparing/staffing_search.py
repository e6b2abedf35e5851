"""Equal service: the fewest doctors that keep the waits of the base (R15).

A greedy search in rounds. In every round each clinic that the variant changes tries one move, a
doctor more or less on one of its duty lines, and all clinics are judged by the same few pilot
replications: a clinic's doctors see hardly anybody but its own patients, so the moves do not disturb
each other. A clinic whose patients wait longer than in the base gets a doctor on the line on which
most of them wait; if that does not help it is taken back, and that line is not tried again. A clinic
whose patients do not wait longer gives up a doctor, the line with most doctor hours first, as long as
somebody is on duty whenever it is open and the waits hold.

Its patients are the incidents of its district at that hour, and they are compared with the same
incidents in the base. The waits are the p90 of the yellow patients' wait for a doctor and of the
duty doctor's way to an acute incident; "no worse" allows two minutes, which pilots of this length
could not resolve anyhow.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.calendar.shifts import quarters_of_week
from emergency_sim.domain.places import DutyForm, DutyLine
from emergency_sim.experiment.comparing.pilots import (
    MEASURES,
    SearchSettings,
    run_pilots,
    shortened,
)
from emergency_sim.scenario import duty_lines, resolved
from emergency_sim.scenario.policies_schema import ClinicChoice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from emergency_sim.experiment.comparing.pilots import Pilot
    from emergency_sim.experiment.work.executors import Workers
    from emergency_sim.scenario import Scenario

TOLERANCE_MIN: Final = 2.0
"""Minutes by which a p90 may exceed the base's and still be no worse (assumption A45)."""
FEWEST: Final = 30
"""Fewer patients than this in the pilots judge nothing."""
MOST_ADDED: Final = 4
"""Doctors that a line may get beyond those given."""

Staffing = dict[str, dict[str, int]]
"""Doctors by clinic and duty line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChange:
    """Doctors on one duty line, as given and for equal service."""

    clinic: str
    line: str
    hours: str
    given: int
    equal: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EqualService:
    """What the search found for one variant.

    Parameters
    ----------
    scenario
        The variant with the staffing found; its id ends in ``@equal_service``.
    changes
        Every duty line of the clinics that were searched.
    held
        By clinic: whether its patients wait no longer than in the base, by the measures that could
        be judged (see ``waits``); None: yellow patients were too few to judge, and the doctors
        stay as given.
    waits
        By clinic and measure: p90 in the base and with the staffing found, minutes; None: too few.
    rounds, runs
        What the search took.
    """

    scenario: Scenario
    changes: tuple[LineChange, ...]
    held: dict[str, bool | None]
    waits: dict[str, dict[str, tuple[float, float] | None]]
    rounds: int
    runs: int


def changes_structure(base: Scenario, variant: Scenario) -> bool:
    """Return whether clinics, who goes to which, satellites, or who is on duty there differ."""
    if base.policies.clinic_choice is not variant.policies.clinic_choice:
        return True
    a, b = resolved(base), resolved(variant)
    keys = ("legevakter", "fastlege_offices", "satellites")
    if any(a.get(key) != b.get(key) for key in keys):
        return True
    common = a.get("shifts", {}).keys() & b.get("shifts", {}).keys()
    return any(a["shifts"][name] != b["shifts"][name] for name in common)


def staffing_of(scenario: Scenario, clinics: Sequence[str]) -> Staffing:
    """Return the doctors on the lines of some clinics."""
    found: Staffing = {}
    for key in clinics:
        clinic = scenario.legevakter[key]
        lines = duty_lines(clinic.doctors, clinic.hours, clinic)
        found[key] = {name: line.count for name, line in lines.items()}
    return found


def with_staffing(scenario: Scenario, staffing: Staffing, *, suffix: str) -> Scenario:
    """Return the scenario with so many doctors on these lines, under another id."""
    clinics = dict(scenario.legevakter)
    for key, counts in staffing.items():
        clinic = clinics[key]
        lines = duty_lines(clinic.doctors, clinic.hours, clinic)
        doctors = {name: replace(line, count=counts[name]) for name, line in lines.items()}
        clinics[key] = replace(clinic, doctors=doctors)
    return replace(scenario, id=f"{scenario.id}@{suffix}", legevakter=clinics)


def clinics_to_search(base: Scenario, variant: Scenario) -> list[str]:
    """Return the clinics in service whose doctors, hours, areas or satellites are others.

    Where people choose the nearest clinic, here or in the base, a change of one may change the
    patients of any: then all are searched.
    """
    a, b = resolved(base), resolved(variant)
    choices = (base.policies.clinic_choice, variant.policies.clinic_choice)
    anywhere = ClinicChoice.NEAREST in choices and changes_structure(base, variant)
    touched = {
        satellite.legevakt
        for key, satellite in variant.satellites.items()
        if a["satellites"].get(key) != b["satellites"].get(key)
    }
    return [
        key
        for key, clinic in variant.legevakter.items()
        if clinic.in_service
        and (anywhere or a["legevakter"].get(key) != b["legevakter"][key] or key in touched)
        and any(c for c in staffing_of(variant, [key])[key].values())
    ]


@dataclass(slots=True)
class _Clinic:
    """State of the search for one clinic."""

    given: dict[str, int]
    counts: dict[str, int]
    useless: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    trial: dict[str, int] | None = None
    line: str = ""
    excess: float = float("inf")
    held: bool = False
    done: bool = False


def equal_service(
    base: Scenario,
    variants: Sequence[Scenario],
    settings: SearchSettings,
    *,
    workers: Workers,
    folder: Path,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, EqualService]:
    """Return for each variant the staffing that keeps the base's waits.

    Parameters
    ----------
    base, variants
        Scenarios whose clinics may differ.
    settings
        Pilots and rounds.
    workers
        Who simulates.
    folder
        Of the units of work; nothing is written there.
    progress
        Called with rounds done and the most rounds there may be.
    """
    short = {s.id: shortened(s, settings) for s in (base, *variants)}
    searches = {
        v.id: _Search(short[base.id], short[v.id], clinics_to_search(base, v)) for v in variants
    }
    if progress is not None:
        progress(0, settings.rounds + 1)
    of_base = run_pilots([short[base.id]], short[base.id], settings, workers, folder)[base.id]
    rounds = 0
    for rounds in range(settings.rounds + 1):
        going = {k: s for k, s in searches.items() if not s.finished}
        if not going:
            break
        trials = {k: s.trial(rounds) for k, s in going.items()}
        found = run_pilots(list(trials.values()), short[base.id], settings, workers, folder)
        for k, search in going.items():
            search.judge(of_base, found[trials[k].id], last=rounds == settings.rounds)
        if progress is not None:
            progress(rounds + 1, settings.rounds + 1)
    return {
        v.id: searches[v.id].result(v, rounds, (rounds + 1) * settings.replications)
        for v in variants
    }


class _Search:
    """The search for one variant."""

    def __init__(self, base: Scenario, variant: Scenario, clinics: list[str]) -> None:
        self.base = base
        self.variant = variant
        given = staffing_of(variant, clinics)
        self.clinics = {k: _Clinic(given=dict(c), counts=dict(c)) for k, c in given.items()}
        self.waits: dict[str, dict[str, tuple[float, float] | None]] = {}
        self.masks: dict[str, NDArray[Any]] = {}

    @property
    def finished(self) -> bool:
        return all(c.done for c in self.clinics.values())

    def trial(self, number: int) -> Scenario:
        """Return the variant with the move that each clinic tries next."""
        staffing = {k: c.trial or c.counts for k, c in self.clinics.items()}
        return with_staffing(self.variant, staffing, suffix=f"pilot-{number}")

    def judge(self, base: Sequence[Pilot], found: Sequence[Pilot], *, last: bool) -> None:
        """Accept or take back each clinic's move, and choose its next one."""
        for key, clinic in self.clinics.items():
            if clinic.done:
                continue
            excess, waits, where = self._excess(key, base, found)
            first = clinic.trial is None
            if first and waits[MEASURES[0]] is None:
                self.waits[key] = waits
                clinic.done = True  # too few to judge: nobody is added or spared
                continue
            adding = not clinic.held
            better = excess <= 0 or excess < clinic.excess - 0.25 * abs(clinic.excess)
            if first or (adding and better) or (not adding and excess <= 0):
                if clinic.trial is not None:
                    clinic.counts = clinic.trial
                clinic.excess, clinic.held = excess, excess <= 0
                self.waits[key] = waits
            elif adding:
                clinic.useless.add(clinic.line)
            else:
                clinic.kept.add(clinic.line)
            if adding and not first and excess <= 0:
                clinic.done = True  # it took a doctor more to hold: one less would not do
            else:
                self._next_move(key, clinic, where)
            clinic.done = clinic.done or last

    def _excess(
        self, key: str, base: Sequence[Pilot], found: Sequence[Pilot]
    ) -> tuple[float, dict[str, tuple[float, float] | None], NDArray[Any]]:
        """Return by how much the worse wait exceeds what is allowed, the waits, and when it does."""
        excess = -float("inf")
        waits: dict[str, tuple[float, float] | None] = {}
        late = np.zeros(672)
        for name in MEASURES:
            theirs, mine = [], []
            for a, b in zip(base, found, strict=True):
                chosen = b.district == key
                inside = np.isin(a.ids, b.ids[chosen])
                theirs.append(a.waits[name][inside])
                mine.append(np.stack([b.waits[name][chosen], b.quarter[chosen]]))
            old = np.concatenate(theirs)
            old = old[np.isfinite(old)]
            new, quarter = np.concatenate(mine, axis=1)
            some = np.isfinite(new)
            new, quarter = new[some], quarter[some].astype("int64")
            if min(len(old), len(new)) < FEWEST:
                waits[name] = None
                continue
            allowed = float(np.quantile(old, 0.9))
            now = float(np.quantile(new, 0.9))
            waits[name] = (allowed, now)
            over = now - allowed - TOLERANCE_MIN
            excess = max(excess, over)
            if over > 0:
                late += np.bincount(quarter[new > allowed], minlength=672)
        return excess, waits, late

    def _judged(self, key: str) -> bool:
        return self.waits.get(key, {}).get(MEASURES[0]) is not None

    def _next_move(self, key: str, clinic: _Clinic, late: NDArray[Any]) -> None:
        clinic.trial = None
        moves = self._additions(key, clinic, late) if not clinic.held else self._cuts(key, clinic)
        for line, step in moves:
            clinic.line = line
            clinic.trial = {**clinic.counts, line: clinic.counts[line] + step}
            return
        clinic.done = True

    def _additions(self, key: str, clinic: _Clinic, late: NDArray[Any]) -> list[tuple[str, int]]:
        """Return lines to strengthen, the one on which most wait too long first."""
        lines = self._lines(key)
        open_ = [
            name
            for name, line in lines.items()
            if name not in clinic.useless
            and line.form is not DutyForm.BACKUP
            and clinic.counts[name] < clinic.given[name] + MOST_ADDED
        ]
        weight = {name: float(late[self._mask(lines[name])].sum()) for name in open_}
        return [(n, 1) for n in sorted(open_, key=lambda n: (-weight[n], n)) if weight[n] > 0]

    def _cuts(self, key: str, clinic: _Clinic) -> list[tuple[str, int]]:
        """Return lines that can spare a doctor, the one with most doctor hours first."""
        lines = self._lines(key)
        hours = {n: clinic.counts[n] * int(self._mask(line).sum()) for n, line in lines.items()}
        return [
            (name, -1)
            for name in sorted(lines, key=lambda n: (-hours[n], n))
            if clinic.counts[name] > 0
            and name not in clinic.kept
            and self._spared(key, name, clinic)
        ]

    def _spared(self, key: str, line: str, clinic: _Clinic) -> bool:
        """Return whether somebody is still on duty at every open hour without one of this line."""
        counts = {**clinic.counts, line: clinic.counts[line] - 1}
        there = np.zeros(672, bool)
        for name, duty in self._lines(key).items():
            if counts[name] and duty.form is not DutyForm.BACKUP:
                there |= self._mask(duty)
        hours = self.variant.opening_hours(self.variant.legevakter[key].hours)
        return bool((there | ~self._week(hours)).all())

    def _lines(self, key: str) -> Mapping[str, DutyLine]:
        clinic = self.variant.legevakter[key]
        return duty_lines(clinic.doctors, clinic.hours, clinic)

    def _mask(self, line: DutyLine) -> NDArray[Any]:
        return self._week(self.variant.opening_hours(line.hours))

    def _week(self, hours: str) -> NDArray[Any]:
        if hours not in self.masks:
            self.masks[hours] = quarters_of_week(hours)
        return self.masks[hours]

    def result(self, variant: Scenario, rounds: int, runs: int) -> EqualService:
        """Return the outcome for the variant at its full length."""
        staffing = {k: c.counts for k, c in self.clinics.items()}
        changes = [
            LineChange(
                clinic=key, line=name, hours=line.hours, given=self.clinics[key].given[name],
                equal=self.clinics[key].counts[name],
            )
            for key in self.clinics
            for name, line in self._lines(key).items()
        ]  # fmt: skip
        return EqualService(
            scenario=with_staffing(variant, staffing, suffix="equal_service"),
            changes=tuple(changes),
            held={k: c.held if self._judged(k) else None for k, c in self.clinics.items()},
            waits=self.waits,
            rounds=rounds,
            runs=runs,
        )
