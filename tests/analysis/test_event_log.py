"""The log as frame, parquet and CSV."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from emergency_sim.analysis.event_log import COLUMNS, EventLog
from emergency_sim.domain.errors import InputFaults

ROWS = [
    (0, "incident", 7, None, None, "molde", "z1", 2.0, "call_113"),
    (1500, "rings", 7, 3, None, "amk", "z1", 0.0, "113"),
    (2600, "answered", 7, 3, None, "amk", None, 1.1, "113"),
    (2600, "alarmed", 7, None, 0, "=a1", "-st", 0.1 + 0.2, "idle"),
    (9999999, "at_base", None, None, None, "=a1", "-st", None, None),
]


def tuples(log: EventLog) -> list[tuple]:
    frame = log.frame().astype(object)
    return [
        tuple(None if pd.isna(x) else x for x in row)
        for row in frame.itertuples(index=False, name=None)
    ]


@pytest.fixture
def log() -> EventLog:
    return EventLog.from_rows(ROWS)


def test_rows_come_back_with_nulls_as_nulls(log: EventLog) -> None:
    assert tuples(log) == ROWS
    assert tuple(log.frame().columns) == COLUMNS
    assert str(log.frame()["incident"].dtype) == "Int64"
    assert log.columns.incident.tolist() == [7, 7, 7, 7, -1]


def test_parquet_round_trip(log: EventLog, tmp_path: Path) -> None:
    log.write_parquet(tmp_path / "events.parquet")
    assert tuples(EventLog.read_parquet(tmp_path / "events.parquet")) == ROWS


def test_parquet_is_zstd_with_delta_encoded_milliseconds(log: EventLog, tmp_path: Path) -> None:
    log.write_parquet(tmp_path / "events.parquet")
    column = pq.ParquetFile(tmp_path / "events.parquet").metadata.row_group(0).column(0)
    assert column.path_in_schema == "time_ms"
    assert column.compression == "ZSTD"
    assert "DELTA_BINARY_PACKED" in column.encodings
    assert column.physical_type == "INT64"


def test_csv_round_trip_to_the_last_bit(log: EventLog, tmp_path: Path) -> None:
    log.write_csv(tmp_path / "events.csv")
    assert tuples(EventLog.read_csv(tmp_path / "events.csv")) == ROWS


def test_texts_that_look_like_formulas_are_escaped(log: EventLog, tmp_path: Path) -> None:
    log.write_csv(tmp_path / "events.csv")
    lines = (tmp_path / "events.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == ",".join(COLUMNS)
    assert "'=a1,'-st," in lines[4]


def test_an_empty_log_goes_everywhere(tmp_path: Path) -> None:
    empty = EventLog.from_rows([])
    empty.write_parquet(tmp_path / "events.parquet")
    empty.write_csv(tmp_path / "events.csv")
    assert len(EventLog.read_parquet(tmp_path / "events.parquet")) == 0
    assert len(EventLog.read_csv(tmp_path / "events.csv")) == 0
    assert len(empty.frame()) == 0


def test_a_real_log_may_lack_columns_and_order(tmp_path: Path) -> None:
    path = tmp_path / "amis.csv"
    path.write_text("time_ms,kind,incident,actor\n2000,on_scene,5,a1\n1000,alarmed,5,a1\n")
    log = EventLog.read_csv(path)
    assert log.columns.time_ms.tolist() == [1000, 2000]
    assert log.columns.mission.tolist() == [-1, -1]
    assert np.isnan(log.columns.value).all()


def test_all_faults_of_a_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "amis.csv"
    path.write_text(
        "time_ms,kind,incident,value\n"
        "12.5,on_scene,1,\n"
        "1000,onscene,1,\n"
        "1000,clear,-4,soon\n"
        "1000,clear,,inf\n",
        encoding="utf-8",
    )
    with pytest.raises(InputFaults) as caught:
        EventLog.read_csv(path)
    places = [(f.line, f.column, f.path) for f in caught.value.faults]
    assert places == [
        (2, 1, "time_ms"), (3, 2, "kind"), (4, 3, "incident"), (4, 4, "value"), (5, 4, "value"),
    ]  # fmt: skip
    assert "did you mean 'on_scene'?" in str(caught.value)


def test_headers_are_checked_first(tmp_path: Path) -> None:
    path = tmp_path / "amis.csv"
    path.write_text("time_ms,kinds\n1,on_scene\n", encoding="utf-8")
    with pytest.raises(InputFaults) as caught:
        EventLog.read_csv(path)
    text = str(caught.value)
    assert "kind: column is missing" in text
    assert "incident: column is missing" in text
    assert "did you mean 'kind'?" in text


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b'a,b\n"1,2\n3'])
def test_what_is_no_table_is_a_fault_in_line_one(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "amis.csv"
    path.write_bytes(content)
    with pytest.raises(InputFaults, match=r"amis\.csv:1:1"):
        EventLog.read_csv(path)
