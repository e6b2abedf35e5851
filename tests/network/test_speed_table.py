"""The speed table: which row counts, what it makes of roads, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergency_sim.bundled import bundled_root
from emergency_sim.domain.errors import InputFaults
from emergency_sim.domain.parameters import Status
from emergency_sim.network import Driving, FerryClass, Profile, Season, SpeedTable, read_speeds
from emergency_sim.network.speed_rows import ANY, COLUMNS, KEYS, Quantity, SpeedRow
from tests.network.small_networks import Link, network

TIME, SHARE, DEFAULT = Quantity.TIME_FACTOR, Quantity.SHARE, Quantity.DEFAULT_SPEED
HEADER = ",".join(COLUMNS)


def row(value: float, quantity: Quantity = TIME, **keys) -> SpeedRow:
    return SpeedRow(quantity=quantity, value=value, source="test", **keys)


def table(*rows: SpeedRow) -> SpeedTable:
    return SpeedTable(rows)


def test_the_row_that_names_most_counts_wherever_it_stands():
    rows = [
        row(4.0, profile="car", highway="primary", limit_kmh=80.0),
        row(3.0, profile="car", highway="primary"),
        row(2.0, highway="primary"),
        row(1.5),
    ]
    for ordered in (rows, rows[::-1]):
        of = table(*ordered).value
        assert of(TIME, profile="car", highway="primary", limit_kmh=80.0) == 4.0
        assert of(TIME, profile="car", highway="primary", limit_kmh=60.0) == 3.0
        assert of(TIME, profile="ambulance", highway="primary", limit_kmh=80.0) == 2.0
        assert of(TIME, profile="car", highway="trunk") == 1.5


def test_of_rows_that_name_equally_many_the_later_counts():
    by_profile, by_class = row(2.0, profile="car"), row(3.0, highway="primary")
    asked = {"profile": "car", "highway": "primary"}
    assert table(by_profile, by_class).value(TIME, **asked) == 3.0
    assert table(by_class, by_profile).value(TIME, **asked) == 2.0


def test_without_a_row_factors_are_one_delays_nothing_and_speeds_unknown():
    assert {q: table().value(q) for q in Quantity} == {
        DEFAULT: None, SHARE: None, TIME: 1.0, Quantity.HOURS_FACTOR: 1.0,
        Quantity.SEASON_FACTOR: 1.0, Quantity.SIGNAL_S: 0.0, Quantity.YIELD_S: 0.0,
    }  # fmt: skip


_rows = st.lists(
    st.builds(
        row,
        st.floats(0.1, 9.0),
        st.just(TIME),
        profile=st.sampled_from([ANY, "car", "ambulance"]),
        highway=st.sampled_from([ANY, "primary", "trunk"]),
        limit_kmh=st.sampled_from([ANY, 50.0, 80.0]),
        hours=st.sampled_from([ANY, "day", "night"]),
        season=st.sampled_from([ANY, "winter"]),
    ),
    max_size=8,
)


@given(_rows)
def test_a_plain_sort_finds_the_same_row(rows):
    asked = {
        "profile": "car", "highway": "primary", "limit_kmh": 80.0, "hours": "day",
        "season": "winter",
    }  # fmt: skip
    fits = [r for r in rows if all(getattr(r, k) in (ANY, asked[k]) for k in KEYS)]
    fits.sort(key=lambda r: sum(getattr(r, k) != ANY for k in KEYS))  # stable: later ones stay last
    assert table(*rows).value(TIME, **asked) == (fits[-1].value if fits else 1.0)


def test_built_speeds_are_the_share_of_the_limit_or_the_default():
    speeds = table(
        row(0.5, SHARE),
        row(0.9, SHARE, highway="primary"),
        row(0.8, SHARE, highway="primary", limit_kmh=50.0),
        row(66.0, DEFAULT, highway="primary"),
    )
    highway = ["primary", "primary", "primary", "trunk", "trunk"]
    found = speeds.build_speed(highway, np.array([80.0, 50.0, np.nan, 100.0, np.nan]))
    assert found.tolist()[:4] == [72.0, 40.0, 66.0, 50.0]
    assert np.isnan(found[4])
    assert speeds.build_speed([], np.array([])).tolist() == []
    only_default = table(row(66.0, DEFAULT, highway="primary"))
    assert only_default.build_speed(["primary"], np.array([80.0])).tolist() == [66.0]


def test_factors_and_delays_reach_the_milliseconds_of_every_road():
    roads = network(3, [Link(0, 1, 1234.0, 57.0), Link(1, 2, 800.0, 30.0)])
    roads = replace(
        roads,
        limit_kmh=np.array([80.0, 50.0, 80.0, 50.0]),
        signals=np.array([1.5, 0.0, 0.0, 2.0]),
        yields=np.array([1, 0, 0, 0]),
        speeds=table(
            row(1.3, highway="primary", limit_kmh=50.0),
            row(1.2, Quantity.HOURS_FACTOR, hours="night"),
            row(1.1, Quantity.SEASON_FACTOR, season="winter", profile="ambulance"),
            row(7.0, Quantity.SIGNAL_S, profile="ambulance"),
            row(9.0, Quantity.SIGNAL_S, profile="ambulance", hours="night"),
            row(3.0, Quantity.YIELD_S),
        ),
    )
    assert roads.tail.tolist() == [0, 1, 1, 2]
    cases = {
        (Profile.CAR, FerryClass.DAY, Season.WINTER): (1.0, 1.0, 0.0),
        (Profile.AMBULANCE, FerryClass.DAY, Season.SUMMER): (1.0, 1.0, 7.0),
        (Profile.AMBULANCE, FerryClass.NIGHT, Season.WINTER): (1.2, 1.1, 9.0),
    }
    for (profile, hours, season), (by_hours, by_season, signal) in cases.items():
        way = Driving(profile=profile, factor=1.07, hours=hours, season=season)
        expected = [
            round((length * 3.6 / speed * 1.07 * by_limit * by_hours * by_season + delay) * 1000)
            for length, speed, by_limit, delay in (
                (1234.0, 57.0, 1.0, 1.5 * signal + 3.0),
                (800.0, 30.0, 1.3, 0.0),
                (1234.0, 57.0, 1.0, 0.0),
                (800.0, 30.0, 1.3, 2.0 * signal),
            )
        ]
        assert roads.arc_ms(way).tolist() == expected, way


def test_a_new_row_takes_the_place_of_the_one_for_the_same_case():
    old = table(row(1.0, highway="primary"), row(2.0))
    new = old.with_rows([row(5.0), row(6.0, highway="trunk")])
    assert [(r.highway, r.value) for r in new.rows] == [
        ("primary", 1.0),
        (ANY, 5.0),
        ("trunk", 6.0),
    ]
    assert len(old.rows) == 2


@given(st.lists(st.floats(0.001, 200.0), min_size=1, max_size=5))
def test_text_and_reading_give_the_same_table(values):
    import tempfile
    from pathlib import Path

    made = table(
        *(
            replace(row(v, limit_kmh=30.0 + 10 * k), low=v / 2, source='a "b", c')
            for k, v in enumerate(values)
        )
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "speeds.csv"
        path.write_text(made.text(), encoding="utf-8")
        assert read_speeds(path).rows == made.rows


def test_every_row_of_the_bundled_table_has_a_source_a_status_and_a_range():
    path = bundled_root() / "networks" / "speeds.csv"
    rows = read_speeds(path).rows
    assert {r.quantity for r in rows} == set(Quantity)
    for r in rows:
        assert r.source.strip()
        assert r.status in {s.value for s in Status}
        assert r.low is not None
        assert r.high is not None
        assert r.low <= r.value <= r.high, r.key


def test_classes_without_a_limit_all_have_a_default_speed():
    speeds = read_speeds(bundled_root() / "networks" / "speeds.csv")
    classes = [r.highway for r in speeds.rows if r.quantity is DEFAULT]
    found = speeds.build_speed(classes, np.full(len(classes), np.nan))
    assert (found > 0).all()
    assert {"motorway", "residential", "service", "barrier", "track"} <= set(classes)


FAULTS = [
    ("cra,primary,,,,time_factor,1,,,assumed,x", "profile: must be one of", "'car'"),
    ("car,primary,,,,tyme_factor,1,,,assumed,x", "quantity: must be one of", "'time_factor'"),
    ("car,primary,,noon,,time_factor,1,,,assumed,x", "hours: must be one of", None),
    ("car,primary,,,,time_factor,-1,,,assumed,x", "value: must be at least 0", None),
    ("car,primary,,,,time_factor,201,,,assumed,x", "value: must be at most 200", None),
    ("car,primary,,,,time_factor,0,,,assumed,x", "value: must be more than 0", None),
    ("car,primary,,,,time_factor,1,1.1,1.2,assumed,x", "value: lies outside its own range", None),
    ("car,primary,,,,time_factor,1,,,guessed,x", "status: must be one of", None),
    ("car,primary,,,,time_factor,1,,,assumed,", "source: must not be empty", None),
    ("car,primary,,,,signal_s,5,,,assumed,x", "highway: signal_s does not depend on it", None),
    ("car,,80,,,yield_s,5,,,assumed,x", "limit_kmh: yield_s does not depend on it", None),
    ("car,primary,80,,,default_speed,50,,,assumed,x", "limit_kmh: default_speed does not", None),
    ("car,primary,,night,,share,1,,,assumed,x", "hours: share does not depend on it", None),
    ("ambulance,primary,,,,share,1,,,assumed,x", "profile: share is the ordinary car's", None),
]


@pytest.mark.parametrize(("line", "message", "near"), FAULTS)
def test_a_fault_names_its_line(tmp_path, line, message, near):
    path = tmp_path / "speeds.csv"
    path.write_text(f"{HEADER}\n*,,,,,time_factor,1,,,assumed,x\n{line}\n", encoding="utf-8")
    with pytest.raises(InputFaults) as caught:
        read_speeds(path)
    (fault,) = caught.value.faults
    assert fault.line == 3
    assert message in str(fault)
    assert near is None or near in str(fault)


def test_all_faults_come_at_once_and_zero_seconds_are_allowed(tmp_path):
    path = tmp_path / "speeds.csv"
    path.write_text("\n".join([HEADER, *(line for line, _, _ in FAULTS)]), encoding="utf-8")
    with pytest.raises(InputFaults) as caught:
        read_speeds(path)
    assert {f.line for f in caught.value.faults} == set(range(2, 2 + len(FAULTS)))
    path.write_text(f"{HEADER}\ncar,,,,,signal_s,0,,,assumed,x\n", encoding="utf-8")
    assert read_speeds(path).rows[0].value == 0.0
    twice = "\n".join([HEADER, *(f"*,,,,,time_factor,{k},,,assumed,x" for k in (1, 2))])
    path.write_text(twice, encoding="utf-8")
    with pytest.raises(InputFaults, match="another row holds for the same case"):
        read_speeds(path)
