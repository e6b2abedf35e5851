"""What an experiment says in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emergency_sim.cli.terminal import console, grid
from emergency_sim.report.point_names import point_names, shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from emergency_sim.experiment.designed.experiment_run import Finished
    from emergency_sim.scenario import Experiment

MOST_LINES = 40
"""Points of a design that are printed; the file holds all of them."""


def show_experiment(done: Finished, loaded: Experiment, folder: Path, lang: str) -> None:
    """Print the design, the comparison, the choice and the sensitivity analysis.

    Parameters
    ----------
    done, loaded
        What was found, and what was asked.
    folder
        The results folder.
    lang
        ``nb`` or ``en``.
    """
    from emergency_sim.cli.show import show_comparison, show_limits
    from emergency_sim.cli.show_ranking import print_choice, print_rankings
    from emergency_sim.cli.show_sensitivity import show_sensitivity

    found = done.comparison
    screen = console()
    name = loaded.spec.name
    screen.print(f"\n[bold]{name.nb if lang == 'nb' else name.en}[/bold]")
    _print_design(loaded)
    short = bool(loaded.points) and len(loaded.others) > 1
    ranked = show_comparison(found, lang, short=short)
    if done.stopped is not None:
        screen.print(f"\n{done.stopped.sentence()}", markup=False, highlight=False)
    if done.chosen is not None:
        names = point_names(found.results.manifest)
        print_choice(done.chosen, lang, names)
        ranking = done.chosen.ranking
        told = ranked and ranking in found.findings.rankings
        if done.chosen.decision is None and ranking is not None and not told:
            screen.print()
            base = found.findings.scenarios[0].id
            print_rankings([ranking], found.rows, base, lang, names)
    if found.results.manifest["sensitivity"] is not None:
        show_sensitivity(found.results, found.rows, lang)
    files = ["tables/comparison.csv", "comparison.parquet", "kpis.parquet", "manifest.json"]
    if loaded.points:
        files.insert(0, "tables/design.csv")
    show_limits(found.results, loaded.base, folder, files, lang, found.rows)


def _print_design(loaded: Experiment) -> None:
    """Print which values the factors have in which scenario."""
    if not loaded.points:
        return
    paths = list(dict.fromkeys(path for point in loaded.points for path in point.values))
    table = grid("", [("id", False), *((path, True) for path in paths)])
    for point in loaded.points[:MOST_LINES]:
        table.add_row(point.id, *(_cell(point.values, path) for path in paths))
    screen = console()
    screen.print(table)
    if len(loaded.points) > MOST_LINES:
        screen.print(f"... {len(loaded.points) - MOST_LINES} more in tables/design.csv")


def _cell(values: Mapping[str, Any], path: str) -> str:
    return shown(values[path]) if path in values else ""


def write_design(loaded: Experiment, folder: Path) -> None:
    """Write ``tables/design.csv``: which values the factors have in which scenario.

    Parameters
    ----------
    loaded
        The experiment.
    folder
        The results folder.
    """
    if not loaded.points:
        return
    from emergency_sim.experiment.designed.design import design_table
    from emergency_sim.report.tables import write_dicts

    (folder / "tables").mkdir(exist_ok=True)
    rows = design_table(loaded.points).to_dict("records")
    plain = [{str(k): None if v != v else v for k, v in row.items()} for row in rows]
    write_dicts(plain, folder / "tables" / "design.csv")
