"""One incident as a timeline: who did what, and when, from the first ring to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from emergency_sim.analysis.spans import spans_of_incident
from emergency_sim.report.chart import Chart, Heading, legend, sheet
from emergency_sim.report.phases import COLOURS, WORDS, lane_name, phase_patches
from emergency_sim.report.style import INK, number

if TYPE_CHECKING:
    import pandas as pd

_WORDS: Final[dict[str, dict[str, str]]] = {
    "nb": {
        "title": "Én hendelse, fulgt gjennom loggen",
        "subtitle": "Hvem som gjør hva, minutter etter at behovet oppsto",
        "note": "Alt dette står i hendelsesloggen; intet er regnet etterpå. Det er ett tilfelle, "
        "ikke et typisk.",
        "axis": "minutter", "response": "responstid {minutes} min",
        "says": "{lane} {phase} fra minutt {start} til {end}",
    },
    "en": {
        "title": "One incident, followed through the log",
        "subtitle": "Who does what, in minutes since the need arose",
        "note": "All of this stands in the event log; nothing is reckoned afterwards. It is one "
        "case, not a typical one.",
        "axis": "minutes", "response": "response time {minutes} min",
        "says": "{lane} {phase} from minute {start} to {end}",
    },
}  # fmt: skip


def incident_figure(events: pd.DataFrame, *, lang: str = "en") -> Chart:
    """Return the timeline of one incident.

    Parameters
    ----------
    events
        Rows of one incident of one replication, as ``events`` of results holds them.
    lang
        ``nb`` or ``en``.

    Raises
    ------
    ValueError
        The rows hold nothing that lasts, or more than one incident.
    """
    words = _WORDS[lang]
    if events["incident"].nunique() != 1:
        raise ValueError("give the events of one incident of one replication")
    spans = spans_of_incident(events)
    if not spans:
        raise ValueError("nobody did anything in this incident")
    first = float(events["time_ms"].iloc[0]) / 1000
    lanes = list(dict.fromkeys(span.lane for span in spans))
    heading = Heading(title=words["title"], subtitle=words["subtitle"], note=words["note"])
    figure, ((axes,),) = sheet(heading, body=0.5 + 0.36 * len(lanes), left=1.65, above=0.5)
    said = []
    for span in spans:
        start, end = (span.start_s - first) / 60, (span.end_s - first) / 60
        y = lanes.index(span.lane)
        axes.barh(y, end - start, left=start, height=0.62, color=COLOURS[span.phase], zorder=2)
        said.append(
            words["says"].format(
                lane=lane_name(span.lane, lang), phase=WORDS[lang][span.phase],
                start=number(start, 1, lang), end=number(end, 1, lang),
            )
        )  # fmt: skip
    axes.set_yticks(range(len(lanes)), [lane_name(lane, lang) for lane in lanes])
    axes.set(ylim=(len(lanes) - 0.4, -1.1), xlabel=words["axis"])
    axes.set_xlim(left=0)
    _bracket(axes, events, first, words, lang)
    legend(
        axes, phase_patches({s.phase for s in spans}, lang), columns=4, loc="lower left",
        bbox_to_anchor=(-0.01, 1.0), borderaxespad=0,
    )  # fmt: skip
    return Chart(figure=figure, words=f"{words['title']}: {'; '.join(said)}.")


def _bracket(
    axes: Any, events: pd.DataFrame, first: float, words: dict[str, str], lang: str
) -> None:
    """Mark the response time: from the registration to the first unit at the scene (R18)."""
    at = {
        kind: (float(rows.iloc[0]) / 1000 - first) / 60
        for kind in ("registered", "on_scene")
        if len(rows := events.loc[events["kind"] == kind, "time_ms"])
    }
    if len(at) < 2:
        return
    start, end = at["registered"], at["on_scene"]
    for x in (start, end):
        axes.axvline(x, color=INK, linewidth=0.9, linestyle=(0, (3, 2)), zorder=1)
    axes.annotate(
        "", (start, -0.62), (end, -0.62), arrowprops={"arrowstyle": "<->", "color": INK, "lw": 1}
    )
    text = words["response"].format(minutes=number(end - start, 1, lang))
    axes.text(end + 0.3, -0.62, text, size=9.5, color=INK, va="center", weight="bold")
