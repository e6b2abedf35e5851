"""What is varied: the assumed parameters over their ranges, the calibration, the size of the fleet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from emergency_sim.demand import CALIBRATIONS
from emergency_sim.domain.errors import Fault, InputFaults, nearest_word
from emergency_sim.domain.parameters import Status
from emergency_sim.experiment.sensitivity.variation import as_given, rule_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from emergency_sim.domain.parameters import Parameter
    from emergency_sim.scenario import Scenario

ALL_ASSUMED: Final = "all_assumed"
CALIBRATION: Final = "calibration"
FLEET: Final = "fleet_size"
LEVERS: Final[Mapping[str, float]] = {CALIBRATION: 1.0, FLEET: 0.2}
"""Beside the parameters: both calibrations (R2), and the fleet by so large a share (R16); 0: not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One thing that is varied, by one number.

    Parameters
    ----------
    key
        Key of a parameter, or one of :data:`LEVERS`.
    what
        What the number is: ``value``, ``first_field``, a factor (see ``variation``), ``choice``.
    low, high
        Range of the number.
    given
        The number at which all is as given.
    unit, source, status
        Of the parameter.
    """

    key: str
    what: str
    low: float
    high: float
    given: float
    unit: str
    source: str
    status: str

    def at(self, u: float) -> float:
        """Return the number at ``u`` from 0 to 1, even over the range."""
        return self.low + (self.high - self.low) * float(u)

    def shown(self, number: float) -> str:
        """Return the number as tables show it."""
        return chosen_calibration(number) if self.key == CALIBRATION else f"{number:.4g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is varied, and what is assumed but stays as it is.

    Parameters
    ----------
    varied
        In the order of the parameter file, levers last.
    left_out
        (key, reason).
    """

    varied: tuple[Dimension, ...]
    left_out: tuple[tuple[str, str], ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of what is varied."""
        return tuple(d.key for d in self.varied)

    def only(self, keys: Collection[str]) -> Selection:
        """Return the selection with some of its dimensions."""
        kept = tuple(d for d in self.varied if d.key in keys)
        rest = tuple((d.key, "not among the leading ones") for d in self.varied if d not in kept)
        return Selection(varied=kept, left_out=(*self.left_out, *rest))


def chosen_calibration(number: float) -> str:
    """Return which calibration a number from 0 to 1 stands for."""
    return CALIBRATIONS[0 if number < 0.5 else 1]


def select(
    base: Scenario,
    variants: Sequence[Scenario] = (),
    wanted: str | Sequence[str] = ALL_ASSUMED,
    levers: Mapping[str, float] | None = None,
    *,
    file: str = "sensitivity",
) -> Selection:
    """Return what is varied.

    Parameters
    ----------
    base, variants
        A parameter that a variant gives a value of its own is varied in the base and the others.
    wanted
        ``all_assumed``, or keys of parameters (published ones too).
    levers
        ``calibration`` (0: as given only) and ``fleet_size`` (share more or less, up to 0.5);
        None: both calibrations and a fifth of the fleet.
    file
        How faults name the place.

    Raises
    ------
    InputFaults
        Keys that are no parameters, or cannot be varied; levers that are none.
    """
    faults: list[Fault] = []
    items = base.parameters.items
    varied: list[Dimension] = []
    left_out: list[tuple[str, str]] = []
    if wanted == ALL_ASSUMED:
        assumed = [key for key, one in items.items() if one.status is Status.ASSUMED]
        for key in assumed:
            reason = _reason(key, items[key], (base, *variants))
            if reason is None:
                varied.append(_dimension(key, items[key]))
            else:
                left_out.append((key, reason))
    else:
        for n, key in enumerate(dict.fromkeys(wanted)):
            path = f"sensitivity.parameters.{n}"
            if key not in items:
                near = nearest_word(key, items)
                faults.append(
                    Fault(file=file, path=path, message="unknown parameter", got=key,
                          did_you_mean=near)
                )  # fmt: skip
            elif rule_of(items[key]) is None or as_given(items[key]) is None:
                message = "has no range, or holds no numbers: it cannot be varied"
                faults.append(Fault(file=file, path=path, message=message, got=key))
            else:
                varied.append(_dimension(key, items[key]))
    varied += _levers(base, {**LEVERS, **(levers or {})}, file, faults)
    if not faults and not varied:
        faults.append(Fault(file=file, path="sensitivity.parameters", message="nothing to vary"))
    if faults:
        raise InputFaults(faults)
    return Selection(varied=tuple(varied), left_out=tuple(left_out))


def _reason(key: str, one: Parameter, scenarios: Sequence[Scenario]) -> str | None:
    """Return why an assumed parameter stays as it is; None: it is varied."""
    if rule_of(one) is None:
        return "a definition or a list of names, or without a range"
    prefix = "triage.matrix."
    used = {s.triage.amk for s in scenarios} | {s.triage.lvs for s in scenarios}
    if key.startswith(prefix) and key.removeprefix(prefix) not in used:
        return f"not in use (triage: {', '.join(sorted(used))})"
    return None


def _dimension(key: str, one: Parameter) -> Dimension:
    rule, given = rule_of(one), as_given(one)
    assert rule is not None
    assert given is not None
    assert one.range is not None
    low, high = one.range
    return Dimension(
        key=key, what=rule.value, low=float(low), high=float(high), given=given,
        unit=one.unit if rule.value in ("value", "first_field") else "factor",
        source=one.source, status=one.status.value,
    )  # fmt: skip


def _levers(
    base: Scenario, levers: Mapping[str, float], file: str, faults: list[Fault]
) -> list[Dimension]:
    found: list[Dimension] = []
    for name, size in levers.items():
        path = f"sensitivity.levers.{name}"
        if name not in LEVERS:
            near = nearest_word(name, LEVERS)
            faults.append(Fault(file=file, path=path, message="unknown lever", did_you_mean=near))
        elif not 0 <= size <= (0.5 if name == FLEET else 1):
            most = "0.5" if name == FLEET else "1"
            faults.append(
                Fault(file=file, path=path, message=f"must be from 0 to {most}", got=size)
            )
        elif name == CALIBRATION and size:
            found.append(
                Dimension(
                    key=CALIBRATION, what="choice", low=0.0, high=1.0,
                    given=float(CALIBRATIONS.index(base.calibration)), unit="choice",
                    source="Two levels of legevakt contacts, both published (R2)",
                    status="published",
                )
            )  # fmt: skip
        elif name == FLEET and size:
            found.append(
                Dimension(
                    key=FLEET, what="factor", low=1 - size, high=1 + size, given=1.0,
                    unit="share of the base's units", status="assumed",
                    source="How far the modelled fleet may be from the real one (R16)",
                )
            )  # fmt: skip
    return found
