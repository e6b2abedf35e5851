"""What a check and a fit of a real log say in the terminal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.analysis.kpis import KPIS
from emergency_sim.analysis.observed.stage_comparison import Level, overall
from emergency_sim.analysis.observed.stages import BY_NAME
from emergency_sim.cli.terminal import console, grid
from emergency_sim.report.check_texts import (
    LARGE_N,
    OTHER_ROWS,
    VERDICTS,
    differing,
    say,
    stage_name,
)
from emergency_sim.report.style import NONE, amount, number, unit_name
from emergency_sim.report.tables import possible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emergency_sim.analysis.observed.plausibility import Remark
    from emergency_sim.experiment.observed.check import Checked
    from emergency_sim.experiment.observed.fit import LogFit

HEAVY: Final = (Level.WARN, Level.FAIL)
"""Levels that are named whatever the group; others only for all together."""
COLOURS: Final = {Level.WARN: "yellow", Level.FAIL: "red"}
URGENCIES: Final = ("all", "acute", "urgent", "regular")
SHOWN_KINDS: Final = ("all", "area_class")


def show_check(found: Checked, lang: str) -> None:
    """Print what the log is, stages, volumes and indicators side by side, and the verdict."""
    screen = console()
    mapped, run = found.mapped, found.scenario.run
    rows = mapped.tables["missions"]
    screen.print(
        f"[bold]{mapped.start.isoformat()}[/bold], {mapped.days} days: {len(rows)} of {rows.total} "
        f"rows used, places by {mapped.placed_by}; beside it {run.replications} replications of "
        f"{run.days} days of [bold]{found.scenario.id}[/bold]\n"
    )
    show_remarks(screen, found.remarks, lang)
    _show_stages(screen, found, lang)
    _show_volumes(screen, found, lang)
    _show_kpis(screen, found, lang)
    screen.print(OTHER_ROWS[lang])
    screen.print(LARGE_N[lang])
    level = overall([*found.stages, *found.volumes])
    screen.print(
        f"[bold]{VERDICTS[lang][level.value].format(stages=_named(found, level, lang))}[/bold]"
    )


def _named(found: Checked, level: Level, lang: str) -> str:
    """Return the stages, volumes and groups of the worst level, which the verdict rests on."""
    stages = ((stage_name(r.stage, lang), r.urgency) for r in found.stages if r.level is level)
    volumes = ((say(r.name, lang), r.group) for r in found.volumes if r.level is level)
    return differing((*stages, *volumes), lang)


def show_remarks(screen: Any, remarks: Sequence[Remark], lang: str) -> None:
    """Print what is odd about a log."""
    if not remarks:
        screen.print(say("nothing_odd", lang) + "\n")
        return
    table = grid(
        say("remarks", lang),
        [(say("table", lang), False), (say("about", lang), False), (say("count", lang), True),
         (say("says", lang), False)],
    )  # fmt: skip
    for r in remarks:
        table.add_row(r.table, r.about, number(r.count, 0, lang), r.says)
    screen.print(table)


def _show_stages(screen: Any, found: Checked, lang: str) -> None:
    table = grid(
        say("stages", lang),
        [(say("stage", lang), False), (say("urgency", lang), False), ("n", True),
         (say("log", lang), True), (say("simulation", lang), True), (say("difference", lang), True),
         (say("interval", lang), True), (f"{say('p90', lang)} {say('log', lang).lower()}", True),
         (say("simulation", lang).lower(), True), (say("level", lang), False)],
    )  # fmt: skip
    table.columns[0].min_width = 14  # a narrow terminal wraps names of stages, and nothing else
    table.columns[1].no_wrap = table.columns[-1].no_wrap = True
    for r in found.stages:
        first = r.urgency == "all"
        if not first and r.level not in HEAVY:
            continue
        calls = BY_NAME[r.stage].of == "call" or r.stage == "call_answer"
        scale, unit = (1.0, "s") if calls else (60.0, "min")

        def text(x: float, *, signed: bool = False, scale: float = scale) -> str:
            return number(x / scale if math.isfinite(x) else None, 1, lang, signed=signed)

        level = say(r.level.value, lang)
        if r.level in HEAVY:
            level = f"[{COLOURS[r.level]}]{level}[/] ({say(r.reason, lang)})"
        span = f"{text(r.median_low, signed=True)} {NONE} {text(r.median_high, signed=True)}"
        table.add_row(
            f"{stage_name(r.stage, lang)} ({unit})" if first else "", say(r.urgency, lang),
            number(r.n_log, 0, lang), text(r.median_log), text(r.median_simulation),
            text(r.difference, signed=True), span if math.isfinite(r.median_low) else NONE,
            text(r.p90_log), text(r.p90_simulation), level,
        )  # fmt: skip
    screen.print(table)


def _show_volumes(screen: Any, found: Checked, lang: str) -> None:
    table = grid(
        say("volumes", lang),
        [(say("what", lang), False), ("", False), (say("log", lang), True),
         (say("simulation", lang), True), (say("ratio", lang), True), (say("interval", lang), True),
         (say("level", lang), False)],
    )  # fmt: skip
    for r in found.volumes:
        if r.group not in URGENCIES and r.level not in HEAVY:
            continue
        spread = math.isnan(r.log)
        low, high = number(r.low, 2, lang), number(r.high, 2, lang)
        interval = f"{low} {NONE} {high}" + (f" {say('chance', lang)}" if spread else "")
        table.add_row(
            say(r.name, lang), say(r.group, lang), number(r.log, 1, lang),
            number(r.simulation, 1, lang), number(r.ratio, 2, lang),
            interval if math.isfinite(r.low) else NONE,
            f"[{COLOURS[r.level]}]{say(r.level.value, lang)}[/]" if r.level in HEAVY
            else say(r.level.value, lang),
        )  # fmt: skip
    screen.print(table)


def _show_kpis(screen: Any, found: Checked, lang: str) -> None:
    table = grid(
        say("kpis", lang),
        [("", False), ("", False), (say("n", lang), True), (say("log", lang), True),
         (say("simulation", lang), True), (say("interval", lang), True), ("", False)],
    )  # fmt: skip
    for k in found.kpis:
        if k.group_kind not in SHOWN_KINDS:
            continue
        indicator = KPIS[k.kpi].indicator
        title = indicator.title_nb if lang == "nb" else indicator.title_en
        ends = (k.low, k.high)
        if k.low is not None and k.high is not None:
            ends = possible(k.low, k.high, k.unit)
        low, high = (amount(x, k.unit, lang) for x in ends)
        table.add_row(
            title if k.group_kind == "all" else "", say(k.group, lang), number(k.n_log, 0, lang),
            amount(k.log, k.unit, lang), amount(k.simulation, k.unit, lang), f"{low} {NONE} {high}",
            unit_name(k.unit, lang),
        )  # fmt: skip
    screen.print(table)


def show_fit(found: LogFit, lang: str) -> None:
    """Print the proposed parameters, and what the log cannot tell."""
    screen = console()
    screen.print(
        f"[bold]{found.start.isoformat()}[/bold], {found.days} days, {found.incidents} incidents\n"
    )
    show_remarks(screen, found.remarks, lang)
    table = grid(
        say("parameter", lang),
        [("", False), ("n", True), (say("value", lang), False), (say("interval", lang), True),
         (say("how", lang), False)],
    )  # fmt: skip
    for p in found.proposals:
        span = NONE if p.low is None or p.high is None else f"{p.low:.3g} {NONE} {p.high:.3g}"
        table.add_row(p.key, str(p.n), _value(p.value), span, p.says)
    screen.print(table)
    left = grid(say("left_out", lang), [("", False), (say("why", lang), False)])
    for one in found.left_out:
        left.add_row(one.key, one.why)
    screen.print(left)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(str(v) if k == "kind" else f"{k} {v:g}" for k, v in value.items())
    if isinstance(value, list):
        return f"{len(value)} weights, {min(value):.2f} to {max(value):.2f}"
    return f"{value:g}"
