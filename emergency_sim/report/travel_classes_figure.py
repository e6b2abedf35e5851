"""How many people have how far, one bar a question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from emergency_sim.report.chart import Chart, Heading, legend, sheet
from emergency_sim.report.map_texts import map_word
from emergency_sim.report.style import INK, LAND, number
from emergency_sim.report.travel_output import travel_classes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emergency_sim.districts.travel_answer import TravelAnswer

LEAST: Final = 4.0
"""A part of the bar with less than so many per cent has no room for its figure."""
_WORDS: Final[dict[str, dict[str, str]]] = {
    "nb": {"lost": "nås ikke", "axis": "andel av innbyggerne, %"},
    "en": {"lost": "not reached", "axis": "share of the people, %"},
}


def travel_classes_figure(
    answers: Mapping[str, TravelAnswer], *, title: str, subtitle: str = "", note: str = ""
) -> Chart:
    """Return a bar for each answer, cut by the classes of minutes.

    Parameters
    ----------
    answers
        Name of each bar and what was asked, all with the same breaks. Of an answer with a change
        the situation after it is shown.
    title, subtitle, note
        Words above and below.
    """
    from matplotlib.patches import Patch

    first = next(iter(answers.values()))
    lang, words = first.lang, _WORDS[first.lang]
    classes = travel_classes(first.breaks)
    heading = Heading(title=title, subtitle=subtitle, note=note)
    longest = max(len(name) for name in answers)
    figure, ((axes,),) = sheet(
        heading, body=0.42 * len(answers), left=0.35 + 0.078 * longest, above=0.5
    )
    said, any_lost = [], False
    for y, (name, answer) in enumerate(answers.items()):
        minutes, people = (answer.after or answer.before).least, answer.places.people
        reached = np.isfinite(minutes)
        at = np.searchsorted(np.array(classes.breaks), minutes, side="right")
        parts = np.bincount(at[reached], people[reached], minlength=len(classes.colours)).tolist()
        parts.append(float(people[~reached].sum()))
        any_lost |= parts[-1] > 0
        shares = [100 * part / float(people.sum()) for part in parts]
        start = 0.0
        for k, share in enumerate(shares):
            colour = classes.colours[k] if k < len(classes.colours) else LAND
            axes.barh(y, share, left=start, height=0.66, color=colour, edgecolor="white")
            if share >= LEAST:
                ink = "white" if 2 < k < len(classes.colours) else INK
                axes.text(
                    start + share / 2, y, number(share, 0, lang), ha="center", va="center",
                    size=9, color=ink,
                )  # fmt: skip
            start += share
        labels = [*classes.labels(lang), words["lost"]]
        listed = ", ".join(
            f"{label} {number(share, 1, lang)} %"
            for label, share in zip(labels, shares, strict=True)
        )
        said.append(f"{name}: {listed}")
    axes.set_yticks(range(len(answers)), list(answers))
    axes.set(xlim=(0, 100), ylim=(len(answers) - 0.5, -0.5), xlabel=words["axis"])
    handles = [
        Patch(facecolor=c, edgecolor="#8896a3", linewidth=0.4, label=label)
        for c, label in zip(classes.colours, classes.labels(lang), strict=True)
    ]
    if any_lost:
        handles.append(Patch(facecolor=LAND, label=words["lost"]))
    legend(
        axes, handles, columns=len(handles), loc="lower left", borderaxespad=0,
        bbox_to_anchor=(0, 1.0), title=map_word("minutes", lang), title_fontsize=8.8,
        alignment="left",
    )  # fmt: skip
    return Chart(
        figure=figure, words=f"{title}, {map_word('minutes', lang).lower()}: {'; '.join(said)}."
    )
