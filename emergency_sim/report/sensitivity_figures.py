"""Pictures of a sensitivity analysis: the range of differences, what moves them, shares of variance."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.kpis import KPIS
from emergency_sim.report.chart import Chart, Heading, legend, sheet
from emergency_sim.report.sensitivity_words import (
    direction,
    effect_sentence,
    figure_name,
    range_sentence,
    said,
)
from emergency_sim.report.style import INK, QUIET, SERIES, amount, number, unit_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

MOST_BARS: Final = 12
CALIBRATIONS: Final = ("ssb", "watchtower", "as given")
_MARKS: Final = ("o", "^", "o")
_COLOURS: Final = {"up": SERIES[1], "down": SERIES[0], "either": "#a3aeb8"}
_PANEL: Final = 0.92
"""Inches of a difference, with the gap below it."""


def range_figure(
    draws: pd.DataFrame,
    wanted: Sequence[tuple[str, str, str]],
    as_given: Mapping[tuple[str, str, str, str], float] | None = None,
    *,
    lang: str = "en",
) -> Chart:
    """Return every draw's difference, a panel a figure and variant.

    Parameters
    ----------
    draws
        ``sensitivity/range.parquet``.
    wanted
        Indicator, kind of group and group; those that no draw has are left out.
    as_given
        Difference with all parameters as given by variant, indicator, kind of group and group.
    lang
        ``nb`` or ``en``.

    Raises
    ------
    ValueError
        No draw has any of them.
    """
    rows = [
        (variant, *key)
        for variant in draws["variant_id"].unique()
        for key in wanted
        if len(_own(draws, (variant, *key)))
    ]
    if not rows:
        raise ValueError("no draw has a difference")
    count = int(draws["draw"].nunique())
    heading = Heading(
        title=said("range_title", lang),
        subtitle=said("range_subtitle", lang).format(n=count),
        note=said("range_note", lang),
    )
    figure, panels = sheet(
        heading, body=_PANEL * len(rows), rows=len(rows), gap=0.42, left=3.1, right=1.85, above=0.3,
        below=0.35,
    )  # fmt: skip
    several = draws["variant_id"].nunique() > 1
    words = []
    for axes, row in zip(panels[:, 0], rows, strict=True):
        words.append(_range_row(axes, row, _own(draws, row), as_given or {}, lang))
        name = figure_name(row[1:], lang, row[0] if several else "")
        axes.set_yticks([0], [textwrap.fill(name, 38)])
    _range_legend(panels[0, 0], sorted(draws["calibration"].unique()), bool(as_given), lang)
    return Chart(figure=figure, words=" ".join(words))


def _own(draws: pd.DataFrame, row: tuple[str, str, str, str]) -> pd.DataFrame:
    keys = zip(("variant_id", "kpi", "group_kind", "group"), row, strict=True)
    mask = np.isfinite(draws["difference"].to_numpy(float))
    for column, value in keys:
        mask &= (draws[column] == value).to_numpy()
    found: pd.DataFrame = draws.loc[mask]
    return found


def _range_row(
    axes: Any,
    row: tuple[str, str, str, str],
    own: pd.DataFrame,
    as_given: Mapping[tuple[str, str, str, str], float],
    lang: str,
) -> str:
    indicator = KPIS[row[1]].indicator
    scale = 100.0 if indicator.unit == "share" else 1.0
    values = scale * own["difference"].to_numpy(float)
    matters = scale * indicator.relevant_difference
    low, high = (float(x) for x in np.quantile(values, [0.05, 0.95]))
    left, right = _limits(values, low, high, matters)
    axes.axvspan(-matters, matters, color=QUIET, alpha=0.12, linewidth=0)
    axes.axvline(0, color=INK, linewidth=0.9)
    axes.plot([low, high], [0, 0], color=QUIET, linewidth=6, alpha=0.45, solid_capstyle="butt")
    names, numbers = own["calibration"].to_numpy(), own["draw"].to_numpy()
    for k, name in enumerate(CALIBRATIONS):
        mine = names == name
        height = np.linspace(-0.28, 0.28, 5)[numbers[mine] % 5]
        axes.plot(
            np.clip(values[mine], left, right), height, _MARKS[k], color=SERIES[k % 2],
            markersize=3.6, alpha=0.7, markeredgewidth=0, clip_on=False,
        )  # fmt: skip
    if row in as_given:
        axes.plot([scale * as_given[row]] * 2, [-0.42, 0.42], color=INK, linewidth=2.2)
    axes.set(xlim=(left, right), ylim=(-0.5, 0.5))
    axes.locator_params(axis="x", nbins=6)
    ends = [amount(x / scale, indicator.unit, lang, signed=True) for x in (low, high)]
    text = f"{ends[0]} {said('to', lang)} {ends[1]} {unit_name(indicator.unit, lang)}"
    outside = int(np.sum((values < left) | (values > right)))
    if outside:
        text += f"\n{said('outside', lang).format(n=outside)}"
    axes.annotate(
        text, (1, 0.5), xycoords="axes fraction", xytext=(10, 0), size=9, color=INK,
        textcoords="offset points", va="center", annotation_clip=False,
    )  # fmt: skip
    return range_sentence(row, own, as_given.get(row), lang)


def _limits(
    values: NDArray[np.float64], low: float, high: float, matters: float
) -> tuple[float, float]:
    """Return where the axis ends: single draws far off stand at the end, and are counted."""
    width = max(high - low, 2 * matters)
    left = min(max(float(values.min()), low - width), -1.2 * matters)
    right = max(min(float(values.max()), high + width), 1.2 * matters)
    margin = 0.03 * (right - left)
    return left - margin, right + margin


def _range_legend(axes: Any, calibrations: Sequence[str], given: bool, lang: str) -> None:
    from matplotlib.lines import Line2D

    handles: list[Any] = []
    for name in calibrations:
        k = CALIBRATIONS.index(name)
        handles.append(
            Line2D([], [], marker=_MARKS[k], linestyle="", color=SERIES[k % 2], markersize=4,
                   label=said("a_draw", lang).format(calibration=name))
        )  # fmt: skip
    handles.append(Line2D([], [], color=QUIET, alpha=0.45, linewidth=5, label=said("band", lang)))
    if given:
        handles.append(Line2D([], [], color=INK, linewidth=2, label=said("as_given", lang)))
    legend(axes, handles, columns=len(handles), loc="lower center", bbox_to_anchor=(0.3, 1.02))


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
            none=len(effects) - len(own), all=len(effects), steps=int(first["steps"])
        ),
    )
    figure, ((axes,),) = sheet(
        heading, body=0.34 * len(shown) + 0.25, left=3.9, right=1.5, above=0.25
    )
    scale = 100.0 if unit == "share" else 1.0
    for y, effect in enumerate(_records(shown)):
        axes.barh(y, scale * effect["mu_star"], height=0.62, color=_COLOURS[direction(effect)],
                  alpha=0.85)  # fmt: skip
        half = effect["mu_star_conf"]
        ends = scale * max(effect["mu_star"] - half, 0), scale * (effect["mu_star"] + half)
        axes.plot(ends, [y, y], color=INK, linewidth=1)
        axes.plot(scale * effect["sigma"], y, "|", color=INK, markersize=11, markeredgewidth=1.8)
        axes.annotate(
            said("flips", lang).format(n=effect["flips"], all=effect["steps"])
            if effect["flips"]
            else said("no_flips", lang),
            (1, y), xycoords=("axes fraction", "data"), xytext=(8, 0), size=8.5, va="center",
            textcoords="offset points", color=INK if effect["flips"] else QUIET,
            annotation_clip=False,
        )  # fmt: skip
    labels = [_parameter(effect, lang) for effect in _records(shown)]
    axes.set_yticks(range(len(shown)), labels)
    matters = scale * float(first["relevant_difference"])
    axes.axvline(matters, color=INK, linewidth=1, linestyle=(0, (4, 3)))
    axes.set(ylim=(len(shown) - 0.4, -0.6), xlabel=unit_name(unit, lang))
    axes.set_xlim(left=0)
    _effects_legend(axes, lang)
    top = "; ".join(effect_sentence(e, lang) for e in _records(shown.head(3)))
    return Chart(figure=figure, words=f"{name}: {top}.")


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


def _effects_legend(axes: Any, lang: str) -> None:
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
    legend(axes, handles, columns=5, loc="lower center", bbox_to_anchor=(0.25, 1.0))


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
        note=said("shares_note", lang),
    )
    figure, ((axes,),) = sheet(heading, body=0.5 * len(own) + 0.25, left=3.9, right=0.5, above=0.25)
    for y, row in enumerate(_records(own)):
        for column, shift, colour in (("first", -0.19, SERIES[0]), ("total", 0.19, SERIES[5])):
            value, half = 100 * row[column], 100 * row[f"{column}_conf"]
            axes.barh(y + shift, max(value, 0), height=0.34, color=colour)
            axes.plot([value - half, value + half], [y + shift] * 2, color=INK, linewidth=1)
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
        f"({number(100 * row['total'], 0, lang)} %)"
        for row in _records(own)
    )
    return Chart(figure=figure, words=f"{name}: {told}.")
