"""Which doctor more or less a clinic tries next in the search for equal service."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.calendar.shifts import quarters_of_week
from emergency_sim.domain.places import DutyForm
from emergency_sim.experiment.comparing.staffing import lines_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.domain.places import DutyLine
    from emergency_sim.scenario import Scenario

MOST_ADDED: Final = 4
"""Doctors that a line may get beyond those given."""


@dataclass(slots=True)
class SearchedClinic:
    """How far the search for one clinic is.

    Parameters
    ----------
    given, counts, trial
        Doctors by duty line: as given, as accepted so far, and as tried now (None: not yet).
    useless, kept
        Lines on which a doctor more did not help, and those that can spare none.
    line
        On which ``trial`` differs from ``counts``.
    excess
        Minutes too long with ``counts``.
    held
        Whether the waits hold with ``counts``.
    done
        Nothing more is tried.
    """

    given: dict[str, int]
    counts: dict[str, int]
    useless: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    trial: dict[str, int] | None = None
    line: str = ""
    excess: float = float("inf")
    held: bool = False
    done: bool = False


class Moves:
    """The moves that the clinics of a variant may make.

    Parameters
    ----------
    variant
        Says which duty lines there are, and when.
    """

    def __init__(self, variant: Scenario) -> None:
        self._variant = variant
        self._masks: dict[str, NDArray[Any]] = {}

    def choose_next(self, key: str, clinic: SearchedClinic, late: NDArray[Any]) -> None:
        """Give a clinic its next move; without any it is done.

        Parameters
        ----------
        key, clinic
            The clinic, and how far its search is.
        late
            Patients who waited too long, per quarter of an hour of the week.
        """
        clinic.trial = None
        moves = self._additions(key, clinic, late) if not clinic.held else self._cuts(key, clinic)
        for line, step in moves:
            clinic.line = line
            clinic.trial = {**clinic.counts, line: clinic.counts[line] + step}
            return
        clinic.done = True

    def _additions(
        self, key: str, clinic: SearchedClinic, late: NDArray[Any]
    ) -> list[tuple[str, int]]:
        """Return lines to strengthen, the one on which most wait too long first."""
        lines = lines_of(self._variant, key)
        open_ = [
            name
            for name, line in lines.items()
            if name not in clinic.useless
            and line.form is not DutyForm.BACKUP
            and clinic.counts[name] < clinic.given[name] + MOST_ADDED
        ]
        weight = {name: float(late[self._mask(lines[name])].sum()) for name in open_}
        return [(n, 1) for n in sorted(open_, key=lambda n: (-weight[n], n)) if weight[n] > 0]

    def _cuts(self, key: str, clinic: SearchedClinic) -> list[tuple[str, int]]:
        """Return lines that can spare a doctor, the one with most doctor hours first."""
        lines = lines_of(self._variant, key)
        hours = {n: clinic.counts[n] * int(self._mask(line).sum()) for n, line in lines.items()}
        return [
            (name, -1)
            for name in sorted(lines, key=lambda n: (-hours[n], n))
            if clinic.counts[name] > 0
            and name not in clinic.kept
            and self._spared(key, name, clinic)
        ]

    def _spared(self, key: str, line: str, clinic: SearchedClinic) -> bool:
        """Return whether somebody is still on duty at every open hour without one of this line."""
        counts = {**clinic.counts, line: clinic.counts[line] - 1}
        there = np.zeros(672, bool)
        for name, duty in lines_of(self._variant, key).items():
            if counts[name] and duty.form is not DutyForm.BACKUP:
                there |= self._mask(duty)
        hours = self._variant.opening_hours(self._variant.legevakter[key].hours)
        return bool((there | ~self._week(hours)).all())

    def _mask(self, line: DutyLine) -> NDArray[Any]:
        return self._week(self._variant.opening_hours(line.hours))

    def _week(self, hours: str) -> NDArray[Any]:
        if hours not in self._masks:
            self._masks[hours] = quarters_of_week(hours)
        return self._masks[hours]
