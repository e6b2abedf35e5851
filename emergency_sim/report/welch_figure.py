"""Welch's figure: whether a run had come to its usual level when counting began (R19)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.hourly_series import ROWS
from emergency_sim.analysis.warm_up import TOLERANCE
from emergency_sim.report.chart import Chart, Heading, sheet
from emergency_sim.report.sentences import warm_up_sentence
from emergency_sim.report.style import INK, QUIET, SERIES, number
from emergency_sim.report.texts import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from emergency_sim.analysis.welch import WelchSeries

MOST: Final = 4
"""Scenarios that can be told apart in one picture; the first ones are drawn."""
_LEVELS: Final = (0.68, 1.32)
_DASHES: Final[tuple[Any, ...]] = ("-", (0, (2.2, 1.6)), (0, (1, 1)), (0, (4, 1, 1, 1)))
"""Lines that lie upon each other are still seen."""
_WORDS: Final[dict[str, dict[str, str]]] = {
    "nb": {
        "title": "Er oppvarmingen lang nok?",
        "subtitle": "Hvert døgn av kjøringen mot det vanlige på samme timer i uken (de senere talte "
        "ukene), snitt over {n} gjentakelser. Tynt: døgn, tykt: glidende snitt over 7 døgn",
        "note": "Modellen starter tom. Det grå feltet er ± {tolerance} %. At en linje svinger "
        "sammen med antall hendelser, er etterspørsel og ikke oppvarming.",
        "days": "døgn siden start", "share": "% av vanlig", "counts": "telling begynner",
        "incidents_arisen": "hendelser som oppstår",
    },
    "en": {
        "title": "Was the warm-up long enough?",
        "subtitle": "Every day of the run against the usual level at the same hours of the week (the "
        "later counted weeks), mean of {n} replications. Thin: days, thick: moving mean of 7 days",
        "note": "The model starts empty. The grey band is ± {tolerance} %. Where a line moves with "
        "the number of incidents, that is demand and no warm-up.",
        "days": "days since the start", "share": "% of usual", "counts": "counting begins",
        "incidents_arisen": "incidents that arise",
    },
}  # fmt: skip


def welch_figure(
    found: Sequence[WelchSeries],
    check: Mapping[str, Any],
    names: Mapping[str, str] | None = None,
    *,
    lang: str = "en",
) -> Chart:
    """Return the figure: a panel a series, a line a scenario.

    Parameters
    ----------
    found
        Of ``analysis.welch.welch_series``.
    check
        Of ``analysis.warm_up.warm_up_check``, as it stands in the manifest.
    names
        Scenarios in words by id.
    lang
        ``nb`` or ``en``.

    Raises
    ------
    ValueError
        There is no series.
    """
    if not found:
        raise ValueError("no series to draw")
    words = _WORDS[lang]
    scenarios = list(dict.fromkeys(one.scenario for one in found))[:MOST]
    panels = [name for name in ROWS if any(one.series == name for one in found)]
    heading = Heading(
        title=words["title"],
        subtitle=words["subtitle"].format(n=max(one.replications for one in found)),
        note=f"{words['note'].format(tolerance=number(100 * TOLERANCE, 0, lang))} "
        + warm_up_sentence(check, scenarios[0], lang),
    )
    figure, axes = sheet(
        heading, body=1.25 * len(panels) + 0.3 * (len(panels) - 1), rows=len(panels), gap=0.42,
        right=0.3, below=0.55, above=0.12 if len(scenarios) > 1 else 0.0, sharex=True,
    )  # fmt: skip
    warm_up = int(check["warm_up_days"])
    for panel, each in zip(panels, axes[:, 0], strict=True):
        own = [one for one in found if one.series == panel and one.scenario in scenarios]
        _panel(each, own, scenarios, warm_up)
        title = words.get(panel) or say(panel, lang)
        each.set_title(title[:1].upper() + title[1:], size=9.5, loc="left", color=INK, pad=4)
        each.set_ylabel(words["share"])
    axes[0, 0].text(warm_up, 100 * _LEVELS[1], f" {words['counts']}", size=8.5, color=INK, va="top")
    axes[-1, 0].set_xlabel(words["days"])
    if len(scenarios) > 1:
        _legend(axes[0, 0], scenarios, names or {})
    return Chart(
        figure=figure, words=f"{words['title']} {warm_up_sentence(check, scenarios[0], lang)}"
    )


def _panel(axes: Any, own: Sequence[WelchSeries], scenarios: Sequence[str], warm_up: int) -> None:
    days = len(own[0].daily)
    low, high = (100 * (1 - TOLERANCE), 100 * (1 + TOLERANCE))
    axes.axhspan(low, high, color=QUIET, alpha=0.16, linewidth=0)
    axes.axhline(100, color=QUIET, linewidth=0.8)
    axes.axvline(warm_up, color=INK, linewidth=1.1, linestyle=(0, (4, 3)))
    for one in own:
        k = scenarios.index(one.scenario)
        middle = np.arange(len(one.daily)) + 0.5
        axes.plot(middle, 100 * one.daily, color=SERIES[k], linewidth=0.8, alpha=0.55)
        axes.plot(middle, 100 * one.smoothed, color=SERIES[k], linewidth=2.2, linestyle=_DASHES[k])
    axes.set(xlim=(0, days), ylim=tuple(100 * x for x in _LEVELS), yticks=[75, 100, 125])
    axes.set_xticks(np.arange(0, days + 1, 7))


def _legend(axes: Any, scenarios: Sequence[str], names: Mapping[str, str]) -> None:
    from matplotlib.lines import Line2D

    from emergency_sim.report.chart import legend

    handles = [
        Line2D(
            [],
            [],
            color=SERIES[k],
            linewidth=2.2,
            linestyle=_DASHES[k],
            label=names.get(name, name),
        )
        for k, name in enumerate(scenarios)
    ]
    legend(axes, handles, columns=2, loc="lower right", bbox_to_anchor=(1, 1.0))
