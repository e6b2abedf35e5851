"""Options that the simulating commands share, and what is wrong with them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from emergency_sim.domain.errors import NOTHING, Fault, InputFaults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from emergency_sim.scenario import Scenario

Replications = Annotated[
    int | None,
    typer.Option("--replications", metavar="N", help="Runs with random numbers of their own."),
]
Days = Annotated[
    int | None, typer.Option("--days", metavar="D", help="Counted days, after the warm-up.")
]
Seed = Annotated[int | None, typer.Option("--seed", metavar="S", help="Seed of the experiment.")]
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", metavar="J", help="Worker processes; default: one a processor."),
]
Out = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Results folder to write.")]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON to stdout instead of tables.")]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", help="Change a value of the scenario (repeatable)."
    ),
]
Events = Annotated[bool, typer.Option("--events", help="Keep the event logs in the results.")]
Lang = Annotated[str, typer.Option("--lang", metavar="nb|en", help="Language of tables and maps.")]


LANGUAGES: Final = ("nb", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """The common options as given."""

    replications: int | None = None
    days: int | None = None
    seed: int | None = None
    jobs: int | None = None
    out: Path | None = None
    sets: tuple[str, ...] = ()
    lang: str = "en"

    def faults(self) -> list[Fault]:
        """Return what is wrong with them."""
        found = [
            Fault(file=f"--{name}", message=f"must be at least {least}", got=value)
            for name, value, least in (
                ("replications", self.replications, 1),
                ("days", self.days, 1),
                ("seed", self.seed, 0),
                ("jobs", self.jobs, 1),
            )
            if value is not None and value < least
        ]
        found += one_of("--lang", self.lang, LANGUAGES)
        if self.out is not None:
            from emergency_sim.experiment.folder.store import check_out

            try:
                check_out(self.out)
            except InputFaults as error:
                found += error.faults
        return found

    def all_sets(self) -> list[str]:
        """Return ``--set`` with the options that are keys of the scenario."""
        given = {
            "run.replications": self.replications,
            "run.days": self.days,
            "run.seed": self.seed,
        }
        return [*self.sets, *(f"{k}={v}" for k, v in given.items() if v is not None)]


def load_all(names: Sequence[str], options: Common, more: Iterable[Fault] = ()) -> list[Scenario]:
    """Return all scenarios.

    Parameters
    ----------
    names
        Files or names of bundled scenarios.
    options
        Their ``--set`` and lengths are laid over every scenario.
    more
        Faults of a command's own options.

    Raises
    ------
    InputFaults
        Everything that is wrong with options and files, all at once.
    """
    from emergency_sim.analysis.kpis import KPIS
    from emergency_sim.scenario import load_scenario

    faults = [*options.faults(), *more]
    sets = options.all_sets() if not faults else list(options.sets)
    found = []
    for name in names:
        try:
            found.append(load_scenario(name, sets, kpis=list(KPIS)))
        except InputFaults as error:
            faults += error.faults
    if faults:
        raise InputFaults(dict.fromkeys(faults))
    return found


def fault(option: str, message: str, got: Any = NOTHING) -> Fault:
    """Return the fault of an option."""
    return Fault(file=option, message=message, got=got)


def one_of(option: str, given: object, known: Sequence[str]) -> list[Fault]:
    """Return the fault of an option that has one of some words, none where it has.

    Examples
    --------
    >>> print(*one_of("--lang", "de", ("nb", "en")))
    --lang:1:1: must be nb or en (got 'de')
    >>> print(*one_of("--executor", "ray", ("serial", "loky", "dask")))
    --executor:1:1: must be one of serial, loky, dask (got 'ray')
    """
    if given in known:
        return []
    words = " or ".join(known) if len(known) == 2 else f"one of {', '.join(known)}"
    return [fault(option, f"must be {words}", given)]


def new_folder_faults(out: Path | None, ours: Callable[[Path], bool]) -> list[Fault]:
    """Return why a command may not make its own folder there.

    Parameters
    ----------
    out
        The folder; None: nothing is written.
    ours
        Whether a folder that is there already was made by the same command, and may be replaced.
    """
    from emergency_sim.domain.new_folder import check_new_folder

    if out is None:
        return []
    try:
        check_new_folder(out, ours=ours)
    except InputFaults as error:
        return list(error.faults)
    return []


def print_json(value: Any) -> None:
    """Print what ``--json`` asks for; NaN is no JSON."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False))
