"""Rankings by the paired bootstrap: who may be the best, and what is lost by the leader."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emergency_sim.analysis.compare import compare
from emergency_sim.analysis.pooling import (
    Estimates,
    ScenarioKpis,
    estimates_of,
    pooled_value,
    single_values,
)
from emergency_sim.analysis.ranking import Ranking, rank, ranking_of, standing
from emergency_sim.analysis.replication import exact_kpis, kpis_of
from emergency_sim.analysis.statistics import Pooled, resample_weights
from tests.analysis.synthetic import county_frame, county_log

REPLICATIONS = 20
KEY = ("response_time_median", "all", "all")
FRAME = county_frame(days=7)


def _mean_draws(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return np.asarray(x @ weights.T / x.shape[1])


@pytest.mark.parametrize("case", ["equal", "spread", "p90"])
def test_the_subset_holds_the_best(case: str) -> None:
    """500 experiments of 20 replications with shared numbers: the best is kept in at least 93 %.

    With a true 95 % fewer than 93 % are kept once in 50 such tests; the subset is made for the worst
    case, in which all are equal (there any fixed one of them counts as the best). Without the
    step from the normal to t the case of equals falls below.
    """
    g = np.random.Generator(np.random.Philox([260, len(case)]))
    k, kept, short = 5, 0, 0
    for experiment in range(500):
        weights = resample_weights(f"{case} {experiment}", REPLICATIONS, 300)
        if case == "p90":
            values, draws = _quantiles(g, weights, k)
        else:
            step = 0.0 if case == "equal" else 1.0
            own = np.where(np.arange(k) % 2 == 0, 0.7, 2.0)[:, None]
            x = g.normal(0, 2, (1, REPLICATIONS)) + own * g.normal(0, 1, (k, REPLICATIONS))
            x -= step * np.arange(k)[:, None]
            values, draws = x.mean(axis=1), _mean_draws(x, weights)
        found = standing(values, draws, REPLICATIONS, 0.95)
        kept += bool(found.may_be_best[0])
        short += int(found.may_be_best.sum())
        assert found.probability_best.sum() == pytest.approx(1.0)
    assert kept / 500 >= 0.93
    if case == "spread":
        assert short / 500 < 2.5  # three of five are ruled out


def _quantiles(
    g: np.random.Generator, weights: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return minus p90 of equal structures that share a factor of each replication."""
    replication = np.repeat(np.arange(REPLICATIONS), 30)
    factor = g.normal(0, 0.2, REPLICATIONS)[replication]
    values, draws = [], []
    for _ in range(k):
        times = np.exp(2 + factor + g.normal(0, 0.4, len(replication)))
        order = np.argsort(times)
        pooled = Pooled(times[order], replication[order])
        values.append(-pooled.quantile(0.9))
        draws.append(-pooled.draws(0.9, weights))
    return np.array(values), np.array(draws)


def test_the_leader_loses_no_more_than_said() -> None:
    """In at most 7 % of 500 experiments the best leads the leader by more than the loss."""
    g = np.random.Generator(np.random.Philox(261))
    true = np.array([1.0, 0.8, 0.5, 0.0])
    missed, clear = 0, 0
    for experiment in range(500):
        weights = resample_weights(f"loss {experiment}", REPLICATIONS, 300)
        x = true[:, None] + g.normal(0, 3, (1, REPLICATIONS)) + g.normal(0, 1, (4, REPLICATIONS))
        found = standing(x.mean(axis=1), _mean_draws(x, weights), REPLICATIONS, 0.95)
        lost = float(true.max() - true[int(np.argmax(x.mean(axis=1)))])
        missed += lost > found.loss
        clear += found.loss < 0.9
    assert missed / 500 <= 0.07
    assert clear > 100  # the loss is small enough to say something


def test_exact_values_need_no_chance() -> None:
    values = np.array([3.0, 5.0, 5.0])
    found = standing(values, np.repeat(values[:, None], 2, axis=1), 20, 0.95)
    assert found.probability_best.tolist() == [0.0, 0.5, 0.5]
    assert found.may_be_best.tolist() == [False, True, True]
    assert found.loss == 0.0


@pytest.fixture(scope="module")
def scenarios() -> list[ScenarioKpis]:
    """Three structures: the second half a minute slower, the third five minutes."""
    out = []
    for name, slower in (("fast", 0.0), ("near", 1.0), ("slow", 300.0)):
        logs = [county_log(FRAME, replication=k, incidents=600, slower_s=slower) for k in range(6)]
        replications = tuple(kpis_of(log, FRAME) for log in logs)
        out.append(ScenarioKpis(scenario=name, replications=replications, exact=exact_kpis(FRAME)))
    return out


@pytest.fixture(scope="module")
def ranking(scenarios: list[ScenarioKpis]) -> Ranking:
    found = ranking_of(scenarios, KEY, resample_key="x")
    assert found is not None
    return found


def test_from_best_to_worst(ranking: Ranking, scenarios: list[ScenarioKpis]) -> None:
    assert [e.scenario for e in ranking.entries] == ["fast", "near", "slow"]
    assert (ranking.best, ranking.indifference, ranking.reason) == ("fast", 1.0, None)
    fast, near, slow = ranking.entries
    assert fast.value == pytest.approx(pooled_value(scenarios[0], KEY))
    assert fast.ci_low < fast.value < fast.ci_high  # type: ignore[operator]
    assert fast.may_be_best
    assert slow.may_be_best is False
    assert slow.probability_best == 0.0
    assert ranking.alike == (("near",) if near.may_be_best else ())
    flat = ranking.flat()
    assert [r["rank"] for r in flat] == [1, 2, 3]
    assert [r["is_best"] for r in flat] == [True, False, False]


def test_compare_gives_the_same_ranking(scenarios: list[ScenarioKpis], ranking: Ranking) -> None:
    exact = ("oncall_hours_per_week", "all", "all")
    neither = ("contacts_per_1000", "all", "all")
    found = compare(scenarios[0], scenarios[1:], primary=(KEY, exact, neither), key="x")
    assert [r.kpi for r in found.rankings] == [KEY[0], exact[0]]  # no direction, no ranking
    assert found.rankings[0] == ranking
    assert found.rankings[1].alike == ("near", "slow")  # rosters are the same
    one = compare(scenarios[0], scenarios[2:], primary=(KEY,), key="x")
    assert one.rankings == ()


def test_why_there_are_no_probabilities(scenarios: list[ScenarioKpis]) -> None:
    single = [replace(s, replications=s.replications[:1]) for s in scenarios]
    found = ranking_of(single, KEY)
    assert found is not None
    assert (found.reason, found.best) == ("one replication", None)
    assert [e.scenario for e in found.entries] == ["fast", "near", "slow"]
    nobody = ranking_of(scenarios, ("response_time_median", "municipality", "nowhere"))
    assert nobody is not None
    assert nobody.reason == "a structure has nobody in this group"
    assert nobody.entries[0].value is None
    few = rank(KEY, [("a", Estimates(value={KEY: 1.0})), ("b", Estimates(value={KEY: 2.0}))], 6)
    assert few is not None
    assert few.reason == "too few observations in a structure"


def test_values_of_single_replications(scenarios: list[ScenarioKpis]) -> None:
    own = single_values(scenarios[0], KEY)
    assert own == pytest.approx(
        [np.median(r.samples[KEY[0]].values) for r in scenarios[0].replications]
    )
    ratio = ("response_within_target", "all", "all")
    parts = [r.ratios[ratio] for r in scenarios[0].replications]
    assert single_values(scenarios[0], ratio) == pytest.approx([p[0] / p[1] for p in parts])
    total = sum(p[0] for p in parts) / sum(p[1] for p in parts)
    assert pooled_value(scenarios[0], ratio) == pytest.approx(total)
    exact = ("oncall_hours_per_week", "all", "all")
    assert single_values(scenarios[0], exact).tolist() == [pooled_value(scenarios[0], exact)] * 6
    assert np.isnan(single_values(scenarios[0], ("task_share", "station", "nowhere"))).all()
    assert np.isnan(pooled_value(scenarios[0], ("task_share", "station", "nowhere")))


def test_one_key_is_estimated_as_all_of_them(scenarios: list[ScenarioKpis]) -> None:
    from emergency_sim.analysis.pooling import estimates

    weights = resample_weights("y", 6, 50)
    whole = estimates(scenarios[0], weights, few=50, primary=())
    for key in (KEY, ("response_time_p90", "municipality", "area3"),
                ("response_within_target", "area_class", "tettbygd")):  # fmt: skip
        if key not in whole.value:
            continue
        one = estimates_of(scenarios[0], key, weights)
        assert one.value[key] == whole.value[key]
        assert one.n[key] == whole.n[key]
        assert (key in one.draws) == (key in whole.draws)
        if key in one.draws:
            assert one.draws[key].tolist() == whole.draws[key].tolist()
