"""What the ladder would notice: a simulator that is wrong on purpose misses its rung.

Each case changes what is simulated and not what is expected, in the scenario or in the simulator's own
code, and names the figures that must miss. That the same call without the change agrees is the rung.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from emergency_sim.simulation.telephone import Centre
from tests.known_answers.figures import Figure
from tests.known_answers.hypercube import Fleet
from tests.known_answers.ladder import BY_THE_LOOP
from tests.known_answers.rungs_demand import distance_decay
from tests.known_answers.rungs_erlang import erlang_a_drawn, erlang_b, erlang_c, service_level
from tests.known_answers.rungs_hypercube import LARSON, larson
from tests.known_answers.rungs_order import m_d_1, m_g_1, priorities

FEW: dict[str, Any] = {"n": 10_000, "loop": 10_000}
SWAPPED = Fleet(rates=LARSON.rates, orders=((0, 1, 2), (0, 1, 2), (1, 0, 2), (2, 0, 1)))
"""Larson's fleet, but the second zone turns to the second unit before the third."""
LESS = {"load": 0.7, "sigma": 0.6}


def missed(figures: list[Figure]) -> set[str]:
    """Return the simulated figures with an interval that miss the theory."""
    return {
        f.what
        for f in figures
        if f.error_rate and not f.agrees and not f.what.endswith(BY_THE_LOOP)
    }


@pytest.mark.parametrize(
    ("run", "must_miss"),
    [
        pytest.param(
            partial(erlang_b, load=1.5, servers=3, staffed=2, **FEW), {"lost"},
            id="an operator fewer",
        ),
        pytest.param(
            partial(erlang_c, load=2.0, servers=3, staffed=4, **FEW),
            {"wait at all", "mean wait / service"}, id="a unit more",
        ),
        pytest.param(
            partial(erlang_a_drawn, load=6.0, servers=2, patience=2.0, times=1.1),
            {"mean wait / service"}, id="a tenth more patience",
        ),
        pytest.param(
            partial(m_d_1, load=0.5, constant=False), {"mean wait / service"},
            id="exponential for constant services",
        ),
        pytest.param(
            partial(m_g_1, drawn_sigma=1.0, **LESS), {"mean wait / service"},
            id="consultations spread more",
        ),
        pytest.param(
            partial(priorities, at="units", loads=(0.4, 0.6, 1.0), servers=3, queue="fcfs"),
            {"mean wait / service of class 1"}, id="first come first served for by urgency",
        ),
        pytest.param(
            partial(larson, queue=False, fleet=SWAPPED), {"workloads"},
            id="another order of preference",
        ),
        pytest.param(
            partial(distance_decay, per_km=0.0161 * 1.2),
            {"consultations that remain 43 km away"}, id="a fifth more decay",
        ),
    ],
)  # fmt: skip
def test_a_wrong_scenario_misses(
    run: Callable[[Path], list[Figure]], must_miss: set[str], tmp_path: Path
) -> None:
    assert missed(run(tmp_path)) >= must_miss


def test_last_come_first_served_misses_the_service_level_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order cannot be seen in P(wait), as theory says, but in who is answered in time."""
    original = Centre._enqueue

    def last_first(self: Centre, priority: int, waiting: Any) -> None:
        original(self, priority - 10 * self._order, waiting)

    monkeypatch.setattr(Centre, "_enqueue", last_first)
    figures = service_level(tmp_path, load=2.0, servers=3, target_s=60.0)
    assert missed(figures) == {"answered within 60 s"}
    assert not figures[0].agrees  # nor do the calls follow the loop


def test_an_operator_who_never_comes_back_misses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One hang-up in a thousand loses the operator."""
    original, calls = Centre.hang_up, iter(range(10**9))

    def forgets(self: Centre, *args: Any) -> None:
        original(self, *args)
        if next(calls) == 1000:
            self.free -= 1

    monkeypatch.setattr(Centre, "hang_up", forgets)
    assert "lost" in missed(erlang_b(tmp_path, load=1.5, servers=3, **FEW))
