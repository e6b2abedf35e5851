"""Components of the indicators of one replication as a file, with the keys of its unit of work."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.replication import ReplicationKpis, Sample
from emergency_sim.analysis.table import Coded

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

KEYS: Final = ("unit_key", "indicators_key")


def write_components(kpis: ReplicationKpis, keys: tuple[str, str], path: Path) -> None:
    """Write components and keys; the same content gives the same bytes.

    Parameters
    ----------
    kpis
        Of one replication of one scenario.
    keys
        Key of the event log and key of the indicators.
    path
        File to write; it appears when it is complete.
    """
    arrays: dict[str, NDArray[Any]] = {
        "keys": np.array(keys),
        "incidents": kpis.incidents,
        "ratio_values": np.array(list(kpis.ratios.values()), "float64").reshape(-1, 3),
    }
    samples: list[dict[str, Any]] = []
    for i, (name, sample) in enumerate(kpis.samples.items()):
        arrays[f"rows_{i}"], arrays[f"values_{i}"] = sample.rows, sample.values
        groups: list[list[Any]] = []
        for kind, groupings in sample.groups.items():
            for j, coded in enumerate(groupings):
                arrays[f"codes_{i}_{len(groups)}"] = _narrow(coded.codes)
                groups.append([kind, j, list(coded.labels)])
        samples.append({"name": name, "kinds": list(sample.groups), "groups": groups})
    head = {"ratios": [list(key) for key in kpis.ratios], "samples": samples}
    text = json.dumps(head, ensure_ascii=False, allow_nan=False)
    arrays["head"] = np.frombuffer(text.encode("utf-8"), "uint8")
    aside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with aside.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    aside.replace(path)


def read_keys(path: Path) -> tuple[str, str] | None:
    """Return the keys of a file of components; None where there is no such file."""
    try:
        with np.load(path, allow_pickle=False) as file:
            unit, indicators = file["keys"].tolist()
    except (OSError, ValueError, KeyError):
        return None
    return unit, indicators


def read_components(path: Path) -> ReplicationKpis:
    """Return the components that :func:`write_components` wrote."""
    with np.load(path, allow_pickle=False) as file:
        head = json.loads(file["head"].tobytes().decode("utf-8"))
        values = file["ratio_values"].tolist()
        samples: dict[str, Sample] = {}
        for i, one in enumerate(head["samples"]):
            groups: dict[str, tuple[Coded, ...]] = dict.fromkeys(one["kinds"], ())
            for k, (kind, _, labels) in enumerate(one["groups"]):
                codes = file[f"codes_{i}_{k}"].astype("int64")
                groups[kind] = (*groups[kind], Coded(codes, tuple(labels)))
            samples[one["name"]] = Sample(
                rows=file[f"rows_{i}"], values=file[f"values_{i}"], groups=groups
            )
        return ReplicationKpis(
            incidents=file["incidents"],
            ratios={
                (key[0], key[1], key[2]): (v[0], v[1], v[2])
                for key, v in zip(head["ratios"], values, strict=True)
            },
            samples=samples,
        )


def _narrow(codes: NDArray[Any]) -> NDArray[Any]:
    """Return the codes in the smallest type that holds them."""
    most = int(codes.max(initial=0))
    return codes.astype("int8" if most < 128 else "int16" if most < 32_768 else "int32")
