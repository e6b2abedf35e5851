"""Ways to the clinic count by the quarter of an hour, not by the hour."""

import json
from dataclasses import replace

import numpy as np
import pytest

from emergency_sim.analysis.district_frame import DistrictFrame
from emergency_sim.analysis.replication import exact_kpis
from emergency_sim.experiment.compile import compile_scenario
from tests.experiment.toys import toy

LATE = "Mo-Fr 00:00-08:00,17:30-24:00; Sa,Su,PH 00:00-24:00"
"""The island's clinic opens at 17:30; until then its people cross the ferry to the town's."""
SETS = (
    f'legevakter.oy.hours="{LATE}"',
    f'legevakter.oy.doctors={{h: {{hours: "{LATE}", form: home}}}}',
    "legevakter.oy.priority=1",
    'legevakter.by.serves=["9001", "9002", "9003"]',
    "legevakter.by.node=n02",  # 43 minutes from oy, 50 from ytre
)
OY, YTRE, HOLME = 6, 7, 8
MONDAY_1700 = 68
NAME = "Øy"


@pytest.fixture(scope="module")
def late():
    return compile_scenario(toy(*SETS))


def test_a_clinic_that_opens_at_half_past_counts_from_then(late):
    way = late.access.doctor_s[:, late.access.state][OY, MONDAY_1700 - 4 : MONDAY_1700 + 4] / 60
    assert way.tolist() == pytest.approx([43] * 6 + [1] * 2)
    km = late.access.decay_km(at_satellites=False)
    assert km[OY, MONDAY_1700 : MONDAY_1700 + 4].tolist() == pytest.approx([27, 27, 0, 0])
    assert late.access.state.shape == (672,)
    assert late.access.serving.shape[1] < 20  # quarters that do not differ share a column


def test_shares_of_the_population_are_exact_over_quarters(late):
    found = exact_kpis(late.frame)
    share = 5 * 6 / 512  # 16:00-17:30 on weekdays, of the legevakt's quarters
    over = (1200 + 500) * share + 100  # holme has more than 40 minutes to any clinic, or no way
    assert found["clinic_travel_over_40", "municipality", NAME] == pytest.approx(over / 1800)
    assert found["clinic_travel_over_60", "municipality", NAME] == pytest.approx(
        100 * (1 - day_quarters_of_holme(late) / 512) / 1800
    )
    assert found["clinic_travel_over_40", "district", "oy"] == pytest.approx(100 / 1800)


def day_quarters_of_holme(late):
    """Return in how many legevakt quarters the islet has at most an hour to its clinic."""
    weekday = 2 * 4 + 2  # 06-08 by the second ferry; 17:30-18:00
    return 5 * weekday + 2 * 12 * 4


def test_the_hourly_columns_hold_the_mean_of_the_hour(late):
    frame = late.frame
    assert frame.access_doctor_s[OY, 16:19] / 60 == pytest.approx([43, 22, 1])
    assert late.plans[frame.serving[OY, 17]].id == "by"  # who serves when the hour begins
    assert np.isinf(frame.access_doctor_s[HOLME, 2])


def test_the_frame_goes_through_json_and_parquet(late, tmp_path):
    frame = late.frame
    again = DistrictFrame.from_dict(json.loads(json.dumps(frame.to_dict(), allow_nan=False)))
    frame.write(tmp_path / "frame.parquet")
    for found in (again, DistrictFrame.read(tmp_path / "frame.parquet")):
        assert found.to_dict() == frame.to_dict()
        assert np.array_equal(found.week.doctor_s, frame.week.doctor_s)
        assert exact_kpis(found) == pytest.approx(exact_kpis(frame), nan_ok=True)


def test_columns_that_do_not_fit_are_refused(late):
    week = late.frame.week
    with pytest.raises(ValueError, match="state: shape"):
        replace(week, state=week.state[:168])
    with pytest.raises(ValueError, match="serving: shape"):
        replace(week, serving=week.serving[:, :1])
    with pytest.raises(ValueError, match="any_s: shape"):
        replace(week, any_s=week.any_s[:2])
    short = {name: getattr(week, name)[:2] for name in ("serving", "doctor_s", "any_s")}
    with pytest.raises(ValueError, match="week: 2 zones"):
        replace(late.frame, week=replace(week, **short))


def test_a_frame_by_hour_is_read_as_four_quarters_each(late):
    week = replace(late.frame, week=None).ways()
    assert week.legevakt_quarters().sum() == 4 * 128
    assert week.doctor_s[:, week.state[17 * 4 : 18 * 4]].tolist() == (
        np.repeat(late.frame.access_doctor_s[:, 17:18], 4, axis=1).tolist()
    )
    assert late.frame.ways() is late.frame.week
    assert late.frame.week.legevakt_quarters().sum() == 512


def test_decay_is_looked_up_at_the_quarter():
    """With the clinic of the base open from 16:00, only those of 16:00-17:30 stay away."""
    busy = ("run.days=56", "demand.envelope=10", "demand.factor.all=9.5")
    base = toy(*(s.replace("17:30", "16:00") for s in SETS), *busy)
    late = compile_scenario(toy(*SETS, *busy), base)
    found = late.incidents(0)
    away = ~found["presents"]
    assert away.sum() > 10
    time = found["time_s"][away] % 86_400 / 3600
    assert time.min() >= 16
    assert 17 < time.max() < 17.5
    assert set(found["zone"][away]) <= {OY, YTRE, HOLME}
