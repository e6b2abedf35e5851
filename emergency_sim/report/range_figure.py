"""A picture of a sensitivity analysis: every draw's differences from the base."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.kpis import KPIS
from emergency_sim.report.chart import Chart, Heading, legend, sheet
from emergency_sim.report.sensitivity_words import figure_name, range_sentence, said
from emergency_sim.report.style import INK, QUIET, SERIES, amount, unit_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

CALIBRATIONS: Final = ("ssb", "watchtower", "as given")
_MARKS: Final = ("o", "^", "o")
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
