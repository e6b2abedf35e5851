"""What ``results show`` says of a results folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emergency_sim.cli.terminal import console, grid
from emergency_sim.report import tables
from emergency_sim.report.comparison_words import beyond_tables, structure_name
from emergency_sim.report.point_names import point_names
from emergency_sim.report.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emergency_sim.analysis.compare import ComparisonRow
    from emergency_sim.experiment.folder.results import Results

MOST_NAMED = 12


def show_results(results: Results, rows: Sequence[ComparisonRow], lang: str) -> None:
    """Print how results were made, and their main rows.

    Parameters
    ----------
    results
        Any kind of results.
    rows
        Of the comparison, or of the run; none of a shard.
    lang
        ``nb`` or ``en``.
    """
    screen = console()
    manifest = results.manifest
    screen.print(f"[bold]{results.folder}[/bold]", highlight=False)
    table = grid("", [("", False), ("", False)])
    table.show_header = False
    for name, value in _made(manifest):
        table.add_row(name, value)
    screen.print(table)
    primary = [r for r in rows if r.note.startswith("primary")]
    chosen = primary or tables.pick(rows, variant=None, group_kind="all", group="all")
    if not chosen:
        return
    main = grid(
        "Primary indicators" if primary else "Main indicators",
        [("scenario", False), (say("indicator", lang), False), ("group", False),
         (say("base", lang) if primary else say("value", lang), True),
         (say("difference", lang), True), (say("interval", lang), True),
         (say("unit", lang), False), (say("verdict", lang), False)],
    )  # fmt: skip
    points = point_names(manifest)
    for row in chosen:
        line = tables.line(row, lang)
        name = structure_name(row.variant_id or results.scenarios[0], points, lang)
        main.add_row(
            name, line.title, row.group, line.base, line.difference, line.interval, line.unit,
            line.verdict,
        )  # fmt: skip
    screen.print(main)
    if (said := beyond_tables(manifest.get("choice"), lang)) is not None:
        screen.print(said, markup=False, highlight=False)


def _made(manifest: dict[str, Any]) -> list[tuple[str, str]]:
    """Return how results were made, as names and values."""
    machine, git, own = manifest["machine"], manifest["git"], manifest.get("experiment")
    replications = manifest["replications"]
    names = list(replications)
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    found = [("kind", str(manifest["kind"]))]
    if own:
        found.append(("experiment", f"{own['id']} ({own['file']}, hash {own['hash'][:12]})"))
    if "shard" in manifest:
        found.append(("shard", f"{manifest['shard']['number']} of {manifest['shard']['of']}"))
    counts = sorted(set(replications.values()))
    told = " to ".join(map(str, dict.fromkeys((counts[0], counts[-1])))) if counts else "0"
    found += [
        ("finished (UTC)", manifest["finished"].replace("T", " ").removesuffix("Z")),
        ("scenarios", ", ".join(names[:MOST_NAMED]) + more),
        ("replications", (f"{told} of {manifest['days']} days after {manifest['warm_up_days']} of "
                         f"warm-up, seed {manifest['seed']}")),
        ("made by", f"emergency-sim {manifest['versions']['emergency-sim']}"
                    + ("" if git is None else f", commit {git['commit'][:12]}"
                       + (" with changes" if git["changed"] else ""))),
        ("on", (f"{machine['system']} {machine['architecture']}, {machine.get('executor', '')} with "
               f"{machine['jobs']} worker{'s' if machine['jobs'] > 1 else ''}")),
        ("seconds", ", ".join(f"{k} {v:.0f}" for k, v in manifest["seconds"].items())),
        ("replications by origin", ", ".join(
            f"{k} {v}" for k, v in manifest["replications_by_origin"].items() if v)),
        ("input files", f"{len(manifest['inputs'])}, each with its SHA-256 in manifest.json"),
    ]  # fmt: skip
    return found
