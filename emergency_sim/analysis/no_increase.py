"""KS' test of a variant: no increase in duty hours and standby, with the cost beside it (R17)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.analysis.kpis import KPIS
from emergency_sim.analysis.kpis.standby import actor_form
from emergency_sim.analysis.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from emergency_sim.analysis.comparison_rows import ComparisonRow
    from emergency_sim.analysis.rosters import DutyRate

DUTY: Final = "rostered_person_hours"
STANDBY: Final = "standby_person_hours"
COST: Final = "duty_cost"
_JUDGED: Final = {"duty_hours": DUTY, "standby": STANDBY}
"""Parts of the test and their indicators; the cost stands beside it."""


ROUNDING_H: Final = 1e-6
"""Hours a week that are rounding."""


class Outcome(StrEnum):
    """Whether neither duty hours nor standby are higher."""

    PASSED = "passed"
    FAILED = "failed"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class KsPart:
    """One of the three parts: duty hours, standby, cost; None, never NaN, where there is nothing.

    Parameters
    ----------
    part
        ``duty_hours``, ``standby`` or ``cost``.
    kpi, unit
        Its indicator in the whole region.
    base, variant, difference
        Values a week and variant less base.
    low, high
        Of standby: 95 % interval of the difference. Of the cost: the least and the most that the
        difference can be with every rate in its range; that is no interval of chance (R22).
    verdict
        Better, worse, no relevant difference, cannot tell.
    note
        ``exact`` or ``structural`` where no chance is in it; ``assumed rates`` of the cost.
    """

    part: str
    kpi: str
    unit: str
    base: float | None
    variant: float | None
    difference: float | None
    low: float | None
    high: float | None
    verdict: Verdict
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KsTest:
    """KS' test of one variant.

    Parameters
    ----------
    variant_id
        Variant, with ``@equal_service`` where it is in that staffing.
    outcome
        Passed: neither duty hours nor standby are higher. Failed: one of them is.
    duty_hours, standby, cost
        The parts; the cost has no say in the outcome.
    """

    variant_id: str
    outcome: Outcome
    duty_hours: KsPart
    standby: KsPart
    cost: KsPart

    @property
    def parts(self) -> tuple[KsPart, KsPart, KsPart]:
        """The three parts in the order of the report."""
        return self.duty_hours, self.standby, self.cost

    def flat(self) -> dict[str, Any]:
        """Return one row of a table: the outcome and every part's figures."""
        row: dict[str, Any] = {"variant_id": self.variant_id, "outcome": self.outcome.value}
        for one in self.parts:
            values = asdict(one)
            name = values.pop("part")
            row |= {f"{name}_{field}": value for field, value in values.items()}
        return row

    def to_json(self) -> dict[str, Any]:
        """Return the test as JSON values."""
        return asdict(self)


def ks_tests(
    rows: Sequence[ComparisonRow], rates: Mapping[str, Sequence[DutyRate]], base: str
) -> tuple[KsTest, ...]:
    """Return KS' test of every variant whose standby was compared.

    Parameters
    ----------
    rows
        Of a comparison.
    rates
        NOK an hour of duty by scenario id.
    base
        Id of the base.

    Notes
    -----
    Duty hours are those of the roster and exact (R20): any more are more. Standby is what was
    simulated: not higher is better or no relevant difference (R24).
    """
    variants = dict.fromkeys(r.variant_id for r in rows if r.variant_id and r.kpi == STANDBY)
    return tuple(
        _test([r for r in rows if r.variant_id == v], v, rates.get(base, ()), rates.get(v, ()))
        for v in variants
    )


def _test(
    rows: Sequence[ComparisonRow],
    variant: str,
    before: Sequence[DutyRate],
    after: Sequence[DutyRate],
) -> KsTest:
    region = {r.kpi: r for r in rows if (r.group_kind, r.group) == ("all", "all")}
    duty, standby = (_part(name, kpi, region.get(kpi)) for name, kpi in _JUDGED.items())
    verdicts = {duty.verdict, standby.verdict}
    if Verdict.WORSE in verdicts:
        outcome = Outcome.FAILED
    elif Verdict.CANNOT_TELL in verdicts:
        outcome = Outcome.CANNOT_TELL
    else:
        outcome = Outcome.PASSED
    return KsTest(
        variant_id=variant,
        outcome=outcome,
        duty_hours=duty,
        standby=standby,
        cost=_cost(region.get(COST), rows, before, after),
    )


def _part(name: str, kpi: str, row: ComparisonRow | None) -> KsPart:
    words = [] if row is None else row.note.split("; ")
    note = next((w for w in ("exact", "structural") if w in words), "")
    verdict = Verdict(row.verdict) if row is not None and row.verdict else Verdict.CANNOT_TELL
    if note and row is not None and row.difference is not None:  # without chance higher is higher
        verdict = Verdict.NO_RELEVANT_DIFFERENCE
        if abs(row.difference) > ROUNDING_H:
            verdict = Verdict.WORSE if row.difference > 0 else Verdict.BETTER
    return KsPart(
        part=name,
        kpi=kpi,
        unit=KPIS[kpi].indicator.unit,
        base=None if row is None else row.base,
        variant=None if row is None else row.variant,
        difference=None if row is None else row.difference,
        low=None if row is None else row.ci_low,
        high=None if row is None else row.ci_high,
        verdict=verdict,
        note=note,
    )


def _cost(
    row: ComparisonRow | None,
    rows: Sequence[ComparisonRow],
    before: Sequence[DutyRate],
    after: Sequence[DutyRate],
) -> KsPart:
    """Return the part of the cost, judged by the whole range of the rates."""
    part = _part("cost", COST, row)
    if part.difference is None:
        return part
    hours = {r.group: r for r in rows if (r.kpi, r.group_kind) == (DUTY, "actor_form")}
    if not hours:
        return replace(part, low=None, high=None, verdict=Verdict.CANNOT_TELL)
    low, high = cost_bounds(
        {name: (r.base or 0.0, r.variant or 0.0) for name, r in hours.items()}, before, after
    )
    relevant = KPIS[COST].indicator.relevant_difference
    if -relevant < low and high < relevant:
        verdict = Verdict.NO_RELEVANT_DIFFERENCE
    elif low > 0:
        verdict = Verdict.WORSE
    elif high < 0:
        verdict = Verdict.BETTER
    else:
        verdict = Verdict.CANNOT_TELL
    assumed = any(r.status == "assumed" for r in (*before, *after))
    note = "assumed rates" if assumed else ""
    return replace(part, low=low, high=high, verdict=verdict, note=note)


def cost_bounds(
    hours: Mapping[str, tuple[float, float]],
    before: Sequence[DutyRate],
    after: Sequence[DutyRate],
) -> tuple[float, float]:
    """Return the least and the greatest difference in cost with each rate anywhere in its range.

    Parameters
    ----------
    hours
        Hours a week in base and variant by ``actor:form``.
    before, after
        Rates in base and variant; one parameter has one value in both, unless the variant sets
        another one.

    Examples
    --------
    >>> from emergency_sim.analysis.rosters import DutyRate
    >>> home = DutyRate(
    ...     actor="doctor",
    ...     form="home",
    ...     parameter="cost.doctor_home",
    ...     nok_per_hour=250,
    ...     low=200,
    ...     high=300,
    ...     status="assumed",
    ... )
    >>> cost_bounds({"doctor:home": (100.0, 90.0)}, [home], [home])
    (-3000.0, -2000.0)
    """
    then = {actor_form(r.actor, r.form): r for r in before}
    now = {actor_form(r.actor, r.form): r for r in after}
    more: dict[str, float] = {}
    low = high = 0.0
    for name, (first, second) in hours.items():
        old, new = then.get(name), now.get(name)
        if old is None or new is None:
            continue
        if old == new:
            more[old.parameter] = more.get(old.parameter, 0.0) + second - first
        else:
            low += second * new.low - first * old.high
            high += second * new.high - first * old.low
    range_of = {r.parameter: (r.low, r.high) for r in before}
    for parameter, change in more.items():
        ends = [change * rate for rate in range_of[parameter]]
        low, high = low + min(ends), high + max(ends)
    return low, high
