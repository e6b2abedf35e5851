"""Whether somebody is there at every hour of the week (R10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.calendar import quarters_of_week
from emergency_sim.calendar.shifts import HOLIDAY_WEEK, PLAIN_WEEK
from emergency_sim.domain.places import DutyForm
from emergency_sim.scenario.policies_schema import ClinicChoice
from emergency_sim.scenario.schema import duty_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from emergency_sim.domain.errors import Fault
    from emergency_sim.domain.places import DutyLine
    from emergency_sim.scenario.geography import Geography
    from emergency_sim.scenario.tree import Path, Tree

_WEEK: Final = 672
_DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_HOLIDAY: Final = slice(_WEEK + 2 * 96, _WEEK + 3 * 96)
_CLINICS: Final = ("legevakter", "fastlege_offices")


class Coverage:
    """Looks at a plain week and at a week with a public holiday, in quarters of an hour.

    Parameters
    ----------
    parts
        The scenario's objects by key; their hours are valid.
    tree
        Where they were written.
    geography
        Areas of the network.
    faults, warnings
        Findings are appended here.
    """

    def __init__(
        self,
        parts: Mapping[str, Any],
        tree: Tree,
        geography: Geography,
        faults: list[Fault],
        warnings: list[str],
    ) -> None:
        self.parts = parts
        self.tree = tree
        self.areas = geography.areas
        self.faults = faults
        self.warnings = warnings
        self._masks: dict[str, NDArray[np.bool_]] = {}

    def look(self) -> None:
        """Report hours without clinic, doctor, nurse or operator."""
        for section in ("amk", "legevaktsentraler"):
            self._centres(section)
        if self.parts.get("legevakter"):
            self._areas()
        for section in _CLINICS:
            for name, clinic in self._in_service(section):
                if getattr(clinic, "may_be_empty", False):
                    continue
                lines = duty_lines(clinic.doctors, clinic.hours, clinic)
                self._gap(
                    (section, name, "doctors"),
                    self._mask(clinic.hours) & ~self._on(lines.values()),
                    "open without a doctor on duty",
                )
        for name, satellite in self._in_service("satellites"):
            is_open = self._mask(satellite.hours)
            missing = is_open & ~self._on(satellite.nurses.values())
            self._gap(("satellites", name, "nurses"), missing, "open without a nurse on duty")
            clinic = self.parts.get("legevakter", {}).get(satellite.legevakt)
            if clinic is None:
                continue
            doctors = duty_lines(clinic.doctors, clinic.hours, clinic)
            missing = is_open & ~self._on(doctors.values())
            if missing.any():
                path = ("satellites", name, "legevakt")
                message = f"open while {satellite.legevakt} has no doctor for the video"
                self.warnings.append(str(self.tree.fault(path, f"{message}: {said(missing)}")))

    def _centres(self, section: str) -> None:
        centres = dict(self._in_service(section))
        if not centres:
            return
        for name, centre in centres.items():
            if centre.overflow_to is None:
                missing = ~self._on(centre.operators.values())
                self._gap((section, name, "operators"), missing, "no operator on duty")
        everywhere = any(not centre.serves for centre in centres.values())
        served = {area for centre in centres.values() for area in centre.serves}
        left = sorted(self.areas - served)
        if left and not everywhere:
            message = f"no centre answers for {', '.join(left)}"
            self.faults.append(self.tree.fault((section,), message))

    def _areas(self) -> None:
        """Report areas and hours without an open clinic, areas with the same gap together.

        Where people choose the nearest legevakt, any that is open with a doctor on duty will do.
        """
        anybody = np.zeros(2 * _WEEK, bool)
        policies = self.parts.get("policies")
        if policies is not None and policies.clinic_choice is ClinicChoice.NEAREST:
            for _, clinic in self._in_service("legevakter"):
                lines = duty_lines(clinic.doctors, clinic.hours, clinic)
                anybody |= self._mask(clinic.hours) & self._on(lines.values())
        together: dict[tuple[bytes, Path], list[str]] = {}
        for area in sorted(self.areas):
            is_open = anybody.copy()
            for section in _CLINICS:
                for _, clinic in self._in_service(section):
                    if area in clinic.serves:
                        is_open |= self._mask(clinic.hours)
            if not is_open.all():
                key = ((~is_open).tobytes(), self._clinic_of(area))
                together.setdefault(key, []).append(area)
        for (gap, at), areas in together.items():
            missing = np.frombuffer(gap, bool)
            self._gap(at, missing, f"no clinic is open for {', '.join(areas)}")

    def _clinic_of(self, area: str) -> Path:
        """Return the legevakt to look at when an area lacks one: one that was changed, if any."""
        serving: list[Path] = [
            ("legevakter", name)
            for name, clinic in self.parts["legevakter"].items()
            if area in clinic.serves
        ]
        changed = [path for path in serving if self.tree.changed(path) is not None]
        in_service = [p for p in serving if self.tree.get((*p, "in_service"), True)]
        return next(iter(changed or in_service or serving), ("legevakter",))

    def _gap(self, path: Path, missing: NDArray[np.bool_], message: str) -> None:
        if missing.any():
            at = self.tree.changed(path) or path
            self.faults.append(self.tree.fault(at, f"{message}: {said(missing)}"))

    def _in_service(self, section: str) -> list[tuple[str, Any]]:
        places = self.parts.get(section) or {}
        return [(name, place) for name, place in places.items() if place.in_service]

    def _on(self, lines: Iterable[DutyLine]) -> NDArray[np.bool_]:
        on = np.zeros(2 * _WEEK, bool)
        for line in lines:
            if line.count > 0 and line.form is not DutyForm.BACKUP:
                on |= self._mask(line.hours)
        return on

    def _mask(self, hours: str) -> NDArray[np.bool_]:
        if hours not in self._masks:
            text = (self.parts.get("shifts") or {}).get(hours, hours)
            weeks = [quarters_of_week(text, week) for week in (PLAIN_WEEK, HOLIDAY_WEEK)]
            self._masks[hours] = np.concatenate(weeks)
        return self._masks[hours]


def said(missing: NDArray[np.bool_]) -> str:
    """Return in words when something is missing: in a plain week, and on a holiday beyond that.

    Parameters
    ----------
    missing
        Quarters of a plain week, then of a week whose Wednesday is a public holiday.
    """
    week = missing[:_WEEK].reshape(7, 96)
    days: dict[str, list[str]] = {}
    for name, day in zip(_DAYS, week, strict=True):
        if day.any():
            days.setdefault(_clock(day), []).append(name)
    text = [f"{_span(names)} {times}" for times, names in days.items()]
    holiday = missing[_HOLIDAY] & ~week[2]
    if holiday.any():
        text.append(f"on a public holiday {_clock(holiday)}")
    if not text:
        text = ["around a public holiday"]
    return "; ".join(text)


def _span(names: list[str]) -> str:
    first, last = _DAYS.index(names[0]), _DAYS.index(names[-1])
    if len(names) > 2 and last - first == len(names) - 1:
        return f"{names[0]}-{names[-1]}"
    return ",".join(names)


def _clock(day: NDArray[np.bool_]) -> str:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], day, [False]]).astype(int)))
    pairs = edges.reshape(-1, 2) * 15
    return ",".join(f"{a // 60:02d}:{a % 60:02d}-{b // 60:02d}:{b % 60:02d}" for a, b in pairs)
