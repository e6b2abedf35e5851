"""How sure is the mean, and how different are single periods? Two things that look alike (R22)."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.kpis import KPIS
from emergency_sim.analysis.paired_values import LEVEL
from emergency_sim.analysis.statistics import t_quantile
from emergency_sim.report.chart import Chart, Heading, legend, sheet
from emergency_sim.report.style import INK, QUIET, SERIES, amount, unit_name
from emergency_sim.report.tables import title as named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emergency_sim.analysis.paired_values import PairedValues

_WORDS: Final[dict[str, dict[str, str]]] = {
    "nb": {
        "title": "Hvor sikkert er snittet, og hvor ulike er enkelte perioder?",
        "subtitle": "Forskjellen mellom strukturene i hver gjentakelse (punkter), snittet med 95 % "
        "KI, og det som ikke betyr noe (grått)",
        "note": "Flere gjentakelser gjør intervallet smalere, ikke punktskyen: slik svinger enkelte "
        "perioder. Ingen av delene sier noe om hva som skjer hvis antatte verdier er feil.",
        "one": "én gjentakelse", "mean": "snitt, 95 % KI", "band": "ingen relevant forskjell",
        "says": "{title}: snitt {mean} ({low} til {high}), enkelte perioder {least} til {most} {unit}",
    },
    "en": {
        "title": "How sure is the mean, and how different are single periods?",
        "subtitle": "The difference between the structures in each replication (dots), the mean with "
        "its 95 % CI, and what does not matter (grey)",
        "note": "More replications make the interval narrower, not the cloud: so much single periods "
        "vary. Neither says what happens if assumed values are wrong.",
        "one": "one replication", "mean": "mean, 95 % CI", "band": "no relevant difference",
        "says": "{title}: mean {mean} ({low} to {high}), single periods {least} to {most} {unit}",
    },
}  # fmt: skip


def spread_figure(pairs: Sequence[PairedValues], *, title: str = "", lang: str = "en") -> Chart:
    """Return a panel for each indicator: every replication's difference, and their mean.

    Parameters
    ----------
    pairs
        Of :func:`~emergency_sim.analysis.paired_values.paired_values`.
    title
        Instead of the usual words.
    lang
        ``nb`` or ``en``.
    """
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    words = _WORDS[lang]
    heading = Heading(title=title or words["title"], subtitle=words["subtitle"], note=words["note"])
    n = len(pairs)
    figure, axes = sheet(
        heading, body=0.95 * n - 0.3, rows=n, gap=0.42, left=3.05, above=0.3, below=0.35
    )
    said = [_panel(each, one, lang) for each, one in zip(axes[:, 0], pairs, strict=True)]
    handles = [
        Line2D(
            [], [], marker="o", linestyle="none", color=SERIES[0], alpha=0.55, markersize=6,
            markeredgewidth=0, label=words["one"],
        ),
        Line2D([], [], color=SERIES[1], linewidth=3, label=words["mean"]),
        Patch(color="#e8ecef", label=words["band"]),
    ]  # fmt: skip
    legend(
        axes[0, 0], handles, columns=3, loc="lower left", bbox_to_anchor=(0, 1.06), borderaxespad=0
    )
    return Chart(figure=figure, words=f"{heading.title} {'; '.join(said)}.")


def _panel(axes: Any, one: PairedValues, lang: str) -> str:
    """Draw one indicator, and return it in words."""
    indicator = KPIS[one.kpi].indicator
    values, matters = one.difference, indicator.relevant_difference
    scale = 100.0 if indicator.unit == "share" else 1.0
    mean = float(values.mean())
    half = t_quantile(len(values) - 1, LEVEL) * float(values.std(ddof=1)) / np.sqrt(len(values))
    axes.axvspan(-scale * matters, scale * matters, color="#e8ecef", zorder=0)
    axes.axvline(0, color=QUIET, linewidth=0.9, zorder=1)
    height = np.resize([0.0, 0.5, -0.5, 0.25, -0.25], len(values))
    axes.plot(
        scale * values, 0.6 * height, "o", color=SERIES[0], alpha=0.55, markersize=6,
        markeredgewidth=0, zorder=2,
    )  # fmt: skip
    ends = [scale * (mean - half), scale * (mean + half)]
    axes.plot(ends, [0, 0], color=SERIES[1], linewidth=3.4, solid_capstyle="butt", zorder=3)
    axes.plot(scale * mean, 0, "|", color=SERIES[1], markersize=15, markeredgewidth=2.6, zorder=4)
    reach = 1.08 * scale * max(float(np.abs(values).max()), 1.4 * matters)
    axes.set(ylim=(-0.55, 0.55), yticks=[], xlim=(-reach, reach))
    name = named(one.kpi, lang)
    unit = unit_name(indicator.unit, lang)
    axes.annotate(
        textwrap.fill(f"{name}, {unit}", 40), (0, 0), xycoords=("axes fraction", "data"),
        xytext=(-72 * 2.93, 0), textcoords="offset points", size=9.2, color=INK, va="center",
        linespacing=1.0, annotation_clip=False,
    )  # fmt: skip
    least, most = (float(x) for x in np.quantile(values, [0.05, 0.95]))
    figures = [
        amount(x, indicator.unit, lang, signed=True)
        for x in (mean, mean - half, mean + half, least, most)
    ]
    keys = ("mean", "low", "high", "least", "most")
    told = dict(zip(keys, figures, strict=True))
    return _WORDS[lang]["says"].format(title=name, unit=unit, **told)
