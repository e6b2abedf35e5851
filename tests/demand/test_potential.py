"""Potential incidents: streams by name and day (R6), drawn at the envelope (R4)."""

import os
import subprocess
import sys
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emergency_sim.demand import Poisson, draws, poisson
from emergency_sim.domain.incident import AGE_GROUPS, Entry
from emergency_sim.domain.streams import Streams

LEGEVAKT = (Entry.CALL_116117, Entry.WALK_IN, Entry.PROFESSIONAL_LVS)
DAY = 86_400.0


def same(a, b, n):
    """Assert that the first n rows are equal in everything."""
    for name in ("time_s", "zone", "age", "entry"):
        assert (getattr(a, name)[:n] == getattr(b, name)[:n]).all(), name
    assert a.uniforms.keys() == b.uniforms.keys()
    for name in a.uniforms:
        assert (a.uniforms[name][:n] == b.uniforms[name][:n]).all(), name


def test_rows_are_sorted_and_inside_the_horizon(draw):
    p = draw(days=5)
    assert (np.diff(p.time_s) >= 0).all()
    assert p.time_s.min() >= 0
    assert p.time_s.max() < 5 * DAY
    assert set(p.entry) == set(Entry)


@settings(max_examples=8)
@given(days=st.integers(1, 8), more=st.integers(1, 8), seed=st.integers(0, 2**32))
def test_a_longer_run_begins_with_the_shorter_one(draw, days, more, seed):
    short, long = draw(days=days, seed=seed), draw(days=days + more, seed=seed)
    assert len(long) > len(short)
    same(short, long, len(short))


def test_seeds_and_replications_differ(draw):
    one = draw(days=3)
    for other in (draw(days=3, seed=2), draw(days=3, streams=Streams(seed=1, replication=1))):
        n = min(len(one), len(other))
        assert (one.time_s[:n] != other.time_s[:n]).mean() > 0.99


def test_a_further_stream_changes_no_other(draw, monkeypatch):
    before = draw(days=4)
    more = {e: ("brand_new", *names) for e, names in draws.DRAWS.items()}
    monkeypatch.setattr(poisson, "DRAWS", more)
    after = draw(days=4)
    assert "brand_new" in after.uniforms
    for name in before.uniforms:
        assert (before.uniforms[name] == after.uniforms[name]).all()
    assert (before.time_s == after.time_s).all()
    assert (before.zone == after.zone).all()


def test_streams_do_not_repeat_one_another(draw):
    p = draw(days=10)
    names = sorted(p.uniforms)
    rows = p.entry == Entry.CALL_116117
    table = np.stack([p.uniforms[n][rows] for n in names])
    # Each pair's correlation over about 2,000 rows: 5.5 standard errors, under 1e-7 a pair.
    correlation = np.corrcoef(table) - np.eye(len(names))
    assert np.abs(correlation).max() < 5.5 / np.sqrt(rows.sum())


def test_uniforms_are_uniform_and_zero_where_not_drawn(draw):
    p = draw(days=10)
    for name, u in p.uniforms.items():
        for entry in Entry:
            part = u[p.entry == entry]
            if name in draws.DRAWS[entry]:
                assert part.min() >= 0
                assert part.max() < 1
                # 5.5 standard errors of the mean of a uniform.
                assert abs(part.mean() - 0.5) < 5.5 * 0.2887 / np.sqrt(len(part)), (name, entry)
            else:
                assert (part == 0).all()


SCRIPT = """
import hashlib, sys
from pathlib import Path
import numpy as np
sys.path.insert(0, {tests!r})
import conftest as c
from emergency_sim.demand import *
from emergency_sim.domain.streams import Streams
parameters = c.as_parameters(c.raw_parameters(Path({repository!r})))
zones = c.make_zones()
rates = calibrate(parameters, calibration="ssb", amk_matrix="poor", lvs_matrix="moderate",
                  population_by_age=c.AGES * c.PEOPLE)
potential = draw_potential(Poisson(), rates=rates, zones=zones, horizon=c.horizon(3),
    streams=Streams(seed=7), holidays=frozenset(), parameters=parameters)
table = realise(potential, model=Poisson(), parameters=parameters, rates=rates, zones=zones)
digest = hashlib.sha256()
for name in sorted(table.columns):
    digest.update(table[name].tobytes())
print(digest.hexdigest(), len(table))
"""


def test_pythons_own_hash_has_no_part_in_it(repository):
    script = SCRIPT.format(tests=str(repository / "tests" / "demand"), repository=str(repository))
    found = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(repository)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "77")
    }
    assert len(found) == 1


def test_the_count_is_envelope_times_rate(draw, rates, ages):
    # 91 days from January, 2 x about 746 per 1000: the month and weekday factors are taken along.
    p = draw(days=364)
    expected = 2 * rates.per_1000 * ages.sum() / 1000 * 364 / 365.25
    found = np.bincount(p.entry, minlength=len(Entry))
    # 5 standard errors of a Poisson count, and 1 % for the calendar of the year.
    assert np.abs(found - expected).max() < (5 * np.sqrt(expected) + 0.01 * expected).max()
    for entry in Entry:
        e = expected[entry]
        assert abs(found[entry] - e) < 5 * np.sqrt(e) + 0.015 * e, entry


def test_a_wider_envelope_draws_more(draw):
    assert len(draw(days=10, model=Poisson(envelope=3.0))) > 1.3 * len(draw(days=10))


def test_places_and_ages_follow_the_population(draw, rates, zones):
    p = draw(days=120)
    rows = p.entry == Entry.INQUIRY_116117
    rate = zones.population * rates.per_person[Entry.INQUIRY_116117]
    share = rate / rate.sum()
    found = np.zeros_like(share)
    np.add.at(found, (p.zone[rows], p.age[rows]), 1)
    n = found.sum()
    z = (found - n * share) / np.sqrt(n * share * (1 - share))
    assert np.abs(z).max() < 5.5  # 180 cells: under 1e-5 in all


def test_nobody_lives_in_an_empty_cell(draw, zones_of, rates):
    zones = zones_of()
    zones.population[3] = 0
    zones.population[:, 8] = 0
    p = draw(days=60, zones=zones)
    assert 3 not in p.zone
    assert 8 not in p.age
    assert len(AGE_GROUPS) == 9


def test_outsiders_only_use_the_clinic(draw, zones_of):
    p = draw(days=60, zones=zones_of(outside=2))
    outside = p.zone >= 18
    assert set(p.entry[outside]) == set(LEGEVAKT)
    assert set(p.entry[~outside]) == set(Entry)


def test_days_follow_their_hours(draw, days_from):
    # 26 weeks from Monday 1 January 2024
    p = draw(days=182)
    hour = (p.time_s // 3600 % 24).astype(int)
    weekday = (p.time_s // DAY % 7).astype(int)
    booked = p.entry == Entry.BOOKED
    core = booked & (weekday < 5) & (hour >= 8) & (hour < 18)
    assert core.sum() / booked.sum() == pytest.approx(0.81, abs=0.02)
    calls = p.entry == Entry.CALL_116117
    weekend = np.bincount(weekday[calls], minlength=7) / 26
    assert weekend[5:].mean() / weekend[:5].mean() == pytest.approx(1.45, abs=0.05)


def test_a_holiday_is_drawn_as_a_day_off(draw):
    plain = draw(days=3)
    holiday = draw(days=3, holidays=frozenset({date(2024, 1, 2)}))
    first = int((plain.time_s < DAY).sum())
    same(plain, holiday, first)
    calls = {
        k: int(((p.time_s // DAY == 1) & np.isin(p.entry, LEGEVAKT)).sum())
        for k, p in {"plain": plain, "holiday": holiday}.items()
    }
    assert calls["holiday"] > 1.15 * calls["plain"]


def test_a_season_moves_one_municipality_in_its_month(draw, changed, zones):
    july = [1.0] * 6 + [3.0] + [1.0] * 5
    parameters = changed({"demand.municipality_season": {"1539": july}})
    rauma = np.array(zones.municipality) == "1539"
    for month, ratio in ((date(2024, 6, 3), 1.0), (date(2024, 7, 1), 3.0)):
        from emergency_sim.domain.clock import Horizon

        horizon = Horizon(start=month, warm_up_days=0, days=28, run_out_days=0)
        season = draw(horizon=horizon, parameters=parameters)
        plain = draw(horizon=horizon)
        count = [rauma[p.zone].sum() for p in (season, plain)]
        assert count[0] / count[1] == pytest.approx(ratio, rel=0.08)
        other = [(~rauma[p.zone]).sum() for p in (season, plain)]
        assert other[0] / other[1] == pytest.approx(1, rel=0.05)
