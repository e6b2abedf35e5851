"""What each rule says in cases that can be checked by eye."""

import pytest

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

CAR = frozenset({"transport", "first_aid"})
ACUTE, URGENT, REGULAR = Urgency.ACUTE, Urgency.URGENT, Urgency.REGULAR
INFINITY = float("inf")


def unit(k: int, minutes: float, *, serving: Urgency | None = None) -> Candidate:
    return Candidate(k, f"u{k}", minutes * 60, CAR, serving)


def test_nearest_takes_the_first_to_arrive_and_of_equals_the_first_listed() -> None:
    rule = DISPATCH["nearest"]()
    units = [unit(2, 8), unit(1, 7), unit(0, 7)]
    assert rule.choose(Need(URGENT, "z"), units) == 0


def test_nearest_takes_a_unit_from_the_least_urgent() -> None:
    rule = DISPATCH["nearest"]()
    units = [unit(0, 4, serving=URGENT), unit(1, 4, serving=REGULAR), unit(2, 30)]
    assert rule.choose(Need(ACUTE, "z"), units) == 1


@pytest.mark.parametrize(("free", "chosen"), [(5.9, 1), (6.0, 0), (30, 0)])
def test_nearest_needs_a_gain(free: float, chosen: int) -> None:
    rule = DISPATCH["nearest"](min_gain_min=2.0)
    assert rule.choose(Need(ACUTE, "z"), [unit(0, 4, serving=REGULAR), unit(1, free)]) == chosen


@pytest.mark.parametrize("urgency", [URGENT, REGULAR])
def test_nearest_takes_nothing_for_less_than_acute(urgency: Urgency) -> None:
    rule = DISPATCH["nearest"](regular_reserve=0)
    assert rule.choose(Need(urgency, "z"), [unit(0, 4, serving=REGULAR)]) is None


@pytest.mark.parametrize(("reserve", "chosen"), [(0, 0), (1, 0), (2, None)])
def test_nearest_keeps_a_reserve_from_booked_transports(reserve: int, chosen: int | None) -> None:
    rule = DISPATCH["nearest"](regular_reserve=reserve)
    units = [unit(0, 4), unit(1, 9), unit(2, INFINITY)]
    assert rule.choose(Need(REGULAR, "z"), units) == chosen
    assert rule.choose(Need(URGENT, "z"), units) == 0


def test_preference_follows_its_list_then_the_scenario() -> None:
    rule = DISPATCH["preference"](order={"z": ("u2", "u1")})
    assert rule.choose(Need(URGENT, "z"), [unit(0, 1), unit(1, 9), unit(2, 30)]) == 2
    assert rule.choose(Need(URGENT, "z"), [unit(0, 1), unit(3, 0.5)]) == 0
    assert rule.choose(Need(URGENT, "other"), [unit(1, 9), unit(0, 10)]) == 0
    assert rule.choose(Need(ACUTE, "z"), [unit(2, 1, serving=REGULAR)]) is None
    assert rule.choose(Need(ACUTE, "z"), [unit(2, INFINITY), unit(1, 90)]) == 1


HOSPITALS = [
    Destination(0, "hospital", 600.0, frozenset({"acute"})),
    Destination(1, "hospital", 3600.0, frozenset({"acute", "stroke_ct", "birth"})),
    Destination(2, "hospital", 60.0, frozenset({"rehabilitation"})),
    Destination(3, "legevakt", 300.0, frozenset()),
]


@pytest.mark.parametrize(
    ("patient", "place"),
    [
        (Patient(ACUTE, Problem.TRAUMA), 0),
        (Patient(ACUTE, Problem.STROKE), 1),
        (Patient(URGENT, Problem.BIRTH), 1),
        (Patient(REGULAR, Problem.STROKE), 0),
        (Patient(URGENT, Problem.INFECTION, True), 3),
    ],
)
def test_nearest_suitable(patient: Patient, place: int) -> None:
    assert DESTINATION["nearest_suitable"]().choose(patient, HOSPITALS) == place


def test_nearest_suitable_makes_do_without_the_function() -> None:
    rule = DESTINATION["nearest_suitable"]()
    assert rule.choose(Patient(ACUTE, Problem.STROKE), HOSPITALS[:1]) == 0
    assert rule.choose(Patient(ACUTE, Problem.STROKE), HOSPITALS[2:3]) is None
    assert rule.choose(Patient(URGENT, Problem.INFECTION, True), HOSPITALS[:3]) == 0


@pytest.mark.parametrize(
    ("urgency", "takes_urgent", "waiting", "answer"),
    [
        (REGULAR, False, 0, True), (REGULAR, False, 2, True), (REGULAR, False, 3, False),
        (URGENT, False, 0, False), (URGENT, True, 0, True), (ACUTE, True, 0, False),
    ],
)  # fmt: skip
def test_satellite_if_eligible(
    urgency: Urgency, takes_urgent: bool, waiting: int, answer: bool
) -> None:
    rule = REFERRAL["satellite_if_eligible"](max_waiting=3)
    patient = Patient(urgency, Problem.OTHER)
    assert rule.to_satellite(patient, takes_urgent=takes_urgent, waiting=waiting) is answer
    assert not REFERRAL["clinic_only"]().to_satellite(patient, takes_urgent=True, waiting=0)


@pytest.mark.parametrize(
    ("name", "wrong"), [("nearest", {"min_gain_min": -1.0}), ("nearest", {"regular_reserve": -1})]
)
def test_senseless_settings_are_refused(name: str, wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="at least 0"):
        DISPATCH[name](**wrong)
