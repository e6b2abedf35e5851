"""Distance decay is relative to the base, and only for presenting at LVS or legevakt (R3)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emergency_sim.demand import DecayInputs, Factor, Poisson
from emergency_sim.demand.distance_decay import curve, relative
from emergency_sim.domain.errors import InputFaults
from emergency_sim.domain.incident import (
    INCIDENT_COLUMNS,
    Disposition,
    Entry,
    IfNotPresented,
    Urgency,
)

LVS = (Entry.CALL_116117, Entry.WALK_IN, Entry.PROFESSIONAL_LVS)
SEEN = (Disposition.CONSULTATION, Disposition.HOME_VISIT)
FLAT = np.full((20, 672), 30.0)


@pytest.fixture(scope="module")
def potential(draw):
    return draw(days=60)


@pytest.fixture(scope="module")
def base(potential, happen):
    return happen(potential)


def test_published_points():
    assert relative(0.0161, 43, 0) == pytest.approx(0.50, abs=0.005)
    assert relative(0.0050, 50, 0) == pytest.approx(0.78, abs=0.005)
    assert relative(0.0, 500, 0) == 1


@given(st.integers(0, 300), st.integers(0, 300), st.floats(0.0001, 0.03))
def test_there_and_back_is_nothing(here, there, per_km):
    product = relative(per_km, here, there) * relative(per_km, there, here)
    assert float(product) == pytest.approx(1)
    assert (relative(per_km, here, there) >= 1) == (here <= there)


def test_no_clinic_here_or_there():
    assert relative(0.0161, [np.inf, 5.0, np.inf], [5.0, np.inf, np.inf]).tolist() == [0, 1, 1]


def test_curve_by_urgency_then_disposition():
    urgency = np.array([Urgency.ACUTE, Urgency.ACUTE, Urgency.URGENT, Urgency.REGULAR])
    disposition = np.array(
        [
            Disposition.AMBULANCE,
            Disposition.CONSULTATION,
            Disposition.HOME_VISIT,
            Disposition.ADVICE,
        ]
    )
    assert curve(urgency, disposition).tolist() == [1, 1, 0, 2]


def test_the_same_distance_changes_nothing(potential, happen, base):
    same = happen(potential, decay=DecayInputs(km_here=FLAT, km_base=FLAT))
    for name in INCIDENT_COLUMNS:
        assert (same[name] == base[name]).all(), name


def test_switched_off_changes_nothing(potential, happen, base):
    decay = DecayInputs(km_here=FLAT + 40, km_base=FLAT)
    off = happen(potential, decay=decay, model=Poisson(distance_decay=False))
    assert (off["presents"] == base["presents"]).all()


def test_further_away_some_stay_away_and_are_kept(potential, happen, base):
    there = happen(potential, decay=DecayInputs(km_here=FLAT + 43, km_base=FLAT))
    assert (there["id"] == base["id"]).all()
    lvs = np.isin(there["entry"], LVS)
    assert there["presents"][~lvs].all()
    red = lvs & (there["lvs_urgency"] == Urgency.ACUTE)
    seen = lvs & ~red & np.isin(there["disposition"], SEEN)
    telephone = lvs & ~red & ~seen
    assert there["presents"][telephone].all()
    for rows, share in ((seen, np.exp(-0.0161 * 43)), (red, np.exp(-0.005 * 43))):
        n = rows.sum()
        error = 5 * np.sqrt(share * (1 - share) / n)
        assert abs(there["presents"][rows].mean() - share) < error


def test_where_they_go_instead(potential, happen, changed):
    decay = DecayInputs(km_here=FLAT + 43, km_base=FLAT)
    there = happen(potential, decay=decay)
    away = ~there["presents"]
    red = there["lvs_urgency"] == Urgency.ACUTE
    assert (away & red).sum() > 10
    assert (there["if_not_presented"][away & red] == IfNotPresented.CALL_113).all()
    assert (there["if_not_presented"][away & ~red] == IfNotPresented.NOWHERE).all()
    assert (there["if_not_presented"][~away] == IfNotPresented.NOWHERE).all()
    other = {"acute": "call_113", "urgent": "fastlege", "regular": "nowhere"}
    other = happen(potential, decay=decay, parameters=changed({"distance.if_not_presented": other}))
    yellow = other["lvs_urgency"] == Urgency.URGENT
    assert (other["if_not_presented"][yellow & ~other["presents"]] == IfNotPresented.FASTLEGE).all()


def test_who_rings_113_instead_gets_what_113_gives(potential, happen):
    there = happen(potential, decay=DecayInputs(km_here=FLAT + 200, km_base=FLAT))
    rings = ~there["presents"] & (there["if_not_presented"] == IfNotPresented.CALL_113)
    assert rings.sum() > 100
    assert not there["hospital_after"][rings].any()
    acute = rings & (there["amk_urgency"] == Urgency.ACUTE)
    assert (there["units_needed"][acute] == 2).any()
    assert there["conveyed"][rings].mean() == pytest.approx(0.83, abs=0.08)
    assert not there["doctor_alerted"][rings & (there["amk_urgency"] == Urgency.REGULAR)].any()


def test_outsiders_who_stay_away_ring_nobody_here(draw, happen, zones_of):
    zones = zones_of(outside=8)
    potential = draw(days=60, zones=zones)
    decay = DecayInputs(km_here=FLAT + 200, km_base=FLAT)
    there = happen(potential, zones=zones, decay=decay)
    rings = there["if_not_presented"] == IfNotPresented.CALL_113
    assert rings.sum() > 20
    assert (there["zone"][rings] < 12).all()
    assert (~there["presents"] & (there["zone"] >= 12)).sum() > 20


def test_nearer_brings_further_incidents_from_the_envelope(potential, happen, base):
    nearer = happen(potential, decay=DecayInputs(km_here=FLAT - 20, km_base=FLAT))
    assert nearer["presents"].all()
    assert np.isin(base["id"], nearer["id"]).all()
    new = ~np.isin(nearer["id"], base["id"])
    assert np.isin(nearer["entry"][new], LVS).all()
    lvs = np.isin(nearer["entry"], LVS)
    seen = lvs & (nearer["lvs_urgency"] != Urgency.ACUTE) & np.isin(nearer["disposition"], SEEN)
    before = (seen & ~new).sum()
    ratio = np.exp(0.0161 * 20)
    assert abs(seen.sum() / before - ratio) < 5 * np.sqrt(ratio / before)
    old = np.isin(nearer["id"], base["id"])
    for name in INCIDENT_COLUMNS:
        assert (nearer[name][old] == base[name]).all(), name


def test_much_nearer_than_the_envelope_holds_is_a_fault(potential, happen):
    with pytest.raises(InputFaults, match=r"demand\.envelope.*set demand\.envelope to \d"):
        happen(potential, decay=DecayInputs(km_here=FLAT * 0, km_base=FLAT + 300))
    just = np.log(2.0) / 0.0161  # consultations twice as many: all that envelope 2 holds
    happen(potential, decay=DecayInputs(km_here=FLAT, km_base=FLAT + just - 1e-6))


def test_factor_and_distance_multiply(potential, happen):
    half = Poisson(factor=Factor(all=0.5))
    plain = happen(potential, model=half)
    nearer = happen(potential, model=half, decay=DecayInputs(km_here=FLAT - 20, km_base=FLAT))
    further = happen(potential, model=half, decay=DecayInputs(km_here=FLAT + 20, km_base=FLAT))
    assert np.isin(plain["id"], nearer["id"]).all()
    assert (further["id"] == plain["id"]).all()
    assert 0.6 < further["presents"].mean() < 1


def test_day_and_zone_are_looked_up(potential, happen):
    here = FLAT.copy()
    here[3, 96:192] = np.inf  # zone 3 has no clinic on Tuesdays
    there = happen(potential, decay=DecayInputs(km_here=here, km_base=FLAT))
    away = ~there["presents"]
    assert away.sum() > 5
    assert set(there["zone"][away]) == {3}
    assert set(there["time_s"][away] // 86_400 % 7) == {1.0}


def test_quarter_of_an_hour_is_looked_up(potential, happen):
    here = FLAT.copy()
    here[:, 96 + 62] = np.inf  # Tuesdays 15:30-15:45
    there = happen(potential, decay=DecayInputs(km_here=here, km_base=FLAT))
    away = ~there["presents"]
    assert away.sum() > 1
    assert set(there["time_s"][away] // 900 % 672) == {158.0}


def test_shapes_are_checked():
    with pytest.raises(ValueError, match="672"):
        DecayInputs(km_here=np.zeros((3, 24)), km_base=np.zeros((3, 24)))


@settings(max_examples=20)
@given(st.integers(0, 2**31))
def test_the_further_the_fewer(potential, happen, seed):
    rng = np.random.default_rng(seed)
    near = rng.uniform(0, 50, (20, 672))
    far = near + rng.uniform(0, 50, (20, 672))
    a = happen(potential, decay=DecayInputs(km_here=near, km_base=FLAT))
    b = happen(potential, decay=DecayInputs(km_here=far, km_base=FLAT))
    assert np.isin(b["id"][b["presents"]], a["id"][a["presents"]]).all()
