"""How many acute incidents have had their first ambulance after so many minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.response import FAILURES
from emergency_sim.report.chart import Chart, Heading, sheet
from emergency_sim.report.style import INK, SERIES, number

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

AIMS: Final = {"tettbygd": 12.0, "grisgrendt": 25.0}
"""National aims: nine of ten acute incidents within so many minutes."""
_WORDS: Final[dict[str, dict[str, str]]] = {
    "nb": {
        "title": "Hvor lenge venter akutte pasienter på ambulansen?",
        "subtitle": "Andel av akutte hendelser der første ambulanse er på stedet, etter minutter "
        "fra AMK registrerte henvendelsen",
        "note": "Kurvene teller hendelser som ingen nådde med i nevneren. De sier ingenting om "
        "hvordan det går med pasientene, og modellen svarer raskere enn det som er publisert.",
        "tettbygd": "tettbygd", "grisgrendt": "grisgrendt", "minutes": "minutter",
        "share": "andel fremme, %", "within": "{share} % innen {aim} min", "aim": "mål: 90 %",
        "says": "{name}: {n} hendelser, median {median} min, {share} % innen {aim} min",
    },
    "en": {
        "title": "How long do acute patients wait for the ambulance?",
        "subtitle": "Share of acute incidents with the first ambulance at the scene, by minutes "
        "since AMK registered the inquiry",
        "note": "Incidents that nobody reached count in the denominator. The curves say nothing of "
        "how patients fare, and the model answers quicker than published figures say.",
        "tettbygd": "towns (tettbygd)", "grisgrendt": "elsewhere (grisgrendt)",
        "minutes": "minutes", "share": "share reached, %",
        "within": "{share} % within {aim} min", "aim": "aim: 90 %",
        "says": "{name}: {n} incidents, median {median} min, {share} % within {aim} min",
    },
}  # fmt: skip


def response_figure(
    incidents: pd.DataFrame,
    *,
    aims: Mapping[str, float] = AIMS,
    until_min: float = 45.0,
    lang: str = "en",
) -> Chart:
    """Return the curves of the response time in towns and elsewhere.

    Parameters
    ----------
    incidents
        Of results: columns ``area_class``, ``response_status`` and ``response_s``.
    aims
        Minutes within which nine of ten should be reached, by class of area.
    until_min
        Where the axis ends.
    lang
        ``nb`` or ``en``.

    Raises
    ------
    ValueError
        No incident has a response time.
    """
    words = _WORDS[lang]
    heading = Heading(title=words["title"], subtitle=words["subtitle"], note=words["note"])
    figure, ((axes,),) = sheet(heading, body=2.9, right=1.75)
    said = []
    counts = incidents["response_status"].isin(["responded", *FAILURES])
    for (area, aim), colour in zip(aims.items(), SERIES, strict=False):
        own = incidents[counts & (incidents["area_class"] == area)]
        minutes = np.sort(own["response_s"].dropna().to_numpy(float)) / 60.0
        if len(minutes) == 0:
            continue
        share = np.arange(1, len(minutes) + 1) / len(own)
        steps = np.append(minutes, max(until_min, minutes[-1])), np.append(share, share[-1])
        axes.step(steps[0], 100 * steps[1], where="post", color=colour, linewidth=2.2)
        within = 100 * float(np.searchsorted(minutes, aim, side="right")) / len(own)
        axes.plot([aim, aim], [0, within], color=colour, linewidth=1, linestyle=(0, (2, 2)))
        axes.plot(aim, within, "o", color=colour, markersize=7, markeredgecolor="white")
        text = words["within"].format(share=number(within, 0, lang), aim=number(aim, 0, lang))
        axes.text(aim + 0.012 * until_min, 5, text, size=9.5, color=colour)
        _name(axes, words[area], minutes, share, until_min, colour)
        said.append(
            words["says"].format(
                name=words[area], n=len(own), median=number(float(np.median(minutes)), 1, lang),
                share=number(within, 1, lang), aim=number(aim, 0, lang),
            )
        )  # fmt: skip
    if not said:
        raise ValueError("no incident has a response time")
    axes.axhline(90, color=INK, linewidth=0.8, linestyle=(0, (5, 3)))
    axes.text(0.4, 91.2, words["aim"], size=8.8, color=INK, va="bottom")
    axes.set(xlim=(0, until_min), ylim=(0, 101), xlabel=words["minutes"], ylabel=words["share"])
    return Chart(figure=figure, words=f"{words['title']} {'; '.join(said)}.")


def _name(axes: Any, name: str, minutes: Any, share: Any, until_min: float, colour: str) -> None:
    """Write a curve's name where it leaves the picture."""
    at = int(np.searchsorted(minutes, until_min, side="right")) - 1
    low = 100 * float(share[max(at, 0)])
    axes.annotate(
        name, (until_min, low), xytext=(6, 0 if colour == SERIES[0] else -12), size=9.5,
        textcoords="offset points", color=colour, va="center", annotation_clip=False,
    )  # fmt: skip
