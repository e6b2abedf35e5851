"""Results are plain parquet: DuckDB, polars and pandas read them without us."""

from pathlib import Path

import pytest

import emergency_sim as es
from tests.experiment.toys import toy


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("read") / "out"
    es.simulate(toy(), out=out, events=True)
    return out


def _shares(results: es.Results) -> dict[tuple[int, str], float]:
    kpis = results.kpis
    own = kpis[(kpis["kpi"] == "task_share") & (kpis["group_kind"] == "all")]
    return {
        (int(r), "task_share"): v for r, v in zip(own["replication"], own["value"], strict=True)
    }


def test_duckdb(folder: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    found = duckdb.sql(
        f"select replication, value from '{folder}/kpis.parquet' "
        "where kpi = 'task_share' and group_kind = 'all' order by replication"
    ).fetchall()
    assert {(r, "task_share"): v for r, v in found} == _shares(es.Results.load(folder))
    [units] = duckdb.sql(
        f"select count(*) from read_parquet('{folder}/replications/*/*/incidents.parquet')"
    ).fetchall()
    assert units[0] == len(es.Results.load(folder).incidents)


def test_polars(folder: Path) -> None:
    polars = pytest.importorskip("polars")
    kpis = polars.read_parquet(folder / "kpis.parquet")
    own = kpis.filter((polars.col("kpi") == "task_share") & (polars.col("group_kind") == "all"))
    found = dict(zip([(r, "task_share") for r in own["replication"]], own["value"], strict=True))
    assert found == _shares(es.Results.load(folder))
    for name in ("incidents", "units", "staff", "events"):
        assert len(polars.read_parquet(folder / f"replications/toy/0000/{name}.parquet"))


def test_pandas_without_us(folder: Path) -> None:
    import pandas as pd

    incidents = pd.read_parquet(folder / "replications/toy/0001/incidents.parquet")
    assert incidents["arises_ms"].is_monotonic_increasing
    assert str(incidents["arises_ms"].dtype).lower().startswith("int64")


def test_times_are_small_whole_numbers(folder: Path) -> None:
    """Parquet, zstd, milliseconds as differences from row to row."""
    import pyarrow.parquet as pq

    for name, column in (("incidents", "arises_ms"), ("events", "time_ms")):
        group = pq.ParquetFile(folder / f"replications/toy/0000/{name}.parquet").metadata.row_group(
            0
        )
        own = next(
            group.column(i)
            for i in range(group.num_columns)
            if group.column(i).path_in_schema == column
        )
        assert own.compression == "ZSTD"
        assert "DELTA_BINARY_PACKED" in own.encodings
