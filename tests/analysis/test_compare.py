"""Base against variants: values, families, verdicts and reasons."""

import json
from dataclasses import replace

import numpy as np
import pytest

from emergency_sim.analysis.compare import JSON_FIELDS, Comparison, ComparisonRow, compare, summary
from emergency_sim.analysis.differences import Pair, pair_of, single_row
from emergency_sim.analysis.kpis import KPIS
from emergency_sim.analysis.pooling import Estimates, ScenarioKpis
from emergency_sim.analysis.replication import exact_kpis
from emergency_sim.analysis.statistics import Precision, holm
from emergency_sim.analysis.verdict import Verdict, certain_verdict, verdict
from emergency_sim.domain.events import EventColumns, Kind
from emergency_sim.domain.indicators import Aggregation, Better, Indicator
from tests.analysis.synthetic import county_frame, county_log, kpis_of

REPLICATIONS = 6
PRIMARY = (
    ("response_time_median", "all", "all"),
    ("response_within_target", "all", "all"),
    ("response_time_p90", "area_class", "tettbygd"),
)
FRAME = county_frame(days=7)


def slower(log: EventColumns, seconds: float, replication: int) -> EventColumns:
    """Return the log with later arrivals at the scene, by another amount in each replication."""
    late = np.where(log.kind == Kind.ON_SCENE, round(1000 * seconds) + 3000 * replication, 0)
    time_ms = log.time_ms + late
    order = np.argsort(time_ms, kind="stable")
    columns = ("kind", "incident", "call", "mission", "actor", "place", "value", "code")
    return replace(log, time_ms=time_ms[order], **{c: getattr(log, c)[order] for c in columns})


def without_some(log: EventColumns, residue: int) -> EventColumns:
    """Return the log without every tenth incident."""
    kept = (log.incident < 0) | (log.incident // 2 % 10 != residue)
    columns = ("time_ms", "kind", "incident", "call", "mission", "actor", "place", "value", "code")
    return replace(log, **{c: getattr(log, c)[kept] for c in columns})


@pytest.fixture(scope="module")
def logs() -> list[EventColumns]:
    return [county_log(FRAME, replication=k, incidents=1500) for k in range(REPLICATIONS)]


def scenario(name: str, logs: list[EventColumns], frame=FRAME) -> ScenarioKpis:  # type: ignore[no-untyped-def]
    return ScenarioKpis(
        scenario=name,
        replications=tuple(kpis_of(log, frame) for log in logs),
        exact=exact_kpis(frame),
    )


@pytest.fixture(scope="module")
def base(logs: list[EventColumns]) -> ScenarioKpis:
    return scenario("base", logs)


@pytest.fixture(scope="module")
def late(logs: list[EventColumns]) -> ScenarioKpis:
    return scenario("late", [slower(log, 300, k) for k, log in enumerate(logs)])


@pytest.fixture(scope="module")
def compared(base: ScenarioKpis, late: ScenarioKpis) -> Comparison:
    return compare(base, [late], primary=PRIMARY, key="test")


def row(c: Comparison, kpi: str, kind: str = "all", group: str = "all") -> ComparisonRow:
    found = [r for r in c.rows if (r.kpi, r.group_kind, r.group) == (kpi, kind, group)]
    assert len(found) == 1
    return found[0]


def test_values_are_pooled_over_replications(
    compared: Comparison, base: ScenarioKpis, late: ScenarioKpis
) -> None:
    r = row(compared, "response_time_median")
    pooled = np.concatenate([k.samples["response_time_median"].values for k in base.replications])
    later = np.concatenate([k.samples["response_time_median"].values for k in late.replications])
    assert r.base == pytest.approx(np.median(pooled))
    assert r.variant == pytest.approx(np.median(later))
    assert r.difference == pytest.approx(np.median(later) - np.median(pooled))
    assert r.n == len(pooled)
    assert r.ci_low is not None
    assert r.ci_low < r.difference < r.ci_high  # type: ignore[operator]
    assert r.verdict == "worse"
    assert r.note == "primary; if the assumed values hold"
    assert r.spread_low is not None
    assert 4.9 < r.spread_low < r.difference < r.spread_high < 5.4  # type: ignore[operator]


def test_a_share_is_the_ratio_of_sums(compared: Comparison, base: ScenarioKpis) -> None:
    r = row(compared, "response_within_target")
    parts = [k.ratios["response_within_target", "all", "all"] for k in base.replications]
    assert r.base == pytest.approx(sum(p[0] for p in parts) / sum(p[1] for p in parts))


def test_only_the_primary_family_has_p_values(compared: Comparison) -> None:
    tested = {(r.kpi, r.group_kind, r.group) for r in compared.rows if r.p_holm is not None}
    assert tested == set(PRIMARY)
    for r in compared.rows:
        assert (r.p_holm is not None) or r.reason, r


def test_holm_goes_over_primary_and_variants(
    base: ScenarioKpis, late: ScenarioKpis, logs: list[EventColumns]
) -> None:
    second = scenario("later", [slower(log, 20, 10 * k) for k, log in enumerate(logs)])
    c = compare(base, [late, second], primary=PRIMARY, key="test", resamples=100)
    plain = [
        row(compare(base, [v], primary=(k,), key="test", resamples=100), *k).p_holm
        for v in (late, second)
        for k in PRIMARY
    ]
    both = [r.p_holm for v in ("late", "later") for k in PRIMARY for r in c.rows
            if r.variant_id == v and (r.kpi, r.group_kind, r.group) == k]  # fmt: skip
    assert both == pytest.approx(holm(plain))  # type: ignore[arg-type]
    assert both != pytest.approx(plain)


def test_adding_a_group_or_a_variant_changes_no_primary_interval_and_a_group_no_p(
    base: ScenarioKpis, late: ScenarioKpis, compared: Comparison, logs: list[EventColumns]
) -> None:
    more = replace(FRAME, groups={"concerned": FRAME.groups["concerned"], "north": ("area7",)})
    wider = compare(
        scenario("base", logs, more),
        [scenario("late", [slower(log, 300, k) for k, log in enumerate(logs)], more)],
        primary=PRIMARY,
        key="test",
    )
    assert len(wider.rows) > len(compared.rows)
    for key in PRIMARY:
        assert row(wider, *key) == row(compared, *key)
    two = compare(base, [late, scenario("same", logs)], primary=PRIMARY, key="test")
    for key in PRIMARY:
        mine = next(
            r for r in two.rows if r.variant_id == "late" and (r.kpi, r.group_kind, r.group) == key
        )
        assert (mine.ci_low, mine.ci_high) == (
            row(compared, *key).ci_low,
            row(compared, *key).ci_high,
        )


def test_the_same_key_gives_the_same_and_another_key_nearly_the_same(
    base: ScenarioKpis, late: ScenarioKpis, compared: Comparison
) -> None:
    assert compare(base, [late], primary=PRIMARY, key="test") == compared
    other = row(compare(base, [late], primary=PRIMARY, key="other"), *PRIMARY[0])
    assert other.ci_low != row(compared, *PRIMARY[0]).ci_low
    assert other.ci_low == pytest.approx(row(compared, *PRIMARY[0]).ci_low, rel=0.1)


def test_a_difference_that_is_the_same_everywhere_is_structural(
    base: ScenarioKpis, logs: list[EventColumns]
) -> None:
    shifted = scenario("shifted", [slower(log, 120, 0) for log in logs])
    r = row(compare(base, [shifted], primary=PRIMARY, key="test"), "response_time_median")
    assert r.difference == pytest.approx(2.0)
    assert (r.ci_low, r.ci_high, r.p_holm) == (None, None, None)
    assert "structural" in r.note
    assert r.reason == "structural"
    assert r.verdict == "worse"


@pytest.mark.parametrize("share", [0.0, 1.0])
@pytest.mark.parametrize(("n", "enough"), [(140, False), (160, True)])
def test_none_of_a_few_is_no_certainty(share: float, n: int, enough: bool) -> None:
    """None of 40 in the base and of 40 with a true 3 % is met in three of ten experiments."""
    key = ("response_within_target", "all", "all")
    same = Estimates(
        value={key: share}, n={key: n}, single={key: np.full(10, share)},
        draws={key: np.full(100, share)},
    )  # fmt: skip
    kpis = ScenarioKpis(scenario="a", replications=(), exact={})
    r = pair_of(key, same, same, kpis, kpis, 10).row(primary=False)
    alone = single_row(key, same, replace(kpis, replications=(None,) * 10))  # type: ignore[arg-type]
    if enough:
        assert (r.verdict, r.reason) == ("no_relevant_difference", "structural")
        assert alone.ci_low == share
    else:
        assert (r.verdict, alone.ci_low) == (None, None)
        assert "too_few" in r.note
        assert r.reason == alone.reason
        assert f"of {n} observations" in str(r.reason)


def test_exact_indicators_have_neither_interval_nor_n(
    base: ScenarioKpis, logs: list[EventColumns]
) -> None:
    far = replace(FRAME, access_doctor_s=FRAME.access_doctor_s * 3)
    r = row(compare(base, [scenario("far", logs, far)], key="test"), "clinic_travel_over_40")
    assert r.note.startswith("exploratory; exact")
    assert (r.ci_low, r.p_holm, r.n, r.spread_low) == (None, None, None, None)
    assert r.verdict == "worse"


def test_small_groups_are_too_few(compared: Comparison) -> None:
    few = [r for r in compared.rows if "too_few" in r.note]
    assert few
    for r in few:
        assert r.n is not None
        assert r.n < 30 or (r.unit == "share" and r.base == r.variant in (0.0, 1.0))
        assert (r.ci_low, r.verdict) == (None, None)
        assert r.reason is not None
        assert r.reason.startswith("too few")


def test_groups_that_only_one_scenario_has_say_so(
    base: ScenarioKpis, logs: list[EventColumns]
) -> None:
    places = tuple(p for p in FRAME.places if p.id != "clinic3")
    serving = np.where(
        FRAME.serving == 3, 0, np.where(FRAME.serving > 3, FRAME.serving - 1, FRAME.serving)
    )
    merged = replace(FRAME, places=places, serving=serving)
    c = compare(base, [scenario("merged", logs, merged)], key="test")
    r = row(c, "oncall_hours_per_week", "district", "clinic3")
    assert (r.variant, r.difference) == (None, None)
    assert r.reason == "nobody in this group in the variant"


def test_incidents_in_both_and_in_one_only(base: ScenarioKpis, logs: list[EventColumns]) -> None:
    """The variant loses a tenth of the incidents; the common ones have no difference at all."""
    fewer = scenario("fewer", [without_some(log, 3) for log in logs])
    c = compare(base, [fewer], key="test")
    overlap = c.overlaps[0]
    total = sum(len(k.incidents) for k in base.replications)
    assert overlap.variant_id == "fewer"
    assert overlap.both + overlap.only_base == total
    assert 0.08 < overlap.only_base / total < 0.12
    assert overlap.only_variant == 0
    assert row(c, "clinic_wait_regular_median").difference != 0.0
    for kpi in ("response_time_median", "response_within_target", "clinic_wait_urgent_p90"):
        r = row(c, kpi, "common", "all")
        assert r.difference == pytest.approx(0.0, abs=1e-12)
        assert r.n == row(c, kpi).n  # of base and variant the fewer: the common ones
    assert not any(r.group_kind == "common" and r.kpi == "task_share" for r in c.rows)


def test_areas_concerned_come_first(compared: Comparison) -> None:
    kinds = list(dict.fromkeys(r.group_kind for r in compared.rows))
    assert kinds[:3] == ["concerned", "all", "common"]
    assert kinds.index("district") < kinds.index("municipality")


def test_json_rows_are_the_contract(compared: Comparison) -> None:
    rows = [r.to_json() for r in compared.rows]
    text = json.dumps(rows, allow_nan=False)
    assert "NaN" not in text
    contract = (
        "kpi group_kind group unit better variant_id base variant difference ci_low ci_high p_holm "
        "n verdict note"
    )
    assert set(JSON_FIELDS) == {*contract.split(), "reason"}
    assert tuple(rows[0]) == JSON_FIELDS
    for r in rows:
        nulls = [k for k in JSON_FIELDS if k != "reason" and r[k] is None]
        assert not nulls or r["reason"], r
    assert len(compared.frame()) == len(rows)


def test_one_scenario_leaves_variant_fields_empty(base: ScenarioKpis) -> None:
    c = summary(base, key="test")
    r = row(c, "response_time_median")
    assert (r.variant_id, r.variant, r.difference, r.verdict, r.p_holm) == (None,) * 5
    assert r.ci_low < r.base < r.ci_high  # type: ignore[operator]
    json.dumps([x.to_json() for x in c.rows], allow_nan=False)


def test_one_replication_gives_values_without_intervals(
    base: ScenarioKpis, late: ScenarioKpis
) -> None:
    one = [replace(s, replications=s.replications[:1]) for s in (base, late)]
    r = row(compare(one[0], one[1:], primary=PRIMARY), "response_time_median")
    assert r.difference is not None
    assert (r.ci_low, r.verdict) == (None, None)
    assert r.reason == "too few replications for an interval"


def test_what_cannot_be_told_says_how_many_replications_would(
    base: ScenarioKpis, logs: list[EventColumns]
) -> None:
    """Noise of other incidents: a variant of other logs, paired with nothing."""
    other = [county_log(FRAME, replication=50 + k, incidents=1500) for k in range(REPLICATIONS)]
    variant = scenario("other", other)
    few = compare(base, [variant], primary=PRIMARY, key="test")
    open_ = [r for r in few.rows if r.verdict == "cannot_tell"]
    assert len(open_) > 50
    assert all(r.more is None or r.more >= 20 - REPLICATIONS for r in open_)
    assert any(r.more is None or r.more > 100 for r in open_)
    assert all(r.more is None for r in few.rows if r.verdict != "cannot_tell")
    for r in open_:
        would = "no 10,000" if r.more is None else f"about {r.more} more"
        assert r.note.split("; ")[1] == f"{would} replications would tell"
    assert not any("would tell" in r.note for r in few.rows if r.verdict != "cannot_tell")


def test_in_a_family_more_replications_are_needed() -> None:
    """Holm's next level is 5 % over the tests that are still open."""
    sure = Precision(low=-0.6, high=4.6, low90=-0.1, high90=4.1, p=0.12, error=1.25)
    pair = Pair(
        ("response_time_median", "all", "all"), KPIS["response_time_median"].indicator, "v", 10.0,
        12.0, 100, "", sure, None, (None, None), p_holm=0.4, replications=20,
    )  # fmt: skip
    alone, among = (pair.row(True, open_tests=n).more for n in (1, 12))
    assert alone is not None
    assert among is not None
    assert among > 1.3 * alone
    assert replace(pair, p_holm=None).row(False, open_tests=12).more == alone


def test_the_family_is_checked(base: ScenarioKpis, late: ScenarioKpis) -> None:
    with pytest.raises(ValueError, match="at most 8"):
        compare(base, [late], primary=[("task_share", "all", "all")] * 9)
    with pytest.raises(ValueError, match="no_such"):
        compare(base, [late], primary=[("no_such", "all", "all")])
    shorter = replace(late, replications=late.replications[:2])
    with pytest.raises(ValueError, match="same number"):
        compare(base, [shorter])


def indicator(better: Better) -> Indicator:
    return Indicator(
        name="x", unit="min", better=better, aggregation=Aggregation.RATIO, relevant_difference=1.0,
        source="s", title_nb="x", title_en="y",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("difference", "half95", "p", "expected"),
    [
        (2.0, 1.5, None, Verdict.WORSE),
        (-2.0, 1.5, None, Verdict.BETTER),
        (0.5, 0.55, None, Verdict.NO_RELEVANT_DIFFERENCE),  # 90 %: -0.04 .. 0.96
        (0.5, 0.4, None, Verdict.NO_RELEVANT_DIFFERENCE),  # certain, but too small to matter
        (0.5, 0.8, None, Verdict.CANNOT_TELL),
        (2.0, 1.5, 0.04, Verdict.WORSE),
        (2.0, 1.5, 0.06, Verdict.CANNOT_TELL),  # Holm decides in the primary family
    ],
)
def test_verdicts(difference: float, half95: float, p: float | None, expected: Verdict) -> None:
    half90 = half95 * 1.645 / 1.96
    sure = Precision(
        low=difference - half95, high=difference + half95, low90=difference - half90,
        high90=difference + half90, p=0.01, error=half95 / 1.96,
    )  # fmt: skip
    assert verdict(indicator(Better.LOWER), difference, sure, p) is expected
    if expected in (Verdict.BETTER, Verdict.WORSE):
        assert verdict(indicator(Better.NEITHER), difference, sure, p) is None


def test_verdicts_without_chance() -> None:
    assert certain_verdict(indicator(Better.HIGHER), 1.0) is Verdict.BETTER
    assert certain_verdict(indicator(Better.HIGHER), 0.99) is Verdict.NO_RELEVANT_DIFFERENCE
    assert certain_verdict(indicator(Better.HIGHER), 0.3 - 1.3) is Verdict.WORSE
    assert certain_verdict(indicator(Better.NEITHER), 5.0) is None
