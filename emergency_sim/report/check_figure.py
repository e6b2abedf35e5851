"""The figure of a check: per stage, the share of durations that are shorter, log and simulation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.report.chart import Chart
from emergency_sim.report.check_texts import say, stage_name
from emergency_sim.report.map_canvas import look
from emergency_sim.report.style import INK, QUIET, number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from emergency_sim.analysis.observed.stage_comparison import StageRow
    from emergency_sim.analysis.observed.stages import Durations

LOG_COLOUR: Final = "#253494"
SIMULATION_COLOUR: Final = "#d95f0e"
ACROSS: Final = 3
POINTS: Final = 400


def check_figure(
    rows: Sequence[StageRow],
    log: Mapping[str, Durations],
    simulation: Mapping[str, Durations],
    *,
    title: str,
    lang: str = "en",
) -> Chart:
    """Return one small chart a stage, all urgencies together.

    Parameters
    ----------
    rows
        Of the comparison; those of all urgencies are drawn.
    log, simulation
        Durations by stage.
    title
        Above the charts.
    lang
        ``nb`` or ``en``.
    """
    shown = [r for r in rows if r.urgency == "all" and r.n_log and r.n_simulation]
    with look():
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        down = max(1, -(-len(shown) // ACROSS))
        figure: Any = Figure(figsize=(10.5, 1.1 + 2.35 * down), layout="constrained")
        FigureCanvasAgg(figure)
        figure.suptitle(title, color=INK, fontsize=12, x=0.01, ha="left")
        axes = figure.subplots(down, ACROSS, squeeze=False)
        for at, axis in zip(range(down * ACROSS), axes.flat, strict=True):
            if at < len(shown):
                _chart(axis, shown[at], log, simulation, lang)
            else:
                axis.axis("off")
        handles = [
            figure.axes[0].plot([], [], color=colour, lw=2, ls=style)[0]
            for colour, style in ((LOG_COLOUR, "-"), (SIMULATION_COLOUR, "--"))
        ]
        figure.legend(
            handles, [say("log", lang), say("simulation", lang)], loc="upper right", ncols=2,
            frameon=False, fontsize=10,
        )  # fmt: skip
        figure.supylabel(say("share", lang), color=QUIET, fontsize=9)
    told = [f"{stage_name(r.stage, lang)}: {say(r.level.value, lang)}" for r in shown]
    return Chart(figure=figure, words=f"{title}. {'; '.join(told)}.")


def _chart(
    axis: Any,
    row: StageRow,
    log: Mapping[str, Durations],
    simulation: Mapping[str, Durations],
    lang: str,
) -> None:
    pairs = (
        (simulation[row.stage].seconds, SIMULATION_COLOUR, "--"),
        (log[row.stage].seconds, LOG_COLOUR, "-"),
    )
    longest = max(float(np.quantile(values, 0.98)) for values, _, _ in pairs)
    unit, said = (60.0, say("minutes", lang)) if longest > 240 else (1.0, "s")
    share = np.linspace(0, 1, POINTS)
    for values, colour, style in pairs:
        axis.plot(np.quantile(values, share) / unit, share, color=colour, ls=style, lw=1.8)
    axis.set_xlim(0, max(longest, 1.0) / unit)
    axis.set_ylim(0, 1)
    axis.axhline(0.5, color="#c8d0d8", lw=0.6, zorder=0)
    axis.axhline(0.9, color="#c8d0d8", lw=0.6, zorder=0)
    axis.set_yticks([0, 0.5, 0.9, 1])
    axis.set_yticklabels([number(t, 1, lang) for t in (0, 0.5, 0.9, 1)])
    digits = 0 if longest / unit > 8 else 1
    axis.xaxis.set_major_formatter(lambda x, _: number(x, digits, lang))
    axis.tick_params(labelsize=8, colors=QUIET)
    axis.set_xlabel(said, fontsize=8, color=QUIET)
    for side in ("top", "right"):
        axis.spines[side].set_visible(False)
    heavy = row.level.value in ("warn", "fail")
    axis.set_title(
        f"{stage_name(row.stage, lang)}: {say(row.level.value, lang)}", loc="left", fontsize=9.5,
        color=INK, fontweight="bold" if heavy else "normal",
    )  # fmt: skip
    axis.text(
        0.98, 0.06, f"n = {number(row.n_log, 0, lang)}", transform=axis.transAxes, ha="right",
        fontsize=8, color=QUIET,
    )  # fmt: skip
