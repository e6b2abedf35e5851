"""How a layer looks in QGIS, as the QML text that travels with the data."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from emergency_sim.report.style import EDGE, INK, LAND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emergency_sim.report.style import Classes

DOCTYPE: Final = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
VERSION: Final = "3.28.0"
"""The oldest QGIS that is meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """How something is drawn.

    Parameters
    ----------
    kind
        ``fill``, ``line`` or ``marker``.
    colour
        ``#rrggbb``.
    edge
        Colour of the outline of an area or a mark.
    width
        Of the line or outline, millimetres.
    dashed
        The line has gaps.
    shape
        Of a mark: ``circle``, ``triangle``, ``square``, ``star``, ``cross_fill`` …
    size
        Of a mark, millimetres.
    pattern
        Of an area: ``solid`` or a hatching such as ``b_diagonal``.
    """

    kind: str
    colour: str
    edge: str = EDGE
    width: float = 0.1
    dashed: bool = False
    shape: str = "circle"
    size: float = 2.6
    pattern: str = "solid"

    def options(self) -> dict[str, str]:
        """Return QGIS' own words for this symbol."""
        colour, edge = _rgba(self.colour), _rgba(self.edge)
        if self.kind == "line":
            return {
                "line_color": colour, "line_width": f"{self.width:g}", "line_width_unit": "MM",
                "line_style": "dash" if self.dashed else "solid", "capstyle": "round",
            }  # fmt: skip
        outline = {
            "color": colour, "outline_color": edge, "outline_style": "solid",
            "outline_width": f"{self.width:g}", "outline_width_unit": "MM",
        }  # fmt: skip
        if self.kind == "fill":
            return outline | {"style": self.pattern}
        return outline | {"name": self.shape, "size": f"{self.size:g}", "size_unit": "MM"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What is drawn how.

    Parameters
    ----------
    filter
        QGIS expression; ``ELSE``: what no other rule takes; empty: everything.
    label
        In the legend.
    symbol
        How it is drawn.
    """

    filter: str
    label: str
    symbol: Symbol


def class_rules(field: str, classes: Classes, lang: str, *, missing: str = "") -> tuple[Rule, ...]:
    """Return a rule for each class of a number, with the borders that the tables count by.

    Parameters
    ----------
    field
        Column of the layer.
    classes
        A class holds its lower border (QGIS' graduated classes would hold both).
    lang
        ``nb`` or ``en``.
    missing
        Legend of what has no number; empty: it is not drawn.

    Examples
    --------
    >>> from emergency_sim.report.style import TRAVEL
    >>> [rule.filter for rule in class_rules("minutes", TRAVEL, "en")][1:3]
    ['"minutes" >= 12 AND "minutes" < 25', '"minutes" >= 25 AND "minutes" < 40']
    """
    borders = [f"{b:g}" for b in classes.breaks]
    filters = [
        f'"{field}" < {borders[0]}',
        *(f'"{field}" >= {low} AND "{field}" < {high}' for low, high in pairwise(borders)),
        f'"{field}" >= {borders[-1]}',
    ]
    rules = [
        Rule(filter=f, label=label, symbol=Symbol(kind="fill", colour=colour))
        for f, label, colour in zip(filters, classes.labels(lang), classes.colours, strict=True)
    ]
    if missing:
        hatched = Symbol(kind="fill", colour=LAND, pattern="b_diagonal")
        rules.append(Rule(filter=f'"{field}" IS NULL', label=missing, symbol=hatched))
    return tuple(rules)


def qml(rules: Sequence[Rule], *, heading: str = "", label_field: str = "") -> str:
    """Return the style of a layer.

    Parameters
    ----------
    rules
        In the order of the legend; what comes first is drawn first.
    heading
        Above them in the legend: what the numbers are, and their unit.
    label_field
        Column whose text is written beside each mark; empty: nothing is.
    """
    root = ET.Element(
        "qgis", version=VERSION, styleCategories="Symbology|Labeling",
        labelsEnabled="1" if label_field else "0",
    )  # fmt: skip
    renderer = ET.SubElement(
        root, "renderer-v2", type="RuleRenderer", symbollevels="0", enableorderby="0",
        forceraster="0",
    )  # fmt: skip
    group = ET.SubElement(renderer, "rules", key=_key("rules", heading))
    if heading:
        group = ET.SubElement(group, "rule", key=_key("heading", heading), label=heading)
    symbols = ET.SubElement(renderer, "symbols")
    for number, rule in enumerate(rules):
        name = str(number)
        entry = ET.SubElement(
            group, "rule", key=_key(name, rule.label), symbol=name, label=rule.label
        )
        if rule.filter:
            entry.set("filter", rule.filter)
        _draw(symbols, name, rule.symbol)
    if label_field:
        _label(root, label_field)
    return DOCTYPE + ET.tostring(root, encoding="unicode")


_LAYERS: Final = {"fill": "SimpleFill", "line": "SimpleLine", "marker": "SimpleMarker"}


def _draw(symbols: ET.Element, name: str, symbol: Symbol) -> None:
    entry = ET.SubElement(
        symbols, "symbol", name=name, type=symbol.kind, alpha="1", clip_to_extent="1",
        force_rhr="0",
    )  # fmt: skip
    layer = ET.SubElement(
        entry, "layer", {"class": _LAYERS[symbol.kind], "enabled": "1", "locked": "0", "pass": "0"}
    )
    options = ET.SubElement(layer, "Option", type="Map")
    for key, value in symbol.options().items():
        ET.SubElement(options, "Option", name=key, type="QString", value=value)


def _label(root: ET.Element, field: str) -> None:
    settings = ET.SubElement(ET.SubElement(root, "labeling", type="simple"), "settings")
    text = ET.SubElement(
        settings, "text-style", fieldName=field, isExpression="0", fontSize="9",
        fontSizeUnit="Point", textColor=_rgba(INK), textOpacity="1",
    )  # fmt: skip
    ET.SubElement(
        text, "text-buffer", bufferDraw="1", bufferSize="0.8", bufferSizeUnits="MM",
        bufferColor="255,255,255,255", bufferOpacity="1",
    )  # fmt: skip
    ET.SubElement(settings, "placement", placement="6", dist="1", distUnits="MM")


def _rgba(colour: str) -> str:
    """Return a colour as QGIS writes it.

    Examples
    --------
    >>> _rgba("#41b6c4")
    '65,182,196,255'
    """
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"{red},{green},{blue},255"


def _key(*words: str) -> str:
    """Return a name as QGIS wants it, the same in each writing of the same style."""
    return "{" + str(uuid5(NAMESPACE_URL, "/".join(("emergency_sim", *words)))) + "}"
