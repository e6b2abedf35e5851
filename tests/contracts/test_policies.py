"""What every plug-in must do, found through the registries: a new rule is tested by being registered.

Nobody free gives none; never without the capability; independent of the candidates' order; arguments
unchanged; the same question, the same answer.
"""

from copy import deepcopy
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emergency_sim.demand import DEMAND_MODELS
from emergency_sim.domain.distributions import DISTRIBUTIONS
from emergency_sim.domain.incident import Problem, Urgency
from emergency_sim.policies import (
    DESTINATION,
    DISPATCH,
    REFERRAL,
    Candidate,
    Destination,
    Need,
    Patient,
)

FEW = settings(max_examples=150)
CAPABILITIES = ("transport", "ambulance_care", "first_aid", "assessment", "doctor")
seconds = st.one_of(
    st.floats(0, 7200), st.just(float("inf")), st.sampled_from([0.0, 600.0, 1200.0])
)
capabilities = st.frozensets(st.sampled_from(CAPABILITIES))
urgencies = st.sampled_from([Urgency.ACUTE, Urgency.URGENT, Urgency.REGULAR])
needs = st.builds(
    Need, urgencies, st.sampled_from(["z1", "z2"]), st.sampled_from(["transport", "first_aid"])
)


@st.composite
def candidates(draw: st.DrawFn) -> list[Candidate]:
    """Return units in any order, some of them on their way to somebody else."""
    n = draw(st.integers(0, 6))
    listed = [
        Candidate(
            k, f"u{k}", draw(seconds), draw(capabilities),
            draw(st.one_of(st.none(), urgencies)), draw(st.floats(0, 3600)),
        )
        for k in range(n)
    ]  # fmt: skip
    return draw(st.permutations(listed))


SETTINGS: dict[str, list[dict[str, Any]]] = {
    "nearest": [
        {}, {"preempts": False}, {"regular_reserve": 0, "min_gain_min": 0.0},
        {"uses_returning": False}, {"regular_reserve": 2},
    ],
    "preference": [{}, {"order": {"z1": ("u2", "u0"), "z2": ("u5",)}}],
    "nearest_suitable": [{}, {"functions": {"trauma": "surgery"}}],
    "clinic_only": [{}],
    "satellite_if_eligible": [{}, {"max_waiting": 0}],
}  # fmt: skip
"""More settings than the defaults, by rule."""


def rules(registry: Any) -> list[Any]:
    return [
        pytest.param(registry[name](**one), id=f"{name}-{k}")
        for name in registry
        for k, one in enumerate(SETTINGS.get(name, [{}]))
    ]


# -- dispatch --------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", rules(DISPATCH))
@FEW
@given(need=needs, offered=candidates())
def test_what_a_rule_says_it_need_not_see_makes_no_difference(
    rule: Any, need: Need, offered: list[Candidate]
) -> None:
    """The board leaves out free units beyond the quickest few, and whoever comes after these."""
    offered = [c._replace(capabilities=frozenset(CAPABILITIES)) for c in offered]
    free = [c for c in offered if c.serving is None]
    free.sort(key=lambda c: (c.expected_s, c.unit))
    enough = rule.looks_at(need)
    assert enough is None or enough >= 1
    quickest = free if enough is None else free[:enough]
    last = float("inf")
    if enough is not None and len(quickest) == enough:
        last = quickest[-1].expected_s
    seen = quickest + [c for c in offered if c.serving is not None and c.expected_s <= last]
    assert rule.choose(need, seen) == rule.choose(need, offered)


@pytest.mark.parametrize("rule", rules(DISPATCH))
@pytest.mark.parametrize("urgency", [Urgency.ACUTE, Urgency.URGENT, Urgency.REGULAR])
def test_nobody_there_gives_none(rule: Any, urgency: Urgency) -> None:
    assert rule.choose(Need(urgency, "z1"), []) is None


@pytest.mark.parametrize("rule", rules(DISPATCH))
@FEW
@given(needs, candidates())
def test_dispatch_keeps_the_rules(rule: Any, need: Need, units: list[Candidate]) -> None:
    before = deepcopy((need, units))
    chosen = rule.choose(need, units)
    assert (need, units) == before, "arguments were changed"
    assert rule.choose(need, units) == chosen
    if chosen is None:
        return
    (unit,) = (u for u in units if u.unit == chosen)
    assert need.capability in unit.capabilities
    assert unit.expected_s < float("inf")
    if unit.serving is not None:
        assert rule.preempts
        assert unit.serving > need.urgency


@pytest.mark.parametrize("rule", rules(DISPATCH))
@FEW
@given(needs, candidates(), st.randoms(use_true_random=False))
def test_the_order_of_candidates_does_not_matter(
    rule: Any, need: Need, units: list[Candidate], dice: Any
) -> None:
    shuffled = list(units)
    dice.shuffle(shuffled)
    assert rule.choose(need, shuffled) == rule.choose(need, units)


@pytest.mark.parametrize("rule", rules(DISPATCH))
@FEW
@given(needs, candidates())
def test_who_is_busy_only_is_no_answer_to_whom_they_serve(
    rule: Any, need: Need, units: list[Candidate]
) -> None:
    """Nobody free and nobody who serves somebody less urgent: the request waits."""
    busy = [u._replace(serving=Urgency.ACUTE) for u in units]
    assert rule.choose(need, busy) is None


@pytest.mark.parametrize("rule", rules(DISPATCH))
@FEW
@given(candidates())
def test_an_acute_incident_gets_a_free_unit_that_can_come(
    rule: Any, units: list[Candidate]
) -> None:
    free = [u._replace(serving=None) for u in units]
    able = [u for u in free if "transport" in u.capabilities and u.expected_s < float("inf")]
    assert (rule.choose(Need(Urgency.ACUTE, "z1"), free) is not None) == bool(able)


@pytest.mark.parametrize("rule", rules(DISPATCH))
@FEW
@given(needs, candidates())
def test_names_do_not_decide(rule: Any, need: Need, units: list[Candidate]) -> None:
    """Other ids, the same choice; a rule that lists ids is given the new ones by the scenario."""
    if not hasattr(rule, "order"):
        other = [u._replace(id=f"x{9 - u.unit}") for u in units]
        assert rule.choose(need, other) == rule.choose(need, units)


# -- destination -----------------------------------------------------------------------------------

patients = st.builds(
    Patient,
    urgencies,
    st.sampled_from([p for p in Problem if p is not Problem.NONE]),
    st.booleans(),
)


@st.composite
def destinations(draw: st.DrawFn) -> list[Destination]:
    """Return hospitals and clinics."""
    functions = st.frozensets(st.sampled_from(["acute", "surgery", "stroke_ct", "pci", "birth"]))
    listed = [
        Destination(k, draw(st.sampled_from(["hospital", "legevakt"])), draw(seconds), draw(functions))
        for k in range(draw(st.integers(0, 5)))
    ]  # fmt: skip
    return draw(st.permutations(listed))


@pytest.mark.parametrize("rule", rules(DESTINATION))
@FEW
@given(patients, destinations(), st.randoms(use_true_random=False))
def test_destination_keeps_the_rules(
    rule: Any, patient: Patient, options: list[Destination], dice: Any
) -> None:
    before = deepcopy((patient, options))
    chosen = rule.choose(patient, options)
    assert (patient, options) == before, "arguments were changed"
    assert rule.choose(patient, []) is None
    shuffled = list(options)
    dice.shuffle(shuffled)
    assert rule.choose(patient, shuffled) == chosen
    if chosen is not None:
        (place,) = (o for o in options if o.place == chosen)
        assert place.expected_s < float("inf")
        assert place.kind == "hospital" or patient.to_legevakt


# -- referral --------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", rules(REFERRAL))
@FEW
@given(patients, st.booleans(), st.integers(0, 9))
def test_referral_keeps_the_rules(rule: Any, patient: Patient, urgent: bool, waiting: int) -> None:
    answer = rule.to_satellite(patient, takes_urgent=urgent, waiting=waiting)
    assert answer is rule.to_satellite(patient, takes_urgent=urgent, waiting=waiting)
    if answer:
        assert patient.urgency is not Urgency.ACUTE
        assert urgent or patient.urgency is Urgency.REGULAR
        # fewer people waiting never make a satellite say no
        assert rule.to_satellite(patient, takes_urgent=urgent, waiting=0)


# -- the other registries --------------------------------------------------------------------------

EXAMPLES = {
    "constant": {"minutes": 3.0},
    "exponential": {"mean_minutes": 3.0},
    "lognormal": {"median_minutes": 3.0, "sigma": 0.5},
    "mean_spread": {"mean_minutes": 3.0, "sd_minutes": 2.0},
    "weibull": {"median_minutes": 3.0, "shape": 1.4},
}


@pytest.mark.parametrize("name", list(DISTRIBUTIONS))
def test_a_distribution_turns_uniforms_into_durations(name: str) -> None:
    distribution = DISTRIBUTIONS[name](**EXAMPLES[name])
    u = (np.arange(200_000) + 0.5) / 200_000
    before = u.copy()
    values = distribution.quantile(u)
    assert (u == before).all()
    assert values.shape == u.shape
    assert (values >= 0).all()
    assert np.isfinite(distribution.quantile(np.array([0.0, 1 - 2**-53]))).all()
    assert (np.diff(values) >= 0).all(), "more is more: scenarios stay paired"
    assert values.mean() == pytest.approx(distribution.mean_s, rel=1e-3)


@pytest.mark.parametrize(
    "registry",
    [DISPATCH, DESTINATION, REFERRAL, DISTRIBUTIONS, DEMAND_MODELS],
    ids=lambda r: r.kind,
)
def test_a_registered_rule_is_a_frozen_dataclass_of_its_own_name(registry: Any) -> None:
    assert list(registry)
    for name in registry:
        cls = registry[name]
        assert cls.__dataclass_params__.frozen
        assert cls.__slots__ is not None
        assert cls.__doc__
        assert registry[name] is cls
        assert name in registry
