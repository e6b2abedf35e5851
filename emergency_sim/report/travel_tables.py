"""Tables of a travel study as CSV and rows of JSON."""

from __future__ import annotations

import csv
import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.districts.travel_study import change_of, people_by_nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from emergency_sim.districts.beyond import GroupTravel
    from emergency_sim.districts.travel_answer import TravelAnswer
    from emergency_sim.districts.travel_study import Row, Situation

_RISKY: Final = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so could be taken for a formula; numbers excepted."""


def travel_rows(answer: TravelAnswer) -> list[dict[str, Any]]:
    """Return the table as rows of JSON; never NaN: None."""
    names = _names(answer)
    situations = [s for s in (answer.before, answer.after) if s is not None]
    nearest = [people_by_nearest(answer.places, s) for s in situations]
    rows = []
    for row in answer.rows:
        line: dict[str, Any] = {"kind": row.kind, "group": row.group, "name": names(row)}
        line |= _figures(row.before, answer.breaks, "")
        if answer.after is not None:
            line |= _figures(row.after, answer.breaks, "_after")
            line["people_longer"], line["people_shorter"] = _whole(row.worse), _whole(row.better)
        if row.kind == "facility":
            for label, found in zip(("", "_after"), nearest, strict=False):
                line[f"people_nearest{label}"] = _whole(found.get(row.group))
        line["reason"] = _reason(row, answer)
        rows.append(line)
    return rows


def _reason(row: Row, answer: TravelAnswer) -> str | None:
    """Return why figures of a row are missing; None where none is."""
    ends = [("", row.before)] + ([("after the change", row.after)] if answer.after else [])
    why = []
    for when, one in ends:
        if one is None:
            why.append(f"not open {when or 'before'}")
        elif one.people == 0:
            why.append("nobody lives there")
        elif one.mean_min is None:
            why.append(f"nobody is reached {when}".strip())
        elif one.median_min is None or one.p90_min is None:
            why.append(f"too many are not reached for a quantile {when}".strip())
    if row.kind == "facility" and answer.after is not None:
        why.append("who gets longer is counted for the nearest facility only")
    return "; ".join(dict.fromkeys(why)) or None


def _figures(one: GroupTravel | None, breaks: Sequence[float], label: str) -> dict[str, Any]:
    figures: dict[str, Any] = {
        f"people{label}": None if one is None else _whole(one.people),
        f"mean_min{label}": None if one is None else _rounded(one.mean_min),
        f"median_min{label}": None if one is None else _rounded(one.median_min),
        f"p90_min{label}": None if one is None else _rounded(one.p90_min),
    }
    for k, limit in enumerate(breaks):
        share = None if one is None else one.share(k)
        figures[f"share_over_{limit:g}{label}"] = None if share is None else round(share, 6)
    figures[f"unreached{label}"] = None if one is None else _whole(one.unreached)
    return figures


def _names(answer: TravelAnswer) -> Any:
    facilities = {
        f.id: f.name for s in (answer.after, answer.before) if s is not None for f in s.facilities
    }

    def name(row: Row) -> str:
        if row.kind == "facility":
            return facilities.get(row.group, row.group)
        if row.kind == "municipality":
            return answer.municipality_names.get(row.group, row.group)
        return row.group

    return name


def _rounded(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else round(value, 2)


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def unreached(answer: TravelAnswer) -> list[dict[str, Any]]:
    """Return the places that no way leads to or from, the most people first, as rows of JSON.

    ``before`` and ``after`` (None where nothing changes) say whether they are reached.
    """
    places = answer.places
    lost = [~np.isfinite(s.least) for s in (answer.before, answer.after) if s is not None]
    some = np.flatnonzero(np.any(lost, axis=0) & (places.people > 0))
    return [
        {
            "place": places.ids[k],
            "name": places.names[k] or places.ids[k],
            "municipality": places.municipality[k],
            "people": _whole(float(places.people[k])),
            "before": not bool(lost[0][k]),
            "after": not bool(lost[1][k]) if len(lost) > 1 else None,
        }
        for k in some[np.argsort(-places.people[some], kind="stable")].tolist()
    ]


def write_tables(folder: Path, answer: TravelAnswer) -> None:
    """Write ``travel_time.csv``, ``places.csv`` and ``places_by_facility.parquet`` into a folder.

    With a change also ``longer.csv``: the places that get more minutes than asked for, the most
    people first.
    """
    rows = travel_rows(answer)
    columns = list(dict.fromkeys(key for row in rows for key in row))
    write_csv(folder / "travel_time.csv", columns, ([row.get(c) for c in columns] for row in rows))
    places = _places(answer)
    write_csv(folder / "places.csv", list(places), zip(*places.values(), strict=True))
    _write_matrix(folder / "places_by_facility.parquet", answer)
    if answer.after is not None:
        change = change_of(answer.before, answer.after)
        longer = np.flatnonzero(change > answer.worse_min)
        order = longer[np.argsort(-answer.places.people[longer], kind="stable")].tolist()
        chosen = ([values[k] for values in places.values()] for k in order)
        write_csv(folder / "longer.csv", list(places), chosen)


def _places(answer: TravelAnswer) -> dict[str, list[Any]]:
    """Return the columns of places.csv."""
    places = answer.places
    columns: dict[str, list[Any]] = {
        "id": list(places.ids),
        "name": list(places.names),
        "municipality": list(places.municipality),
        "district": list(places.district),
        "x": np.round(places.x).astype(int).tolist(),
        "y": np.round(places.y).astype(int).tolist(),
        "population": np.round(places.people, 1).tolist(),
        **_of(answer.before, ""),
    }
    if answer.after is not None:
        change = change_of(answer.before, answer.after)
        columns |= _of(answer.after, "_after")
        columns["change_min"] = [_rounded(c) for c in change.tolist()]
    if answer.flight is not None:
        columns["helicopter_min"] = [_rounded(m) for m in answer.flight.minutes.tolist()]
    return columns


def _of(found: Situation, label: str) -> dict[str, list[Any]]:
    names = [f.name for f in found.facilities]
    return {
        f"minutes{label}": [_rounded(m) for m in found.least.tolist()],
        f"facility{label}": [names[k] if k >= 0 else None for k in found.nearest.tolist()],
    }


def _write_matrix(path: Path, answer: TravelAnswer) -> None:
    """Write the minutes between every place and every facility, a row per pair that has a way."""
    import pandas as pd

    frames = []
    for situation in ("before", "after"):
        found: Situation | None = getattr(answer, situation)
        if found is None:
            continue
        facility, place = np.nonzero(np.isfinite(found.minutes))
        ids = np.array([f.id for f in found.facilities], dtype=object)
        frames.append(
            pd.DataFrame(
                {
                    "situation": situation,
                    "place": np.array(answer.places.ids, dtype=object)[place],
                    "facility": ids[facility],
                    "minutes": np.round(found.minutes[facility, place], 2).astype(np.float32),
                }
            )
        )
    pd.concat(frames).to_parquet(path, compression="zstd", index=False)


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a table; text that could be taken for a formula gets an apostrophe before it."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_safe(cell) for cell in row] for row in rows)


def _safe(cell: Any) -> Any:
    """Return a cell; text that could be taken for a formula gets an apostrophe before it."""
    if isinstance(cell, str):
        mark = "'" if cell.startswith(_RISKY) else ""
        return mark + cell.replace("\r\n", "\n").replace("\r", "\n")  # a bare one is not quoted
    return "" if cell is None else cell
