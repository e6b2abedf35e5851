"""What a sensitivity analysis says in the terminal, and what it leaves in ``tables/``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emergency_sim.cli.terminal import console, grid
from emergency_sim.experiment.sensitivity.study import FOLDER
from emergency_sim.report.point_names import point_names
from emergency_sim.report.sensitivity_tables import SensitivityTables
from emergency_sim.report.sensitivity_words import said, study_sentences

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from emergency_sim.analysis.compare import ComparisonRow
    from emergency_sim.experiment.folder.results import Results


def write_sensitivity(results: Results, rows: Sequence[ComparisonRow], lang: str) -> list[Path]:
    """Write ``tables/sensitivity.csv`` and pictures beside it; returns the pictures.

    Parameters
    ----------
    results
        Of an experiment with a sensitivity analysis.
    rows
        Of its comparison.
    lang
        ``nb`` or ``en``.
    """
    folder = results.folder / "tables"
    folder.mkdir(exist_ok=True)
    return SensitivityTables.read(results.folder / FOLDER, rows).write(folder, lang)


def show_sensitivity(results: Results, rows: Sequence[ComparisonRow], lang: str) -> None:
    """Print the range of the primary differences, what moves them most, what was left out.

    Parameters
    ----------
    results, rows, lang
        As for :func:`write_sensitivity`.
    """
    screen = console()
    tables = SensitivityTables.read(results.folder / FOLDER, rows)
    points = point_names(results.manifest)
    sentences = tables.range_sentences(lang, points)
    if sentences:
        screen.print(f"\n[bold]{said('range_title', lang)}[/bold]")
    for sentence in sentences:
        screen.print(sentence, markup=False, highlight=False)
    effects = tables.effect_tables(lang, points)
    if effects:
        screen.print(f"\n[bold]{said('effects_title', lang)}[/bold]")
    for one in effects:
        if not one.rows:
            screen.print(f"{one.title}: {said('nothing_moves_it', lang)}", markup=False)
            continue
        table = grid(
            one.title,
            [(said("parameter", lang), False), (said("value", lang), True),
             (said("low", lang), True), (said("high", lang), True),
             (said("effect_column", lang), True),
             (said("chance_column", lang), True), ("σ", True), (said("sign", lang), True),
             (said("status", lang), False)],
        )  # fmt: skip
        for row in one.rows:
            table.add_row(*row)
        screen.print(table)
    if effects:
        screen.print(said("effects_legend", lang), markup=False, highlight=False)
    for sentence in study_sentences(results.manifest["sensitivity"], lang):
        screen.print(sentence, markup=False, highlight=False)
