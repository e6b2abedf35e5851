"""Tables and progress in the terminal."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

STAGES: Final = {
    "validate": "Validating: scenarios",
    "search": "Equal service: rounds of the search",
    "simulate": "Simulating: replications",
    "rescore": "Indicators",
    "range": "Sensitivity, draws of all parameters: replications",
    "morris": "Sensitivity, Morris: replications",
    "sobol": "Sensitivity, Sobol: replications",
}
COLOURS: Final = {"better": "green", "worse": "red", "": ""}
WIDTH_WITHOUT_TERMINAL: Final = 150


def console() -> Console:
    """Return the console of stdout; wide where stdout is a file or a pipe."""
    width = None if sys.stdout.isatty() else WIDTH_WITHOUT_TERMINAL
    return Console(width=width, highlight=False, soft_wrap=False)


def bars() -> Progress:
    """Return bars on stderr that have not begun."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(bar_width=32), MofNCompleteColumn(),
        TimeElapsedColumn(), TimeRemainingColumn(compact=True),
        console=Console(stderr=True, highlight=False),
    )  # fmt: skip


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """Give a function that shows how far a run is, on stderr."""
    with bars() as bar:
        tasks: dict[str, Any] = {}

        def told(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(STAGES.get(stage, stage), total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield told
        for task in tasks.values():
            bar.update(task, completed=bar.tasks[task].total)


@contextmanager
def shown_progress(*, quiet: bool = False) -> Iterator[Callable[[str, int, int], None] | None]:
    """Give :func:`progress` where somebody is looking at stderr, otherwise None.

    Parameters
    ----------
    quiet
        Nobody is, as with ``--json``.
    """
    if quiet or not sys.stderr.isatty():
        yield None
        return
    with progress() as told:
        yield told


def grid(title: str, columns: Sequence[tuple[str, bool]]) -> Table:
    """Return an empty table.

    Parameters
    ----------
    title
        Above the table.
    columns
        Heading, and whether its cells are numbers.
    """
    from rich import box

    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    table.show_edge = False
    table.pad_edge = False
    for heading, is_number in columns:
        table.add_column(
            heading, justify="right" if is_number else "left", no_wrap=is_number, overflow="fold"
        )
    return table
