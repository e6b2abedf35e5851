"""Structures from best to worst, and which of them may be the best (R24)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from emergency_sim.report.chart import Chart, Heading, sheet
from emergency_sim.report.style import INK, NONE, QUIET, SERIES, amount, number, unit_name
from emergency_sim.report.tables import title as named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emergency_sim.analysis.ranking import Ranked, Ranking

_WORDS: Final[dict[str, dict[str, str]]] = {
    "nb": {
        "title": "Hvilken struktur er best?",
        "subtitle": "{kpi}, {unit}, med 95 % KI for hver alene. Grønt: kan være den beste ({p} %)",
        "note": "Strukturene møter de samme hendelsene og skilles derfor bedre enn intervallene "
        "viser. Grått bånd: forskjeller fra den ledende som ikke betyr noe. Best i én indikator er "
        "ikke best i alt.",
        "best": "best i", "says": "{name} {value} {unit}, best i {share} % av trekningene{maybe}",
        "maybe": ", kan være best",
    },
    "en": {
        "title": "Which structure is best?",
        "subtitle": "{kpi}, {unit}, with the 95 % CI of each alone. Green: may be the best ({p} %)",
        "note": "The structures meet the same incidents, so they are told apart better than their "
        "intervals show. Grey band: differences from the leader that do not matter. Best in one "
        "indicator is not best in all.",
        "best": "best in", "says": "{name} {value} {unit}, best in {share} % of resamples{maybe}",
        "maybe": ", may be the best",
    },
}  # fmt: skip


def ranking_figure(
    ranking: Ranking, names: Mapping[str, str] | None = None, *, lang: str = "en"
) -> Chart:
    """Return a row for each structure, best first.

    Parameters
    ----------
    ranking
        Of one indicator, as a comparison holds it.
    names
        Names of structures by id.
    lang
        ``nb`` or ``en``.

    Raises
    ------
    ValueError
        No structure has a value.
    """
    words = _WORDS[lang]
    entries = [entry for entry in ranking.entries if entry.value is not None]
    if not entries:
        raise ValueError("no structure has a value")
    unit = unit_name(ranking.unit, lang)
    share = number(100 * ranking.probability, 0, lang)
    heading = Heading(
        title=words["title"], note=words["note"],
        subtitle=words["subtitle"].format(kpi=named(ranking.kpi, lang), unit=unit, p=share),
    )  # fmt: skip
    labels = [(names or {}).get(entry.scenario, entry.scenario) for entry in entries]
    left = 0.35 + 0.075 * max(len(label) for label in labels)
    figure, ((axes,),) = sheet(
        heading, body=0.36 * len(entries) + 0.1, left=left, right=1.5, above=0.15, below=0.35
    )
    scale = 100.0 if ranking.unit == "share" else 1.0
    leader = scale * float(entries[0].value or 0.0)
    near = scale * ranking.indifference
    axes.axvspan(leader - near, leader + near, color="#e8ecef", zorder=0)
    said = [
        _row(axes, y, entry, label, ranking, lang)
        for y, (entry, label) in enumerate(zip(entries, labels, strict=True))
    ]
    axes.set_yticks(range(len(entries)), labels)
    axes.set_ylim(len(entries) - 0.4, -0.6)
    axes.annotate(
        words["best"], (1, 1), xycoords="axes fraction", xytext=(12, 4), size=8.8, color=QUIET,
        textcoords="offset points",
    )  # fmt: skip
    return Chart(
        figure=figure, words=f"{words['title']} {named(ranking.kpi, lang)}: {'; '.join(said)}."
    )


def _row(axes: Any, y: int, entry: Ranked, label: str, ranking: Ranking, lang: str) -> str:
    """Draw one structure, and return it in words."""
    words = _WORDS[lang]
    scale = 100.0 if ranking.unit == "share" else 1.0
    colour = SERIES[2] if entry.may_be_best else "#8a97a3"
    if entry.ci_low is not None and entry.ci_high is not None:
        ends = [scale * entry.ci_low, scale * entry.ci_high]
        axes.plot(ends, [y, y], color=colour, linewidth=2.6, solid_capstyle="butt", zorder=2)
    mark = "o" if entry.may_be_best else "s"
    axes.plot(
        scale * float(entry.value or 0.0), y, mark, color=colour, markersize=8, zorder=3,
        markeredgecolor="white",
    )  # fmt: skip
    best = entry.probability_best
    share = NONE if best is None else number(100 * best, 0, lang)
    axes.annotate(
        f"{share} %", (1, y), xycoords=("axes fraction", "data"), xytext=(12, 0), size=9, color=INK,
        textcoords="offset points", va="center", annotation_clip=False,
    )  # fmt: skip
    return words["says"].format(
        name=label, value=amount(entry.value, ranking.unit, lang),
        unit=unit_name(ranking.unit, lang), share=share,
        maybe=words["maybe"] if entry.may_be_best else "",
    )  # fmt: skip
