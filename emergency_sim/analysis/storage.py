"""Tables, rows of indicators and components of replications as files of the results folder."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.kpis import KPIS
from emergency_sim.analysis.replication import ReplicationKpis, Sample
from emergency_sim.analysis.table import Coded

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from emergency_sim.analysis.replication import Key
    from emergency_sim.analysis.table import Table

KPI_COLUMNS: Final = (
    "scenario", "replication", "kpi", "group_kind", "group", "unit", "value", "n",
)  # fmt: skip


def write_table(table: Table, path: Path) -> None:
    """Write a table as parquet: columns of seconds (``_s``) as whole milliseconds (``_ms``).

    Parameters
    ----------
    table, path
        What and where; zstd, integers delta-encoded, texts as dictionary.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrays: dict[str, Any] = {}
    whole, texts = [], []
    for name, column in table.columns.items():
        if isinstance(column, Coded):
            tidy = column.tidy()
            codes = pa.array(tidy.codes.astype("int32"), mask=tidy.codes < 0)
            arrays[name] = pa.DictionaryArray.from_arrays(codes, pa.array(tidy.labels, pa.string()))
            texts.append(name)
        elif name.endswith("_s"):
            known = np.isfinite(column)
            milliseconds = np.rint(np.where(known, column, 0.0) * 1000).astype("int64")
            arrays[f"{name[:-2]}_ms"] = pa.array(milliseconds, mask=~known)
            whole.append(f"{name[:-2]}_ms")
        else:
            arrays[name] = pa.array(column)
            whole += [name] if column.dtype.kind == "i" else []
    pq.write_table(
        pa.table(arrays),
        path,
        compression="zstd",
        use_dictionary=texts,
        column_encoding=dict.fromkeys(whole, "DELTA_BINARY_PACKED"),
    )


def read_table(path: Path) -> pd.DataFrame:
    """Return the frame of a table that :func:`write_table` wrote, times in seconds again."""
    import pyarrow.parquet as pq

    frame: pd.DataFrame = pq.read_table(path).to_pandas()
    for name in [str(c) for c in frame.columns if str(c).endswith("_ms")]:
        frame[name] = frame[name].astype("float64") / 1000.0
    return frame.rename(columns=lambda c: f"{c[:-3]}_s" if c.endswith("_ms") else c)


def kpi_rows(scenario: str, replication: int, kpis: ReplicationKpis) -> pd.DataFrame:
    """Return the indicators of one replication as rows; NaN where a group has nobody.

    Parameters
    ----------
    scenario, replication
        Keys of the rows.
    kpis
        Components of the replication.
    """
    keys: list[Key] = list(kpis.ratios)
    parts = np.array(list(kpis.ratios.values()), "float64").reshape(len(keys), 3)
    value = np.full(len(keys), np.nan)
    np.divide(parts[:, 0], parts[:, 1], out=value, where=parts[:, 1] > 0)
    values, numbers = value.tolist(), np.rint(parts[:, 2]).astype("int64").tolist()
    for name, sample in kpis.samples.items():
        q = KPIS[name].indicator.quantile
        if q is None:
            continue
        for kind, groupings in sample.groups.items():
            for coded in groupings:
                found, n = group_quantiles(sample.values, coded, q)
                keys += [(name, kind, label) for label in coded.labels]
                values += found.tolist()
                numbers += n.tolist()
    return _rows(scenario, replication, keys, values, numbers)


def exact_rows(scenario: str, exact: dict[Key, float]) -> pd.DataFrame:
    """Return the indicators without chance as rows; they belong to no replication (null)."""
    values = [v if np.isfinite(v) else np.nan for v in exact.values()]
    return _rows(scenario, None, list(exact), values, [None] * len(values))


def group_quantiles(
    values: NDArray[Any], coded: Coded, q: float
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the quantile and number of the values of each group, NaN for an empty one."""
    order = np.lexsort((values, coded.codes))
    n = np.bincount(coded.codes + 1, minlength=len(coded.labels) + 1)
    before, n = np.cumsum(n)[:-1], n[1:]
    h = np.maximum(n - 1, 0) * q
    low = np.floor(h).astype("int64")
    ranked = np.append(values[order], np.nan)
    some = n > 0
    a = ranked[np.where(some, before + low, -1)]
    b = ranked[np.where(some, before + np.minimum(low + 1, np.maximum(n - 1, 0)), -1)]
    return a + (b - a) * (h - low), n


def write_replication(kpis: ReplicationKpis, path: Path) -> None:
    """Write the components of a replication as ``.npz``, so that a comparison can be resumed.

    Columns of all samples stand one after the other: many small arrays would be slow to read.
    """
    rows, values, codes = [], [], []
    samples: list[dict[str, Any]] = []
    for name, sample in kpis.samples.items():
        rows.append(sample.rows.astype("int32"))
        values.append(sample.values.astype("float64"))
        groups: list[list[Any]] = []
        for kind, groupings in sample.groups.items():
            for coded in groupings:
                codes.append(coded.codes.astype("int16"))
                groups.append([kind, list(coded.labels)])
        samples.append({"kpi": name, "size": len(sample.rows), "groups": groups})
    head = json.dumps({"keys": list(kpis.ratios), "samples": samples})
    arrays: dict[str, NDArray[Any]] = {
        "head": np.frombuffer(head.encode(), dtype="uint8"),
        "incidents": kpis.incidents,
        "hourly": kpis.hourly,
        "ratios": np.array(list(kpis.ratios.values()), "float64").reshape(-1, 3),
        "rows": np.concatenate(rows) if rows else np.zeros(0, "int32"),
        "values": np.concatenate(values) if values else np.zeros(0),
        "codes": np.concatenate(codes) if codes else np.zeros(0, "int16"),
    }
    # as np.savez_compressed, whose level 6 takes five times as long for a fifteenth less
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                np.lib.format.write_array(file, array, allow_pickle=False)


def read_replication(path: Path) -> ReplicationKpis:
    """Return the components that :func:`write_replication` wrote."""
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    head = json.loads(arrays["head"].tobytes().decode())
    samples: dict[str, Sample] = {}
    at = code_at = 0
    for entry in head["samples"]:
        size = entry["size"]
        groups: dict[str, tuple[Coded, ...]] = {}
        for kind, labels in entry["groups"]:
            codes = arrays["codes"][code_at : code_at + size].astype("int64")
            groups[kind] = (*groups.get(kind, ()), Coded(codes, tuple(labels)))
            code_at += size
        samples[entry["kpi"]] = Sample(
            rows=arrays["rows"][at : at + size],
            values=arrays["values"][at : at + size],
            groups=groups,
        )
        at += size
    ratios = zip(head["keys"], arrays["ratios"].tolist(), strict=True)
    return ReplicationKpis(
        incidents=arrays["incidents"],
        ratios={(kpi, kind, group): (a, b, n) for (kpi, kind, group), (a, b, n) in ratios},
        samples=samples,
        hourly=arrays["hourly"],
    )


def read_hourly(path: Path) -> NDArray[Any]:
    """Return only the numbers by hour of the run of a replication (R19).

    Parameters
    ----------
    path
        As :func:`write_replication` wrote it.

    Returns
    -------
    ndarray
        Shape (rows, hours), see :mod:`emergency_sim.analysis.hourly_series`.
    """
    with np.load(path, allow_pickle=False) as file:
        hourly: NDArray[Any] = file["hourly"]
    return hourly


def _rows(
    scenario: str, replication: int | None, keys: list[Key], values: list[float], n: list[Any]
) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame(keys, columns=["kpi", "group_kind", "group"])
    frame["scenario"] = scenario
    frame["replication"] = pd.array([replication] * len(keys), dtype="Int64")
    frame["unit"] = [KPIS[name].indicator.unit for name, _, _ in keys]
    frame["value"] = np.array(values, "float64")
    frame["n"] = pd.array(n, dtype="Int64")
    frame = frame[list(KPI_COLUMNS)]
    return frame.sort_values(["kpi", "group_kind", "group"], kind="stable", ignore_index=True)
