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

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emergency_sim.experiment.comparing.clinic_moves import Moves, SearchedClinic
from emergency_sim.experiment.comparing.clinic_waits import waits_against
from emergency_sim.experiment.comparing.pilots import (
    MEASURES,
    SearchSettings,
    run_pilots,
    shortened,
)
from emergency_sim.experiment.comparing.staffing import (
    clinics_to_search,
    lines_of,
    staffing_of,
    with_staffing,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from emergency_sim.experiment.comparing.clinic_waits import Waits
    from emergency_sim.experiment.comparing.pilots import Pilot
    from emergency_sim.experiment.comparing.staffing import Staffing
    from emergency_sim.experiment.work.executors import Workers
    from emergency_sim.scenario import Scenario


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
    waits: dict[str, Waits]
    rounds: int
    runs: int


def in_equal_service(
    variant: Scenario,
    staffing: Staffing,
    *,
    held: dict[str, bool | None],
    waits: dict[str, Waits],
    rounds: int,
    runs: int,
) -> EqualService:
    """Return what a search found, with the variant at its full length.

    Parameters
    ----------
    variant
        As given.
    staffing
        Doctors found on the lines of the clinics that were searched.
    held, waits, rounds, runs
        As in :class:`EqualService`.
    """
    given = staffing_of(variant, list(staffing))
    changes = [
        LineChange(
            clinic=key, line=name, hours=line.hours, given=given[key][name],
            equal=staffing[key][name],
        )
        for key in staffing
        for name, line in lines_of(variant, key).items()
    ]  # fmt: skip
    return EqualService(
        scenario=with_staffing(variant, staffing, suffix="equal_service"),
        changes=tuple(changes),
        held=held,
        waits=waits,
        rounds=rounds,
        runs=runs,
    )


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
    searches = {v.id: _Search(short[v.id], clinics_to_search(base, v)) for v in variants}
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

    def __init__(self, variant: Scenario, clinics: list[str]) -> None:
        self.variant = variant
        given = staffing_of(variant, clinics)
        self.clinics = {k: SearchedClinic(given=dict(c), counts=dict(c)) for k, c in given.items()}
        self.waits: dict[str, Waits] = {}
        self.moves = Moves(variant)

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
            excess, waits, late = waits_against(key, base, found)
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
                self.moves.choose_next(key, clinic, late)
            clinic.done = clinic.done or last

    def _judged(self, key: str) -> bool:
        return self.waits.get(key, {}).get(MEASURES[0]) is not None

    def result(self, variant: Scenario, rounds: int, runs: int) -> EqualService:
        """Return the outcome for the variant at its full length."""
        return in_equal_service(
            variant, {k: c.counts for k, c in self.clinics.items()},
            held={k: c.held if self._judged(k) else None for k, c in self.clinics.items()},
            waits=self.waits, rounds=rounds, runs=runs,
        )  # fmt: skip
