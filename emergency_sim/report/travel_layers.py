"""The layers of a travel-time GeoPackage: zones, isochrones, sites and roads, each with its look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from emergency_sim.network.projection import CRS
from emergency_sim.report.geopackage import Layer, Style
from emergency_sim.report.map_texts import map_word
from emergency_sim.report.qgis_style import Rule, Symbol, class_rules, qml
from emergency_sim.report.style import CHANGE, FERRY, INK, QUIET, SITE, TRAVEL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emergency_sim.report.style import Classes

MINUTES: Final = ("minutes", "minutes_before", "minutes_after")
"""Columns of minutes that a layer of zones may have."""
CHANGED: Final = "change_min"
MAIN_ROADS: Final = ("motorway", "trunk", "primary", "secondary")


def zones_layer(
    frame: Any, lang: str, *, travel: Classes = TRAVEL, change: Classes = CHANGE
) -> Layer:
    """Return the zones; with a change in it they open showing the change.

    Parameters
    ----------
    frame
        GeoDataFrame of areas: ``minutes``, or ``minutes_before``, ``minutes_after`` and
        ``change_min`` (NaN: no way), and what else is known: ``population``, ``municipality``,
        ``facility`` …
    lang
        ``nb`` or ``en``.
    travel, change
        Classes of minutes and of their change.

    Raises
    ------
    ValueError
        No column of minutes.
    """
    wanted = [(CHANGED, change), *((name, travel) for name in reversed(MINUTES))]
    styles = [
        _minutes_style(name, classes, lang) for name, classes in wanted if name in frame.columns
    ]
    if not styles:
        raise ValueError(f"zones need one of {', '.join((*MINUTES, CHANGED))}")
    return Layer(
        name="zones", frame=frame, styles=tuple(styles), description=_heading(travel, lang)
    )


def isochrones_layer(
    areas: Sequence[Any], classes: Classes, lang: str, *, name: str = "isochrones"
) -> Layer:
    """Return the areas of equal time as a layer, a row per class.

    Parameters
    ----------
    areas
        Shapely geometries, one per class (:func:`emergency_sim.network.isochrones.bands`).
    classes
        Their borders and colours.
    lang
        ``nb`` or ``en``.
    name
        Of the layer: ``isochrones_after`` and ``isochrones_change`` stand beside the first.

    Returns
    -------
    Layer
        Columns ``class`` from 0, ``label``, ``from_min`` and ``to_min`` (null: open), ``km2``;
        without classes that nothing lies in.
    """
    import geopandas

    labels = classes.labels(lang)
    if len(areas) != len(labels):
        raise ValueError(f"{len(labels)} classes need as many areas, not {len(areas)}")
    nan = float("nan")
    columns = {
        "class": range(len(labels)),
        "label": [f"{label} min" for label in labels],
        "from_min": [nan, *classes.breaks],
        "to_min": [*classes.breaks, nan],
        "km2": [round(area.area / 1e6, 3) for area in areas],
    }
    frame = geopandas.GeoDataFrame(columns, geometry=list(areas), crs=CRS)
    rules = [
        Rule(filter=f'"class" = {i}', label=label, symbol=Symbol(kind="fill", colour=colour))
        for i, (label, colour) in enumerate(zip(labels, classes.colours, strict=True))
    ]
    heading = _heading(classes, lang)
    return Layer(
        name=name,
        frame=frame[~frame.geometry.is_empty].reset_index(drop=True),
        styles=(Style(name=name, qml=qml(rules, heading=heading)),),
        description=heading,
    )


def sites_layer(frame: Any, lang: str, *, description: str = "") -> Layer:
    """Return the facilities, drawn by whether they are open, opened or closed.

    Parameters
    ----------
    frame
        GeoDataFrame of points with ``name`` and ``state``: ``open``, ``opened`` or ``closed``.
    lang
        ``nb`` or ``en``.
    description
        What facilities they are.
    """
    marks = {
        "open": Symbol(kind="marker", colour=SITE, edge="#ffffff", width=0.3),
        "opened": Symbol(
            kind="marker", colour=SITE, edge="#ffffff", width=0.3, shape="star", size=4.4
        ),
        "closed": Symbol(
            kind="marker", colour="#ffffff", edge=INK, width=0.4, shape="cross_fill", size=3.6
        ),
    }
    rules = [
        Rule(filter=f"\"state\" = '{state}'", label=map_word(state, lang), symbol=mark)
        for state, mark in marks.items()
    ]
    style = Style(name="sites", qml=qml(rules, heading=description, label_field="name"))
    return Layer(name="sites", frame=frame, styles=(style,), description=description)


def roads_layer(frame: Any, lang: str) -> Layer:
    """Return roads and ferries.

    Parameters
    ----------
    frame
        GeoDataFrame of lines with ``highway`` (class of road, ``ferry`` for a ferry) and what
        else is known: ``name``, ``speed_kmh`` …
    lang
        ``nb`` or ``en``.
    """
    main = ", ".join(f"'{name}'" for name in MAIN_ROADS)
    rules = [
        Rule(
            filter=f'"highway" IN ({main})', label=map_word("main_road", lang),
            symbol=Symbol(kind="line", colour=QUIET, width=0.4),
        ),
        Rule(
            filter="\"highway\" = 'ferry'", label=map_word("ferry", lang),
            symbol=Symbol(kind="line", colour=FERRY, width=0.4, dashed=True),
        ),
        Rule(
            filter="ELSE", label=map_word("road", lang),
            symbol=Symbol(kind="line", colour=QUIET, width=0.15),
        ),
    ]  # fmt: skip
    return Layer(name="roads", frame=frame, styles=(Style(name="roads", qml=qml(rules)),))


def _minutes_style(column: str, classes: Classes, lang: str) -> Style:
    rules = class_rules(column, classes, lang, missing=map_word("no_way", lang))
    when = {"minutes_before": "before", "minutes_after": "after"}.get(column)
    heading = _heading(classes, lang)
    if when:
        heading += f" ({map_word(when, lang).lower()})"
    return Style(name=column, qml=qml(rules, heading=heading))


def _heading(classes: Classes, lang: str) -> str:
    return map_word("change_minutes" if classes.signed else "minutes", lang)
