"""How many replications are enough: the half-width of the interval as they grow, paired and apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from emergency_sim.analysis.kpis import KPIS
from emergency_sim.report.chart import Chart, Heading, plain, sheet
from emergency_sim.report.style import INK, SERIES, amount, number, unit_name
from emergency_sim.report.tables import title as named

if TYPE_CHECKING:
    from emergency_sim.analysis.paired_values import PairedValues

_WORDS: Final[dict[str, dict[str, str]]] = {
    "nb": {
        "title": "Hvor mange gjentakelser trengs?",
        "subtitle": "{kpi}: halve bredden av 95 % KI for forskjellen, etter så mange gjentakelser",
        "note": "Regnet av gjentakelsenes egne verdier. De første svinger: færre enn 20 bør ingen "
        "stole på.",
        "paired": "samme hendelser i begge", "apart": "hver struktur med sitt eget hell",
        "wanted": "ønsket: {width}", "axis": "gjentakelser", "half": "halv bredde, {unit}",
        "says": "etter {n} gjentakelser ± {paired} {unit} med samme hendelser, ± {apart} {unit} uten; "
        "uten dem trengs {times} ganger så mange",
    },
    "en": {
        "title": "How many replications are needed?",
        "subtitle": "{kpi}: half-width of the 95 % CI of the difference, after so many replications",
        "note": "Reckoned from the replications' own values. The first ones vary: nobody should rely "
        "on fewer than 20.",
        "paired": "the same incidents in both", "apart": "each structure with luck of its own",
        "wanted": "wanted: {width}", "axis": "replications", "half": "half-width, {unit}",
        "says": "after {n} replications ± {paired} {unit} with the same incidents, ± {apart} {unit} "
        "without; without them {times} times as many are needed",
    },
}  # fmt: skip


def precision_figure(pair: PairedValues, *, wanted: float | None = None, lang: str = "en") -> Chart:
    """Return the half-widths with common random numbers and without.

    Parameters
    ----------
    pair
        Of :func:`~emergency_sim.analysis.paired_values.paired_values`; simulated with common random
        numbers.
    wanted
        Half-width that is wanted, in the indicator's unit; None: its relevant difference.
    lang
        ``nb`` or ``en``.
    """
    words, indicator = _WORDS[lang], KPIS[pair.kpi].indicator
    unit = unit_name(indicator.unit, lang)
    goal = indicator.relevant_difference if wanted is None else wanted
    scale = 100.0 if indicator.unit == "share" else 1.0
    heading = Heading(
        title=words["title"], subtitle=words["subtitle"].format(kpi=named(pair.kpi, lang)),
        note=words["note"],
    )  # fmt: skip
    figure, ((axes,),) = sheet(heading, body=2.7, right=2.5)
    plain(axes, grid="y")
    n = np.arange(2, len(pair.base) + 1)
    widths = {
        name: scale * pair.half_widths(paired=name == "paired") for name in ("paired", "apart")
    }
    top = 1.05 * max(float(w[min(3, len(w) - 1) :].max()) for w in widths.values())
    for (name, width), colour in zip(widths.items(), SERIES, strict=False):
        axes.plot(n, width, color=colour, linewidth=2.2)
        axes.annotate(
            words[name], (n[-1], width[-1]), xytext=(6, 0), textcoords="offset points", size=9.2,
            color=colour, va="center", annotation_clip=False,
        )  # fmt: skip
    axes.axhline(scale * goal, color=INK, linewidth=0.9, linestyle=(0, (4, 3)))
    text = words["wanted"].format(width=f"{amount(goal, indicator.unit, lang)} {unit}")
    axes.annotate(
        text, (n[-1], scale * goal), xytext=(6, 0), textcoords="offset points", size=8.8, color=INK,
        va=_beside(scale * goal, [float(w[-1]) for w in widths.values()], top),
        annotation_clip=False,
    )  # fmt: skip
    axes.set(xlim=(2, n[-1]), ylim=(0, max(top, 1.25 * scale * goal)))
    axes.set(xlabel=words["axis"], ylabel=words["half"].format(unit=unit))
    last = {name: float(width[-1]) / scale for name, width in widths.items()}
    says = words["says"].format(
        n=n[-1], unit=unit, paired=amount(last["paired"], indicator.unit, lang),
        apart=amount(last["apart"], indicator.unit, lang),
        times=number((last["apart"] / last["paired"]) ** 2, 1, lang) if last["paired"] else "–",
    )  # fmt: skip
    return Chart(figure=figure, words=f"{words['title']} {named(pair.kpi, lang)}: {says}.")


def _beside(at: float, others: list[float], top: float) -> str:
    """Return where a line's text stands so that it does not lie on the next one's."""
    nearest = min(others, key=lambda other: abs(other - at))
    if abs(nearest - at) > 0.08 * top:
        return "center"
    return "top" if nearest > at else "bottom"
