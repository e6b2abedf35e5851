"""The maps of a comparison: response time and travel to the clinic, before, after and changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.clock_classes import legevakt_hours_of_week
from emergency_sim.report import style
from emergency_sim.report.map_marks import MapPlace
from emergency_sim.report.maps import Figure, Panel, draw
from emergency_sim.report.texts import say

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from emergency_sim.analysis.district_frame import DistrictFrame
    from emergency_sim.report.map_cells import MapCells

FEWEST: Final = 30
"""Incidents under which a zone has no median of its own."""
ENDINGS: Final = (".png", ".svg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """One scenario as far as its maps need it.

    Parameters
    ----------
    name
        In words.
    frame
        Its district.
    incidents
        Columns ``zone`` and ``response_ms`` of all its replications.
    places
        Clinics, satellites and stations.
    """

    name: str
    frame: DistrictFrame
    incidents: pd.DataFrame
    places: tuple[MapPlace, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A figure, what it is drawn on, and the files it goes to."""

    figure: Figure
    cells: MapCells
    paths: tuple[Path, ...]


def draw_one(drawing: Drawing) -> None:
    """Draw a figure into its files (a unit of work for a worker process)."""
    draw(drawing.figure, drawing.cells, drawing.paths)


def change_drawings(
    before: Mapped, after: Mapped, cells: MapCells, folder: Path, name: str, lang: str
) -> list[Drawing]:
    """Return both maps of a variant, not drawn yet.

    Parameters
    ----------
    before, after
        Base and variant.
    cells
        Areas of the region.
    folder, name
        Files are called ``<map>-<name>.png`` and ``.svg``.
    lang
        ``nb`` or ``en``.
    """
    found: list[Drawing] = []
    maps = (
        ("response", style.RESPONSE, style.RESPONSE_CHANGE, ("station",), response_minutes, "few"),
        ("travel", style.TRAVEL, style.CHANGE, ("legevakt", "satellite"), clinic_minutes, "no_way"),
    )
    for key, classes, change, kinds, minutes, missing in maps:
        old, new = minutes(before), minutes(after)
        panels = tuple(
            Panel(
                title=_panel_title(say(when, lang), one.name),
                values=values,
                classes=classes,
                places=tuple(p for p in one.places if p.kind in kinds),
                missing=say(missing, lang),
            )
            for when, one, values in (("before", before, old), ("after", after, new))
        )
        difference = Panel(
            title=say("change", lang), values=new - old, classes=change, missing=say(missing, lang)
        )
        figure = Figure(
            title=say(f"{key}_title", lang),
            subtitle=say(f"{key}_subtitle", lang),
            panels=(*panels, difference),
            note=say(f"{key}_note", lang),
            lang=lang,
        )
        paths = tuple(folder / f"{key}-{name}{ending}" for ending in ENDINGS)
        found.append(Drawing(figure=figure, cells=cells, paths=paths))
    return found


def _panel_title(when: str, name: str) -> str:
    """Return the title of a map: when, and the scenario's name as far as there is room.

    Examples
    --------
    >>> _panel_title("After", "Six districts (invented)"), _panel_title("Before", "Before 2020")
    ('After: Six districts', 'Before 2020')
    """
    short = name.partition(" (")[0]
    return short if short.startswith(when) else f"{when}: {short}"


def clinic_minutes(scenario: Mapped) -> NDArray[np.float64]:
    """Return per zone the mean minutes to the open clinic with a doctor, NaN where there is none.

    The mean is over the legevakt hours of a plain week in which there is one.
    """
    frame = scenario.frame
    seconds = frame.access_doctor_s[:, legevakt_hours_of_week()]
    known = np.isfinite(seconds)
    total = np.where(known, seconds, 0.0).sum(axis=1)
    hours = known.sum(axis=1)
    mean = np.divide(total, hours, out=np.full(len(total), np.nan), where=hours > 0)
    return np.asarray(mean[~frame.outside] / 60.0)


def response_minutes(scenario: Mapped) -> NDArray[np.float64]:
    """Return per zone the median response time in minutes.

    A zone with fewer than 30 incidents has the median of its area; NaN where that has fewer, too.
    """
    frame = scenario.frame
    inside = ~frame.outside
    zones = np.array(frame.zone_ids)[inside]
    areas = np.array(frame.area)[inside]
    known = scenario.incidents.dropna(subset=["response_ms"])
    minutes = known["response_ms"].to_numpy(float) / 60_000.0
    zone = known["zone"].astype(str).to_numpy()
    area_of = dict(zip(zones.tolist(), areas.tolist(), strict=True))
    area = np.array([area_of.get(z, "") for z in zone.tolist()])
    by_zone, by_area = _medians(zone, minutes), _medians(area, minutes)
    nan = float("nan")
    return np.array([
        by_zone.get(z, by_area.get(a, nan)) for z, a in zip(zones.tolist(), areas.tolist(), strict=True)
    ])  # fmt: skip


def _medians(labels: NDArray[Any], values: NDArray[Any]) -> dict[str, float]:
    """Return the median of each label that has enough values."""
    order = np.argsort(labels, kind="stable")
    names, first = np.unique(labels[order], return_index=True)
    parts = np.split(values[order], first[1:])
    return {
        str(name): float(np.median(part))
        for name, part in zip(names, parts, strict=True)
        if len(part) >= FEWEST
    }
