"""Rows of a log become events; what cannot be used is set aside with its reason."""

from dataclasses import replace
from pathlib import Path

import pytest

from emergency_sim.analysis.observed.mapped_log import MappedLog
from emergency_sim.analysis.observed.plausibility import remarks
from emergency_sim.domain.errors import InputFaults
from tests.analysis.observed.logs import SMALL, row, small_log


def _events(mapped: MappedLog, kind: str):
    frame = mapped.log.frame()
    return frame[frame["kind"] == kind]


def _minutes(mapped: MappedLog, kind: str) -> list[float]:
    return (_events(mapped, kind)["time_ms"] / 60_000).tolist()


def test_one_mission_becomes_its_events(tmp_path: Path) -> None:
    mapped = small_log(tmp_path, row("7"))
    assert (mapped.start.isoformat(), mapped.days, mapped.whole_minutes) == ("2024-02-01", 1, True)
    frame = mapped.log.frame()
    ten = 600
    assert list(zip(frame["kind"], (frame["time_ms"] / 60_000 - ten).tolist(), strict=True)) == [
        ("incident", 0), ("need", 0), ("registered", 0), ("requested", 2), ("alarmed", 2),
        ("mobilised", 4), ("on_scene", 10), ("leaves_scene", 30), ("at_destination", 50),
        ("clear", 70), ("at_base", 80),
    ]  # fmt: skip
    assert _events(mapped, "registered")["value"].tolist() == [0.0]
    assert _events(mapped, "registered")["code"].tolist() == ["113"]
    assert _events(mapped, "clear")["code"].tolist() == ["conveyed"]
    assert _events(mapped, "incident")["place"].tolist() == ["0001"]


def test_two_units_of_one_incident(tmp_path: Path) -> None:
    other = row("7", "10:00 10:03 10:03 10:05 10:12 - - 10:40 10:45", bil="b2")
    mapped = small_log(tmp_path, other, row("7"))
    assert len(_events(mapped, "incident")) == 1
    assert _minutes(mapped, "requested") == [602], "the incident's first row, by time"
    assert sorted(_events(mapped, "clear")["code"]) == ["assisted", "conveyed"]


@pytest.mark.parametrize(
    ("line", "kind", "code"),
    [
        (row("1", "10:00 10:02 10:02 10:04 10:10 - - 10:40 -"), "clear", "not_conveyed"),
        (row("1", "10:00 10:02 10:02 10:04 - - - 10:08 -"), "stood_down", None),
        (row("1", "10:00 10:02 10:02 10:04 - - - 10:08 -", utfall="Om"), "diverted", None),
        (row("1", "10:00 - - - - - - - -"), "registered", "113"),
    ],
)
def test_how_missions_end(tmp_path: Path, line: str, kind: str, code: str | None) -> None:
    mapped = small_log(tmp_path, line)
    found = _events(mapped, kind)
    assert len(found) == 1
    assert found["code"].tolist() == [code] or (code is None and found["code"].isna().all())


def test_a_unit_is_at_its_base_if_the_mission_before_ended_there(tmp_path: Path) -> None:
    again = row("2", "11:30 11:31 11:32 11:33 11:40 - - 11:50 -")
    on_the_way = row("3", "11:55 11:56 11:57 11:58 12:10 - - 12:20 12:30")
    mapped = small_log(tmp_path, row("1"), again, on_the_way)
    how = _events(mapped, "alarmed")["code"]
    assert how.isna().tolist() == [True, False, False], "nothing is known of the first one"
    assert how.tolist()[1:] == ["idle", "returning"]


def test_durations_are_right_when_the_clock_is_changed(tmp_path: Path) -> None:
    """From 01:50 to 03:10 in the skipped hour are 20 minutes; at 01:50 the wall is right."""
    night = row("1", "01:50 01:50 01:50 01:50 03:10 - - 03:30 -", day="31.03.2024")
    mapped = small_log(tmp_path, night)
    assert _minutes(mapped, "alarmed") == [110]
    assert _minutes(mapped, "on_scene") == [130]


def test_all_units_of_an_incident_are_on_its_clock(tmp_path: Path) -> None:
    """The second unit is registered after the jump: 15 minutes after the first, and not 75."""
    first = row("1", "01:50 01:50 01:50 01:50 03:10 - - 03:30 -", day="31.03.2024")
    second = row("1", "03:05 03:05 03:05 03:05 03:20 - - 03:40 -", day="31.03.2024", bil="b2")
    assert _minutes(small_log(tmp_path, first, second), "alarmed") == [110, 125]


def test_rows_that_cannot_be_used(tmp_path: Path) -> None:
    mapped = small_log(
        tmp_path, row("1"), row("2", day="32.02.2024"), row("3", hast="X"), row("", bil="b9"),
        row("5", "10:00 09:00 10:02 10:04 10:10 - - 11:00 -"), row("1"), row("6;"), row("7"),
        row("8"), row("9"), row("10"),
    )  # fmt: skip
    rows = mapped.tables["missions"]
    assert (rows.total, len(rows), rows.bad) == (11, 5, 6)
    faults = sorted((f for r in rows.rejected for f in r.faults()), key=lambda f: f.line)
    assert [(f.line, f.column, f.path) for f in faults] == [
        (3, 5, "reg"), (4, 3, "hast"), (5, 1, "nr"), (6, 22, "besl"), (7, 1, "nr"),
    ]  # fmt: skip
    said = {r.about: r.says for r in remarks(mapped)}
    assert said["row"] == "set aside: not as many cells as the header"
    assert "before an earlier step" in said["besl"]


def test_too_many_bad_rows_are_a_fault_with_places(tmp_path: Path) -> None:
    strict = replace(SMALL, bad_share=0.2)
    with pytest.raises(InputFaults) as caught:
        small_log(tmp_path, row("1"), row("2", hast="a"), mapping=strict)
    first, second = str(caught.value).splitlines()
    assert first.endswith(
        "small.csv:1:1: 1 of 2 rows cannot be used, more than the allowed 20 % (bad_share); "
        "the first of each kind follow"
    )
    assert "small.csv:3:3: hast: is not named under missions.values.urgency (got 'a')" in second


def test_gaps_heaping_and_long_rows_are_remarked(tmp_path: Path) -> None:
    lines = [
        row(f"{day}-{k}", f"{k:02}:05 {k:02}:05 {k:02}:05 {k:02}:05 {k:02}:10 - - {k:02}:55 -",
            day=f"{day:02}.02.2024", bil=f"b{k}")
        for day in range(1, 21) for k in range(20) if day not in (8, 9)
    ]  # fmt: skip
    long = row("x", day="05.02.2024").replace("05.02.2024 11:20", "07.02.2024 11:20")
    found = remarks(small_log(tmp_path, *lines, long))
    assert [r.about for r in found if r.says.endswith("a gap")] == ["2024-02-08", "2024-02-09"]
    heaped = [r.about for r in found if "rounded by hand" in r.says]
    assert {"reg", "ledig"} <= set(heaped)
    assert any(r.says == "rows last more than 24 hours: is a date wrong?" for r in found)
