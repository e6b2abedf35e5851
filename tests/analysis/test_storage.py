"""What is written to the results folder comes back, and indicators follow from it again."""

from pathlib import Path

import numpy as np
import pytest

from emergency_sim.analysis.kpis import KPIS
from emergency_sim.analysis.replication import replication_kpis
from emergency_sim.analysis.storage import (
    KPI_COLUMNS,
    kpi_rows,
    read_replication,
    read_table,
    write_replication,
    write_table,
)
from emergency_sim.analysis.tables import Tables
from emergency_sim.domain.indicators import Aggregation
from tests.analysis.synthetic import county_frame, county_log, kpis_of

FRAME = county_frame(days=7)


@pytest.fixture(scope="module")
def tables() -> Tables:
    return Tables.of(county_log(FRAME, incidents=1500), FRAME)


def test_components_come_back_the_same(tables: Tables, tmp_path: Path) -> None:
    kpis = replication_kpis(tables)
    write_replication(kpis, tmp_path / "kpis.npz")
    again = read_replication(tmp_path / "kpis.npz")
    assert again.ratios == kpis.ratios
    np.testing.assert_array_equal(again.incidents, kpis.incidents)
    assert kpi_rows("a", 0, again).equals(kpi_rows("a", 0, kpis))
    for name, sample in kpis.samples.items():
        for kind, groupings in sample.groups.items():
            for one, other in zip(groupings, again.samples[name].groups[kind], strict=True):
                assert one.labels == other.labels
                np.testing.assert_array_equal(one.codes, other.codes)


@pytest.mark.parametrize("name", ["incidents", "calls", "missions", "shifts", "duties", "manning"])
def test_tables_come_back_to_the_millisecond(tables: Tables, tmp_path: Path, name: str) -> None:
    table = getattr(tables, name)
    write_table(table, tmp_path / "t.parquet")
    again, frame = read_table(tmp_path / "t.parquet"), table.frame()
    assert list(again.columns) == list(frame.columns)
    assert len(again) == len(frame)
    for column in frame.columns:
        if frame[column].dtype.kind in "ifb":
            np.testing.assert_allclose(
                again[column].astype(float), frame[column].astype(float), rtol=0, atol=1e-6
            )
        else:
            assert again[column].astype(object).fillna("").tolist() == (
                frame[column].astype(object).fillna("").tolist()
            )


def test_quantiles_follow_from_the_incidents_file(tables: Tables, tmp_path: Path) -> None:
    write_table(tables.incidents, tmp_path / "incidents.parquet")
    incidents = read_table(tmp_path / "incidents.parquet")
    rows = kpi_rows("a", 0, replication_kpis(tables)).set_index(["kpi", "group_kind", "group"])
    expected = incidents.groupby("municipality", observed=True)["response_s"].quantile(0.9) / 60
    assert len(expected.dropna()) > 10
    for name, value in expected.dropna().items():
        got = rows.loc[("response_time_p90", "municipality", name), "value"]
        assert got == pytest.approx(value, abs=1e-6)


def test_rows_of_indicators_are_sorted_and_complete(tables: Tables) -> None:
    rows = kpi_rows("a", 3, kpis_of(county_log(FRAME, incidents=300), FRAME))
    assert tuple(rows.columns) == KPI_COLUMNS
    assert rows["replication"].eq(3).all()
    keys = list(zip(rows["kpi"], rows["group_kind"], rows["group"], strict=True))
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)
    drawn = {k.name for k in KPIS.values() if k.indicator.aggregation is not Aggregation.EXACT}
    assert set(rows["kpi"]) == drawn
