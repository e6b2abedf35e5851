"""A day of some units: every mission in its phases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from emergency_sim.analysis.spans import spans_of_missions
from emergency_sim.domain.units import DAY, HOUR
from emergency_sim.report.chart import Chart, Heading, legend, sheet
from emergency_sim.report.phases import COLOURS, phase_patches
from emergency_sim.report.style import INK, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

_WORDS: Final[dict[str, dict[str, str]]] = {
    "nb": {
        "title": "Et døgn for {units}",
        "subtitle": "Hvert oppdrag i sine faser, fra midnatt til midnatt",
        "note": "Hvitt er beredskap. Et enkelt døgn: neste døgn er annerledes. Måltider, "
        "vask og oppdrag utenfor fylket er ikke med, så virkelige biler har mindre fri tid.",
        "axis": "klokken", "missions": "{n} oppdrag, {hours} t",
        "says": "{unit}: {n} oppdrag, opptatt {hours} timer",
    },
    "en": {
        "title": "A day of {units}",
        "subtitle": "Each mission in its phases, from midnight to midnight",
        "note": "White is standby. One single day: the next one is different. Meals, cleaning and "
        "missions in other counties are left out, so real crews have less time of their own.",
        "axis": "hour of the day", "missions": "{n} missions, {hours} h",
        "says": "{unit}: {n} missions, busy for {hours} hours",
    },
}  # fmt: skip


def unit_day_figure(
    missions: pd.DataFrame, units: Sequence[str], day: int, *, title: str = "", lang: str = "en"
) -> Chart:
    """Return a row for each unit and a bar for each phase of its missions.

    Parameters
    ----------
    missions
        ``units`` of results, one replication.
    units
        Ids, from above.
    day
        Days since the scenario's start, 0 the first; counted days come after the warm-up.
    title
        Instead of the units' ids.
    lang
        ``nb`` or ``en``.

    Raises
    ------
    ValueError
        Missions of several replications: units would be at two places at once.
    """
    if missions["replication"].nunique() > 1:
        raise ValueError("give the missions of one replication")
    words = _WORDS[lang]
    low, high = day * DAY, (day + 1) * DAY
    heading = Heading(
        title=words["title"].format(units=title or ", ".join(units)),
        subtitle=words["subtitle"], note=words["note"],
    )  # fmt: skip
    figure, ((axes,),) = sheet(
        heading, body=0.1 + 0.42 * len(units), left=1.5, right=1.45, above=0.3
    )
    said, used = [], set()
    own = missions[missions["unit"].isin(units)]
    own = own[(own["alarmed_s"] < high) & (own["task_ends_s"] > low)]
    for y, unit in enumerate(units):
        mine = own[own["unit"] == unit]
        busy = 0.0
        for span in spans_of_missions(mine):
            start, end = max(span.start_s, low), min(span.end_s, high)
            if end <= start:
                continue
            used.add(span.phase)
            busy += (end - start) / HOUR
            axes.barh(
                y, (end - start) / HOUR, left=(start - low) / HOUR, height=0.6,
                color=COLOURS[span.phase], zorder=2,
            )  # fmt: skip
        hours = number(busy, 1, lang)
        text = words["missions"].format(n=len(mine), hours=hours)
        axes.text(24.3, y, text, size=9, color=INK, va="center")
        said.append(words["says"].format(unit=unit, n=len(mine), hours=hours))
    axes.set_yticks(range(len(units)), units)
    axes.set(ylim=(len(units) - 0.4, -0.6), xlim=(0, 24), xlabel=words["axis"])
    axes.set_xticks(range(0, 25, 3))
    legend(
        axes,
        phase_patches(used, lang),
        columns=6,
        loc="lower left",
        bbox_to_anchor=(-0.01, 1.0),
        borderaxespad=0,
    )
    return Chart(figure=figure, words=f"{heading.title}: {'; '.join(said)}.")
