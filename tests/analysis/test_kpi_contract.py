"""What holds for every indicator: empty logs, order of rows, where the log comes from, its words."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emergency_sim.analysis.event_log import EventLog
from emergency_sim.analysis.groups import ORDER
from emergency_sim.analysis.kpis import KPIS
from emergency_sim.analysis.log_view import canonical_order
from emergency_sim.analysis.replication import ReplicationKpis, exact_kpis
from emergency_sim.analysis.storage import kpi_rows
from emergency_sim.domain.events import EventColumns
from emergency_sim.domain.indicators import Aggregation
from tests.analysis.synthetic import county_frame, county_log, kpis_of
from tests.analysis.toy import LogBuilder, toy_frame


def rows(kpis: ReplicationKpis) -> list[tuple]:
    frame = kpi_rows("toy", 0, kpis)
    keys = frame[["kpi", "group_kind", "group"]].itertuples(index=False, name=None)
    values = [None if math.isnan(v) else v for v in frame["value"].tolist()]
    return list(zip(keys, values, frame["n"].tolist(), strict=True))


@pytest.fixture(scope="module")
def small() -> tuple[EventColumns, ReplicationKpis]:
    frame = county_frame(days=7)
    log = county_log(frame, incidents=900)
    return log, kpis_of(log, frame)


def test_an_empty_log_is_handled_by_every_indicator() -> None:
    got = kpis_of(LogBuilder().columns(), toy_frame())
    names = {kpi for kpi, _, _ in got.ratios} | set(got.samples)
    assert names | {k for k, _, _ in exact_kpis(toy_frame())} == set(KPIS)
    for key, (_, below, n) in got.ratios.items():
        assert n == 0, key
        assert below == 0 or KPIS[key[0]].indicator.aggregation is Aggregation.TOTAL, key


def test_a_frame_without_places_is_handled() -> None:
    """A textbook case: units only, no clinics."""
    frame = toy_frame(places=(), people=(), rosters=(), units=(), groups={})
    frame = replace(frame, serving=np.full(frame.serving.shape, -1, "int32"))
    assert kpis_of(LogBuilder().columns(), frame).ratios
    assert exact_kpis(frame)


def test_rows_of_equal_time_may_stand_in_any_order(small: tuple) -> None:
    log, expected = small
    frame = county_frame(days=7)
    coarse = replace(log, time_ms=log.time_ms // 60_000 * 60_000)  # many rows of one time
    one = kpis_of(coarse, frame)
    g = np.random.Generator(np.random.Philox(3))
    shuffled = np.lexsort((g.random(len(log)), coarse.time_ms))
    columns = ("time_ms", "kind", "incident", "call", "mission", "actor", "place", "value", "code")
    other = replace(coarse, **{c: getattr(coarse, c)[shuffled] for c in columns})
    assert (np.diff(other.time_ms) >= 0).all()
    assert rows(kpis_of(other, frame)) == rows(one)
    assert rows(one) != rows(expected)


def test_memory_parquet_and_csv_give_the_same(small: tuple, tmp_path: Path) -> None:
    log, expected = small
    frame = county_frame(days=7)
    EventLog(log).write_parquet(tmp_path / "events.parquet")
    EventLog(log).write_csv(tmp_path / "events.csv")
    for again in (
        EventLog.read_parquet(tmp_path / "events.parquet"),
        EventLog.read_csv(tmp_path / "events.csv"),
    ):
        assert rows(kpis_of(again.columns, frame)) == rows(expected)


def test_renaming_ids_changes_nothing(small: tuple) -> None:
    """Numbers of names are the recorder's business."""
    log, expected = small
    n = len(log.names)
    flipped = replace(
        log,
        names=tuple(reversed(log.names)),
        **{
            c: np.where(getattr(log, c) < 0, -1, n - 1 - getattr(log, c)).astype("int32")
            for c in ("actor", "place", "code")
        },
    )
    assert rows(kpis_of(flipped, county_frame(days=7))) == rows(expected)


def test_the_log_is_not_changed(small: tuple) -> None:
    log, _ = small
    before = [getattr(log, c).copy() for c in ("time_ms", "kind", "actor", "value")]
    kpis_of(log, county_frame(days=7))
    for old, c in zip(before, ("time_ms", "kind", "actor", "value"), strict=True):
        np.testing.assert_array_equal(old, getattr(log, c))


def test_large_keys_are_ordered_as_small_ones(small: tuple) -> None:
    log, _ = small
    huge = replace(log, incident=np.where(log.incident < 0, -1, log.incident + 2**55))
    np.testing.assert_array_equal(canonical_order(huge), canonical_order(log))


@pytest.mark.parametrize("name", list(KPIS))
def test_an_indicator_says_what_it_is(name: str) -> None:
    kpi = KPIS[name]
    indicator = kpi.indicator
    assert indicator.unit
    assert indicator.source
    assert indicator.title_nb != indicator.title_en
    assert indicator.relevant_difference > 0
    assert (indicator.quantile is not None) == (indicator.aggregation is Aggregation.QUANTILE)
    assert set(kpi.groups) <= set(ORDER)


def test_a_month_of_a_county_takes_well_under_a_second() -> None:
    """About 0.1 s of processor time for 300,000 events; the bound allows for a slow machine."""
    import time

    frame = county_frame()
    log = county_log(frame)
    assert len(log) > 250_000
    kpis_of(log, frame)
    start = time.process_time()
    kpis_of(log, frame)
    assert time.process_time() - start < 1.0
