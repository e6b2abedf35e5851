"""The loop that runs what KN and OCBA ask for."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from emergency_sim.analysis.choice import Method
from emergency_sim.analysis.pooling import ScenarioKpis
from emergency_sim.analysis.replication import ReplicationKpis
from emergency_sim.experiment.designed.choosing import Asked, choose

KEY = ("response_within_target", "all", "all")
IDS = ("a", "b", "c")
EXACT = ("oncall_hours_per_week", "all", "all")


class Runs:
    """Shares within the target; the k-th replication of all scenarios has a day in common."""

    def __init__(self, shares: tuple[float, ...], ahead: int = 0) -> None:
        self.shares, self.ahead = shares, ahead
        self.looks: list[dict[str, int]] = []

    def __call__(self, counts: Mapping[str, int]) -> dict[str, ScenarioKpis]:
        self.looks.append(dict(counts))
        return {
            name: self.kpis(i, counts[name] + self.ahead)
            for i, name in enumerate(IDS)
            if name in counts
        }

    def kpis(self, i: int, n: int) -> ScenarioKpis:
        replications = []
        for k in range(n):
            day = np.random.Generator(np.random.Philox([70, k])).normal(0, 0.03)
            g = np.random.Generator(np.random.Philox([71, k, i]))
            calls = 400.0
            inside = calls * float(np.clip(self.shares[i] + day + g.normal(0, 0.05), 0, 1))
            replications.append(ReplicationKpis(incidents=np.zeros(0), samples={},
                                                ratios={KEY: (inside, calls, calls)}))  # fmt: skip
        return ScenarioKpis(scenario=IDS[i], replications=tuple(replications),
                            exact={EXACT: 10.0 + i})  # fmt: skip


def test_kn_runs_on_until_the_best_is_known() -> None:
    runs = Runs((0.80, 0.83, 0.70))
    lines: list[str] = []
    asked = Asked(key=KEY, method=Method.KN, step=5)
    found = choose(asked, IDS, runs, replications=4, told=lines.append)
    assert found.best == "b"
    assert runs.looks[:2] == [dict.fromkeys(IDS, 4), dict.fromkeys(IDS, 20)]
    assert runs.looks[-1]["c"] < runs.looks[-1]["b"]  # the eliminated one is not run on
    assert lines[0] == "choice: 3 of 3 structures may still be the best"
    assert re.match(
        r"choice after \d\d replications: 2 of 3 structures may still be the best, at most \d",
        lines[-1],
    )
    assert found.ranking is not None
    assert found.ranking.entries[0].scenario == "b"
    assert found.ranking.replications == found.replications == 4
    assert min(runs.looks[-1].values()) >= 20
    said = json.dumps(found.to_json(), allow_nan=False)
    assert json.loads(said)["indifference"] == 0.02


def test_the_ranking_beside_kn_does_not_know_what_kn_ran() -> None:
    """Of two structures both are run until KN stops, and it stops when they look different."""
    runs = Runs((0.80, 0.82, 0.70))
    asked = Asked(key=KEY, method=Method.KN, step=5)
    pair = IDS[:2]
    after, before = (
        choose(replace(asked, method=method), pair, runs, replications=20)
        for method in (Method.KN, Method.BOOTSTRAP)
    )
    assert after.decision is not None
    assert max(after.decision.used.values()) > 20
    assert after.ranking == before.ranking
    assert after.to_json()["replications_of_tables"] == 20


@pytest.mark.parametrize("method", [Method.KN, Method.OCBA])
def test_whoever_ran_ahead_decides_the_same(method: Method) -> None:
    asked, paired = Asked(key=KEY, method=method, step=5), method is Method.KN
    one, other = (
        choose(asked, IDS, Runs((0.80, 0.83, 0.70), ahead), replications=20,
               common_random_numbers=paired)
        for ahead in (0, 7)
    )  # fmt: skip
    assert one.decision == other.decision


def test_it_ends_at_the_most() -> None:
    runs = Runs((0.80, 0.80, 0.80))
    found = choose(Asked(key=KEY, method=Method.KN, indifference=0.001, most=30), IDS, runs,
                   replications=20)  # fmt: skip
    assert found.best is None
    assert found.decision is not None
    assert found.decision.finished
    assert max(runs.looks[-1].values()) == 30


def test_the_bootstrap_runs_nothing_further() -> None:
    runs = Runs((0.80, 0.90, 0.70))
    found = choose(Asked(key=KEY, method=Method.BOOTSTRAP), IDS, runs, replications=20)
    assert len(runs.looks) == 1
    assert (found.best, found.decision) == ("b", None)


def test_an_exact_indicator_needs_no_procedure() -> None:
    runs = Runs((0.8, 0.8, 0.8))
    found = choose(Asked(key=EXACT, method=Method.KN), IDS, runs, replications=20)
    assert (found.best, found.decision, len(runs.looks)) == ("a", None, 1)


def test_ocba_only_without_common_random_numbers() -> None:
    runs = Runs((0.80, 0.86, 0.70))
    asked = Asked(key=KEY, method=Method.OCBA, most=300)
    with pytest.raises(ValueError, match="independent"):
        choose(asked, IDS, runs, replications=20)
    found = choose(asked, IDS, runs, replications=20, common_random_numbers=False)
    assert found.best == "b"
    assert found.ranking is None
    assert found.decision is not None
    assert found.decision.probability is not None
    assert found.decision.probability >= 0.95
