"""A map of minutes by municipality, each written with its value: one look says who has it how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.report.chart import Chart
from emergency_sim.report.map_cells import map_cells
from emergency_sim.report.map_marks import MapPlace
from emergency_sim.report.maps import Figure, Panel, drawn
from emergency_sim.report.style import CLASSES, number
from emergency_sim.report.texts import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from emergency_sim.network import Region

_GAPE_M: Final = 120.0
_NO_VALUE: Final = {"nb": "ingen verdi", "en": "no value"}


def municipality_map(
    region: Region,
    values: Mapping[str, pd.Series[Any]],
    *,
    title: str,
    subtitle: str = "",
    note: str = "",
    classes: str | Mapping[str, str] = "response",
    digits: int = 0,
    lang: str = "en",
) -> Chart:
    """Return maps beside each other, in which each municipality has the colour of its value.

    Parameters
    ----------
    region
        A network with zones.
    values
        Title of each map and its minutes by number or name of municipality; NaN: no
        value; ``""``, people from elsewhere, is left out.
    title, subtitle, note
        Words above and below.
    classes
        Which borders and colours: ``travel``, ``response``, ``change`` or ``response_change``; for
        all maps, or for each by its title.
    digits
        Decimals of the values on the map.
    lang
        ``nb`` or ``en``.

    Raises
    ------
    ValueError
        The region has no zones with coordinates, or a municipality has no number or name there.
    """
    zones, cells = region.zones, map_cells(region)
    if zones is None or cells is None:
        raise ValueError("the region has no zones with coordinates, so there is nothing to draw")
    numbers = np.asarray(zones.municipality, dtype=object)
    names = dict(zip(zones.municipality, zones.municipality_name, strict=True))
    by_name = {name: key for key, name in names.items()}
    shapes = np.asarray(cells.cells, dtype=object)
    areas = {key: _joined(shapes[numbers == key]) for key in names}
    people = np.asarray(zones.population.sum(axis=1))
    panels, said = [], []
    for heading, series in values.items():
        minutes = {}
        for label, value in series.items():
            if label == "":  # people from other regions
                continue
            key = by_name.get(str(label), str(label))
            if key not in areas:
                raise ValueError(f"{label}: the region has no such municipality")
            minutes[key] = float(value)
        colours = CLASSES[classes if isinstance(classes, str) else classes[heading]]
        places, listed = [], []
        order = sorted(areas, key=lambda key: -float(people[numbers == key].sum()))
        for key in order:
            value = minutes.get(key, float("nan"))
            own = numbers == key
            x, y = (float(np.average(c[own], weights=people[own])) for c in (zones.x, zones.y))
            text = number(value, digits, lang, signed=colours.signed)
            told = f"{names[key]} {text}"
            listed.append(told)
            if not (colours.signed and text == "0"):  # what stays as it is needs no name
                places.append(MapPlace(name=told, kind="name", x=x, y=y))
        panels.append(
            Panel(
                title=heading, classes=colours, places=tuple(places),
                values=np.array([minutes.get(k, np.nan) for k in numbers.tolist()]),
                missing=_NO_VALUE[lang], borders=tuple(areas.values()),
            )
        )  # fmt: skip
        said.append(f"{heading}, {say('minutes', lang).lower()}: {', '.join(sorted(listed))}")
    figure = Figure(title=title, subtitle=subtitle, panels=tuple(panels), note=note, lang=lang)
    return Chart(figure=drawn(figure, cells), words=f"{title}: {'; '.join(said)}.")


def _joined(cells: NDArray[Any]) -> Any:
    """Return cells as one area: neighbours were simplified each by itself and may gape."""
    import shapely

    return shapely.buffer(shapely.union_all(shapely.buffer(cells, _GAPE_M)), -_GAPE_M)
