"""Indicators of a mapped log are those of the log that it was written from (contract)."""

from dataclasses import replace

import pytest

from emergency_sim.analysis.observed.mapped_log import map_log
from emergency_sim.analysis.observed.stages import durations
from emergency_sim.analysis.replication import replication_kpis
from emergency_sim.analysis.storage import kpi_rows
from emergency_sim.analysis.tables import Tables
from emergency_sim.domain.units import DAY
from emergency_sim.scenario.log_mapping import read_mapping
from tests.analysis.observed.logs import DAYS, FIRST_DAY, toy_log

EQUAL = (
    "response_time_median", "response_time_p90", "response_within_target", "whole_clock_median",
    "missions_per_1000",
)  # fmt: skip
GROUPS = ("all", "area_class", "municipality", "urgency")
STAGES = (
    "call_answer", "interview", "decision", "drive", "on_scene_conveyed", "on_scene_other",
    "transport", "handover", "response", "mission",
)  # fmt: skip


@pytest.fixture(scope="module")
def both() -> tuple[Tables, Tables]:
    """Return the tables of a simulation, and of the log written from it with milliseconds."""
    toy = toy_log(milliseconds=True)
    mapping = replace(read_mapping(toy.mapping), calls=None, clinic=None)
    mapped = map_log(toy.log, mapping, folder=toy.folder, places=toy.places)
    assert (mapped.start, mapped.days) == (FIRST_DAY, DAYS)
    assert mapped.tables["missions"].bad == 0
    assert mapped.placed_by == "coordinates"
    frame = replace(toy.tables.frame, window_start_s=0.0, window_end_s=DAYS * DAY)
    return toy.tables, Tables.of(mapped.log.columns, frame)


def test_every_indicator_that_the_columns_hold_is_equal(both: tuple[Tables, Tables]) -> None:
    ours, theirs = (
        {
            (k, kind, group): (value, n)
            for k, kind, group, value, n in zip(
                *(kpi_rows("x", 0, replication_kpis(t))[c] for c in (
                    "kpi", "group_kind", "group", "value", "n")), strict=True)
            if k in EQUAL and kind in GROUPS
        }
        for t in both
    )  # fmt: skip
    assert len(ours) > 40
    assert sum(n > 0 for _, n in ours.values()) > 30
    for key, (value, n) in ours.items():
        assert theirs[key][1] == n, key
        assert theirs[key][0] == pytest.approx(value, rel=1e-12, nan_ok=True), key


def test_every_stage_is_equal_also_when_the_clock_is_changed(both: tuple[Tables, Tables]) -> None:
    """The log holds the last night of October, when summer time ends."""
    ours, theirs = (durations(t) for t in both)
    for name in STAGES:
        assert len(ours[name]) > 50, name
        assert sorted(theirs[name].seconds) == pytest.approx(sorted(ours[name].seconds), abs=2e-3)


def test_turnout_of_units_at_their_base_is_told_from_the_log(both: tuple[Tables, Tables]) -> None:
    ours, theirs = (durations(t, at_base=True)["turnout"].seconds for t in both)
    assert len(theirs) > 0.8 * len(ours)
    known = {round(x, 3) for x in ours.tolist()}
    assert sum(round(x, 3) in known for x in theirs.tolist()) > 0.97 * len(theirs)
