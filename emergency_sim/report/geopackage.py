"""One GeoPackage for planners: layers that open in QGIS with their colours, and what they are."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.domain.new_folder import new_file
from emergency_sim.network.projection import CRS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_GEOMETRY: Final = "geom"
_TABLES: Final = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
    f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME
);
CREATE TABLE about (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL
);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """A look of a layer.

    Parameters
    ----------
    name
        In QGIS' list of the layer's styles.
    qml
        QGIS' own text (:func:`emergency_sim.report.qgis_style.qml`).
    """

    name: str
    qml: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A layer of the file.

    Parameters
    ----------
    name
        Of its table: lower-case ASCII letters, digits and ``_``.
    frame
        A GeoDataFrame in EPSG:25833.
    styles
        The first is the one that QGIS opens the layer with.
    description
        In words, shown by QGIS' browser.
    """

    name: str
    frame: Any
    styles: tuple[Style, ...] = ()
    description: str = ""


def write_geopackage(
    path: Path, layers: Sequence[Layer], *, about: Mapping[str, str], date: str
) -> None:
    """Write layers, their styles and a table ``about`` into one file.

    Parameters
    ----------
    path
        File to write; an older one is replaced once the new one is complete.
    layers
        In the order in which QGIS offers them.
    about
        Licence, source, which wait for ferries the minutes hold (R8) …, by name.
    date
        ``2026-11-22T12:00:00Z``: stands as the time of the last change, so that the same input
        gives the same file.

    Raises
    ------
    ValueError
        No layers, two of the same name, or coordinates that are not EPSG:25833.
    InputFaults
        The file cannot be written there.
    """
    import pyogrio

    names = [layer.name for layer in layers]
    if not names or len(set(names)) != len(names):
        raise ValueError(f"each layer needs a name of its own, not {names}")
    for layer in layers:
        if layer.frame.crs is None or layer.frame.crs.to_epsg() != 25833:
            raise ValueError(f"layer {layer.name} must be in {CRS}, not {layer.frame.crs}")
    with new_file(path) as aside:
        for number, layer in enumerate(layers):
            pyogrio.write_dataframe(
                layer.frame, aside, layer=layer.name, driver="GPKG", append=number > 0,
                geometry_name=_GEOMETRY, promote_to_multi=_is_area(layer.frame),
                dataset_options={"VERSION": "1.3"} if number == 0 else {},
            )  # fmt: skip
        with closing(sqlite3.connect(aside)) as file, file:
            _complete(file, layers, about, date)


def _is_area(frame: Any) -> bool:
    """Return whether a layer holds polygons: one of them may be in parts."""
    return bool(frame.geom_type.str.contains("Polygon").any())


def _complete(
    file: sqlite3.Connection, layers: Sequence[Layer], about: Mapping[str, str], date: str
) -> None:
    """Add styles and facts, and put the date where GDAL wrote the time."""
    file.executescript(_TABLES)
    file.executemany(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
        "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, "
        "update_time) VALUES ('', '', ?, ?, ?, ?, '', ?, '', '', ?)",
        [
            (layer.name, _GEOMETRY, style.name, style.qml, int(number == 0), date)
            for layer in layers
            for number, style in enumerate(layer.styles)
        ],
    )
    file.executemany("INSERT INTO about (key, value) VALUES (?, ?)", list(about.items()))
    # QGIS looks for styles only in a table that the file itself lists.
    file.executemany(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES (?, 'attributes', ?)",
        [(name, name) for name in ("layer_styles", "about")],
    )
    file.executemany(
        "UPDATE gpkg_contents SET description = ? WHERE table_name = ?",
        [(layer.description, layer.name) for layer in layers],
    )
    file.execute("UPDATE gpkg_contents SET last_change = ?", (date,))
