"""What the model says beside what is known: exact results or published figures, a row each."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.report.chart import Chart, Heading, legend, sheet
from emergency_sim.report.style import INK, QUIET, SERIES, number

if TYPE_CHECKING:
    import pandas as pd

_ROW: Final = 0.36
_LEFT: Final = 3.3
_WRAP: Final = 46
_CERTAIN: Final = 2.0
_TICKS: Final = (
    0.5, 0.67, 0.8, 0.9, 0.95, 1.0, 1.05, 1.1, 1.25, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0,
)  # fmt: skip
_FAR: Final = 0.045
"""Ticks keep so far apart, as a share of the axis."""
_KINDS: Final = {"independent": (SERIES[1], "o"), "exact": (SERIES[0], "o")}
_OTHER: Final = ("#8a97a3", "s")
_WORDS: Final[dict[str, dict[str, str]]] = {
    "nb": {
        "axis": "simulert delt på kjent (logaritmisk)", "kinds": "kjent · simulert",
        "says": "{figure}: {target} kjent, {simulated} simulert",
        "independent": "uavhengig", "input": "inndata", "used in calibration": "brukt i kalibrering",
        "exact": "eksakt svar",
    },
    "en": {
        "axis": "simulated divided by known (logarithmic)", "kinds": "known · simulated",
        "says": "{figure}: {target} known, {simulated} simulated",
        "independent": "independent", "input": "input",
        "used in calibration": "used in calibration", "exact": "exact answer",
    },
}  # fmt: skip


def reference_figure(
    table: pd.DataFrame, *, title: str, subtitle: str = "", note: str = "", lang: str = "en"
) -> Chart:
    """Return a row for each figure: simulated over known, with two standard errors on either side.

    Parameters
    ----------
    table
        Columns ``figure``, ``target``, ``simulated``, ``standard_error`` (NaN: no chance) and
        ``kind`` (``independent``, ``exact``, ``input``, ``used in calibration``).
    title, subtitle, note
        Words above and below.
    lang
        ``nb`` or ``en``.

    Raises
    ------
    ValueError
        A value is not above zero, so it has no place on a logarithmic axis.
    """
    words = _WORDS[lang]
    rows = table.to_dict("records")
    if any(row["target"] <= 0 or row["simulated"] <= 0 for row in rows):
        raise ValueError("known and simulated values must be above zero")
    heading = Heading(title=title, subtitle=subtitle, note=note)
    figure, ((axes,),) = sheet(
        heading, body=_ROW * len(rows), left=_LEFT, right=1.65, above=0.3, below=0.6
    )
    axes.axvline(1, color=INK, linewidth=1.1, zorder=1)
    said, seen = [], {}
    for y, row in enumerate(rows):
        kind = str(row["kind"])
        colour, mark = _KINDS.get(kind, _OTHER)
        known, value = float(row["target"]), float(row["simulated"])
        error = float(row["standard_error"])
        if not math.isnan(error):
            low, high = ((value + sign * _CERTAIN * error) / known for sign in (-1, 1))
            ends = [max(low, 0.01), high]
            axes.plot(ends, [y, y], color=colour, linewidth=2.6, solid_capstyle="butt", zorder=2)
        axes.plot(
            value / known, y, mark, color=colour, markersize=7.5, markeredgecolor="white",
            markeredgewidth=0.8, zorder=3,
        )  # fmt: skip
        seen[kind] = (colour, mark)
        _texts(axes, y, row, lang)
        said.append(
            words["says"].format(
                figure=row["figure"], target=_digits(known, lang), simulated=_digits(value, lang)
            )
        )
    axes.set_xscale("log")
    _ticks(axes, lang)
    axes.set(ylim=(len(rows) - 0.4, -0.6), yticks=[], xlabel=words["axis"])
    axes.annotate(
        words["kinds"], (1, 1), xycoords="axes fraction", xytext=(10, 6), size=8.8, color=QUIET,
        textcoords="offset points",
    )  # fmt: skip
    _legend(axes, seen, words)
    return Chart(figure=figure, words=f"{title}: {'; '.join(said)}.")


def _digits(value: float, lang: str) -> str:
    """Return a number with three digits that count.

    Examples
    --------
    >>> _digits(0.4444, "en"), _digits(13.42, "nb"), _digits(267.3, "en")
    ('0.444', '13,4', '267')
    """
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return number(value, digits, lang)


def _texts(axes: Any, y: int, row: dict[Any, Any], lang: str) -> None:
    """Write a row's name and its two numbers."""
    name = textwrap.fill(str(row["figure"]), _WRAP)
    numbers = f"{_digits(float(row['target']), lang)} · {_digits(float(row['simulated']), lang)}"
    for x, text, off in ((0, name, -72 * (_LEFT - 0.12)), (1, numbers, 10)):
        axes.annotate(
            text, (x, y), xycoords=("axes fraction", "data"), xytext=(off, 0), size=9, color=INK,
            textcoords="offset points", va="center", linespacing=1.0, annotation_clip=False,
        )  # fmt: skip


def _ticks(axes: Any, lang: str) -> None:
    """Write ticks that keep apart, 1 first."""
    low, high = axes.get_xlim()
    span = math.log(high / low)
    kept: list[float] = []
    for tick in sorted(_TICKS, key=lambda t: abs(math.log(t))):
        inside = low <= tick <= high
        if inside and all(abs(math.log(tick / other)) / span > _FAR for other in kept):
            kept.append(tick)
    kept.sort()
    axes.set_xticks(kept, [f"{t:g}".replace(".", "," if lang == "nb" else ".") for t in kept])
    axes.set_xticks([], minor=True)


def _legend(axes: Any, seen: dict[str, tuple[str, str]], words: dict[str, str]) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D(
            [], [], color=colour, marker=mark, linestyle="none", markersize=7.5,
            markeredgecolor="white", label=words.get(kind, kind),
        )
        for kind, (colour, mark) in seen.items()
    ]  # fmt: skip
    legend(
        axes, handles, columns=len(handles), loc="lower left", bbox_to_anchor=(0, 1.0),
        borderaxespad=0.2,
    )  # fmt: skip
