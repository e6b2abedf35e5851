"""Pictures of a sensitivity analysis: what moves a figure, shares of its variance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from emergency_sim.report.chart import Chart, Heading, legend, sheet
from emergency_sim.report.sensitivity_words import (
    chance_of,
    direction,
    effect_sentence,
    figure_name,
    is_chance,
    said,
)
from emergency_sim.report.style import INK, QUIET, SERIES, number, unit_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

MOST_BARS: Final = 12
_COLOURS: Final = {"up": SERIES[1], "down": SERIES[0], "either": "#a3aeb8"}
_PALE: Final = 0.3
"""Opacity of a bar that is not distinguishable from chance."""


def effects_figure(effects: pd.DataFrame, *, lang: str = "en", most: int = MOST_BARS) -> Chart:
    """Return the largest effects of one figure as bars (Morris).

    Parameters
    ----------
    effects
        Rows of ``sensitivity/morris.parquet`` that belong to one figure.
    lang
        ``nb`` or ``en``.
    most
        Bars at most.

    Raises
    ------
    ValueError
        Nothing has an effect.
    """
    own = effects[effects["mu_star"] > 0].sort_values("mu_star", ascending=False, kind="stable")
    if own.empty:
        raise ValueError("nothing that is varied moves this figure")
    shown = own.head(most)
    first = shown.iloc[0]
    unit = str(first["unit"])
    key = (str(first["kpi"]), str(first["group_kind"]), str(first["group"]))
    name = figure_name(key, lang, str(first["variant"]))
    heading = Heading(
        title=said("effects_title", lang),
        subtitle=said(f"effects_of_{first['what']}", lang).format(figure=name),
        note=said("effects_note", lang).format(
            none=len(effects) - len(own),
            all=len(effects),
            steps=int(first["steps"]),
            chance=said(f"chance_{_known(own)}", lang),
        ),
    )
    figure, ((axes,),) = sheet(
        heading, body=0.34 * len(shown) + 0.25, left=3.9, right=1.5, above=0.25
    )
    scale = 100.0 if unit == "share" else 1.0
    for y, effect in enumerate(_records(shown)):
        pale = is_chance(effect)
        axes.barh(y, scale * effect["mu_star"], height=0.62, color=_COLOURS[direction(effect)],
                  alpha=_PALE if pale else 0.85)  # fmt: skip
        half = effect["mu_star_conf"]
        ends = scale * max(effect["mu_star"] - half, 0), scale * (effect["mu_star"] + half)
        axes.plot(ends, [y, y], color=INK, linewidth=1)
        axes.plot(scale * effect["sigma"], y, "|", color=INK, markersize=11, markeredgewidth=1.8)
        _mark_chance(axes, y, scale, effect)
        strong = effect["flips"] and not pale
        axes.annotate(
            _beside(effect, lang), (1, y), xycoords=("axes fraction", "data"), xytext=(8, 0),
            size=8.5, va="center", textcoords="offset points", color=INK if strong else QUIET,
            annotation_clip=False,
        )  # fmt: skip
    labels = [_parameter(effect, lang) for effect in _records(shown)]
    axes.set_yticks(range(len(shown)), labels)
    matters = scale * float(first["relevant_difference"])
    axes.axvline(matters, color=INK, linewidth=1, linestyle=(0, (4, 3)))
    axes.set(ylim=(len(shown) - 0.4, -0.6), xlabel=unit_name(unit, lang))
    axes.set_xlim(left=0)
    _effects_legend(axes, lang, chance=_known(own) == "known")
    top = "; ".join(effect_sentence(e, lang) for e in _records(shown.head(3)))
    return Chart(figure=figure, words=f"{name}: {top}.")


def _beside(effect: Mapping[str, Any], lang: str) -> str:
    """Return what stands beside a bar."""
    if is_chance(effect):
        return said("may_be_chance", lang)
    if not effect["flips"]:
        return said("no_flips", lang)
    return said("flips", lang).format(n=effect["flips"], all=effect["steps"])


def _known(effects: pd.DataFrame) -> str:
    """Return whether it is known what chance alone makes: ``known`` or ``unknown``."""
    return "known" if any(chance_of(e) is not None for e in _records(effects)) else "unknown"


def _mark_chance(axes: Any, y: float, scale: float, effect: Mapping[str, Any]) -> None:
    """Draw what chance alone stays under, where it makes anything."""
    chance = chance_of(effect)
    if chance:
        axes.plot(scale * chance, y, "D", color=INK, markerfacecolor="white", markersize=4.5)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def _parameter(effect: Mapping[str, Any], lang: str) -> str:
    if effect["parameter"] == "calibration":
        return "calibration (ssb, watchtower)"
    low, high = (number(float(effect[k]), _digits(effect), lang) for k in ("low", "high"))
    unit = str(effect["parameter_unit"])
    shown = said(unit, lang) if unit in ("factor", "share of the base's units") else unit
    return f"{effect['parameter']} ({low} {said('to', lang)} {high} {shown})"


def _digits(effect: Mapping[str, Any]) -> int:
    wide = float(effect["high"]) - float(effect["low"])
    return 0 if wide >= 10 else 1 if wide >= 1 else 2


def _effects_legend(axes: Any, lang: str, *, chance: bool) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles = [
        Patch(color=_COLOURS["up"], alpha=0.85, label=said("raises", lang)),
        Patch(color=_COLOURS["down"], alpha=0.85, label=said("lowers", lang)),
        Patch(color=_COLOURS["either"], alpha=0.85, label=said("both", lang)),
        Line2D([], [], marker="|", linestyle="", color=INK, markersize=11, markeredgewidth=1.8,
               label=said("sigma", lang)),
        Line2D([], [], color=INK, linestyle=(0, (4, 3)), linewidth=1, label=said("line", lang)),
    ]  # fmt: skip
    if chance:
        handles.append(
            Line2D([], [], marker="D", linestyle="", color=INK, markerfacecolor="white",
                   markersize=4.5, label=said("chance", lang).removeprefix("◇ "))
        )  # fmt: skip
    legend(axes, handles, columns=len(handles), loc="lower center", bbox_to_anchor=(0.25, 1.0))


def shares_figure(indices: pd.DataFrame, *, lang: str = "en") -> Chart:
    """Return first-order and total shares of one figure's variance (Sobol).

    Parameters
    ----------
    indices
        Rows of ``sensitivity/sobol.parquet`` that belong to one figure.
    lang
        ``nb`` or ``en``.

    Raises
    ------
    ValueError
        No rows.
    """
    from matplotlib.patches import Patch

    if indices.empty:
        raise ValueError("no indices of this figure")
    own = indices.sort_values("total", ascending=False, kind="stable")
    first = own.iloc[0]
    key = (str(first["kpi"]), str(first["group_kind"]), str(first["group"]))
    name = figure_name(key, lang, str(first["variant"]))
    heading = Heading(
        title=said("shares_title", lang),
        subtitle=said(f"shares_of_{first['what']}", lang).format(figure=name),
        note=said("shares_note", lang).format(chance=said(f"shares_chance_{_known(own)}", lang)),
    )
    figure, ((axes,),) = sheet(heading, body=0.5 * len(own) + 0.25, left=3.9, right=0.5, above=0.25)
    for y, row in enumerate(_records(own)):
        for column, shift, colour in (("first", -0.19, SERIES[0]), ("total", 0.19, SERIES[5])):
            value, half = 100 * row[column], 100 * row[f"{column}_conf"]
            pale = column == "total" and is_chance(row, "total")
            axes.barh(
                y + shift, max(value, 0), height=0.34, color=colour, alpha=_PALE if pale else 1.0
            )
            axes.plot([value - half, value + half], [y + shift] * 2, color=INK, linewidth=1)
        _mark_chance(axes, y + 0.19, 100, row)
    axes.set_yticks(range(len(own)), [_parameter(row, lang) for row in _records(own)])
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set(ylim=(len(own) - 0.4, -0.6), xlabel=said("of_variance", lang))
    handles = [
        Patch(color=SERIES[0], label=said("alone", lang)),
        Patch(color=SERIES[5], label=said("together", lang)),
    ]
    legend(axes, handles, columns=2, loc="lower center", bbox_to_anchor=(0.35, 1.0))
    told = "; ".join(
        f"{row['parameter']} {number(100 * row['first'], 0, lang)} % "
        f"({number(100 * row['total'], 0, lang)} %"
        f"{', ' + said('by_chance', lang) if is_chance(row, 'total') else ''})"
        for row in _records(own)
    )
    return Chart(figure=figure, words=f"{name}: {told}.")
