"""When people need help: numbers by hour of the week."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.clock_classes import legevakt_hours_of_week
from emergency_sim.domain.units import DAY, HOUR
from emergency_sim.report.chart import Chart, Heading, plain, sheet
from emergency_sim.report.style import INK, QUIET, SERIES, number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

HOURS: Final = 168
_WORDS: Final[dict[str, dict[str, str]]] = {
    "nb": {
        "title": "Når i uken trengs hjelpen?",
        "subtitle": "Antall i timen, gjennomsnitt over {weeks} simulerte uker; grått er "
        "legevaktens timer",
        "note": "Døgnrytmen er nasjonal. Helligdager ligger i sin ukedag; steder med ferie, "
        "festivaler eller turister har topper som modellen ikke kjenner.",
        "says": "{name}: {mean} i timen i snitt, mest {most} {day} kl. {hour}",
    },
    "en": {
        "title": "When in the week is help needed?",
        "subtitle": "Number an hour, mean of {weeks} simulated weeks; grey are the legevakt's hours",
        "note": "The rhythm of the day is national. Public holidays lie on their weekday; places "
        "with festivals or tourists have peaks that the model does not know.",
        "says": "{name}: {mean} an hour on average, most {most} on {day} at {hour}",
    },
}  # fmt: skip
_DAYS: Final = {
    "nb": ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def week_figure(
    times_s: Mapping[str, NDArray[Any]], *, weeks: float, first_day: int = 0, lang: str = "en"
) -> Chart:
    """Return a row for each kind of thing, by hour of the week.

    Parameters
    ----------
    times_s
        Name of each row, and seconds since the scenario's start at which things happened, all
        replications together.
    weeks
        How many weeks these are of: counted weeks times replications.
    first_day
        Weekday of the scenario's start, 0 for Monday.
    lang
        ``nb`` or ``en``.
    """
    words, days = _WORDS[lang], _DAYS[lang]
    heading = Heading(
        title=words["title"], note=words["note"],
        subtitle=words["subtitle"].format(weeks=number(weeks, 0, lang)),
    )  # fmt: skip
    n = len(times_s)
    figure, axes = sheet(
        heading, body=1.35 * n, rows=n, gap=0.3, left=0.5,
        above=0.2, below=0.4,
    )  # fmt: skip
    duty = legevakt_hours_of_week()
    said = []
    for (name, seconds), each, colour in zip(times_s.items(), axes.flat, SERIES, strict=False):
        hour = (np.asarray(seconds, float) + first_day * DAY) // HOUR
        rate = np.bincount(hour.astype("int64") % HOURS, minlength=HOURS) / weeks
        plain(each, grid="y")
        edges = np.arange(HOURS + 1)
        top = 1.18 * max(float(rate.max()), 1e-9)
        each.fill_between(
            edges, 0, top, where=np.append(duty, duty[-1]), step="post", color="#eef1f4", zorder=0
        )
        each.stairs(rate, edges, fill=True, color=colour, alpha=0.85, zorder=2)
        each.set(xlim=(0, HOURS), ylim=(0, top), xticks=[])
        each.set_title(name, loc="left", size=10, color=colour, weight="bold", pad=3)
        for day in range(1, 7):
            each.axvline(24 * day, color="white", linewidth=1.4, zorder=3)
        peak = int(rate.argmax())
        said.append(
            words["says"].format(
                name=name, mean=number(float(rate.mean()), 1, lang),
                most=number(float(rate[peak]), 1, lang), day=days[peak // 24],
                hour=f"{peak % 24:02d}",
            )
        )  # fmt: skip
    last = axes.flat[-1]
    last.set_xticks([24 * d + 12 for d in range(7)], days, color=INK)
    last.tick_params(axis="x", pad=4, labelcolor=QUIET)
    return Chart(figure=figure, words=f"{words['title']} {'; '.join(said)}.")
