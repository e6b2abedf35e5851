"""``results``: which there are, how they were made, whether they are whole, what may go."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from emergency_sim.cli.options import AsJson, Lang, fault, print_json
from emergency_sim.domain.errors import Fault, InputFaults

if TYPE_CHECKING:
    from collections.abc import Callable

    from emergency_sim.experiment.audit.verification import Verified

FAILED: Final = 1
MOST_NAMED: Final = 10

Top = Annotated[Path, typer.Argument(metavar="DIR", help="A folder of results folders.")]
One = Annotated[Path, typer.Argument(metavar="DIR", help="A results folder.")]


def commands() -> dict[str, Callable[..., None]]:
    """Return the commands of the group by name."""
    return {"list": list_results, "show": show, "verify": verify, "clean": clean}


def list_results(top: Top = Path("results"), as_json: AsJson = False) -> None:
    """List results: what, when, how many scenarios and replications, how large, whether whole."""
    from emergency_sim.experiment.audit.catalogue import entries

    found = entries(_folder(top))
    if as_json:
        print_json({"schema_version": 1, "rows": [one.to_json() for one in found]})
        return
    if not found:
        typer.echo(f"There are no results in {top}.")
        return
    from emergency_sim.cli.terminal import console, grid

    table = grid(
        "",
        [("folder", False), ("id", False), ("kind", False), ("state", False),
         ("finished (UTC)", False), ("scenarios", True), ("replications", True), ("size", True)],
    )  # fmt: skip
    for one in found:
        table.add_row(
            str(one.folder), one.id, one.kind, one.state.value,
            one.finished.replace("T", " ").removesuffix("Z"), str(one.scenarios),
            str(one.replications), size(one.size_bytes),
        )  # fmt: skip
    console().print(table)
    if any(one.state == "interrupted" for one in found):
        typer.echo("interrupted: the command that began it goes on with it (experiment: --resume).")


def show(folder: One, as_json: AsJson = False, lang: Lang = "en") -> None:
    """Show the main rows of results and how they were made."""
    from emergency_sim.experiment.comparing.compared import as_json as rows_json
    from emergency_sim.experiment.folder.results import Results

    results = Results.load(folder)
    rows = () if results.manifest["kind"] == "shard" else results.comparison_rows
    if as_json:
        print_json(rows_json(results.manifest, rows))
        return
    from emergency_sim.cli.show_results import show_results

    show_results(results, rows, lang)


def verify(
    folder: One,
    rerun: Annotated[
        int, typer.Option(metavar="K", help="Simulate K replications again and compare bytes.")
    ] = 0,
    experiment: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="The experiment's file, for --rerun."),
    ] = None,
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="As the experiment was run with."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Verify results: every byte, indicators from their components, some replications again."""
    from emergency_sim.experiment.audit.verification import verify as verified

    if rerun < 0:
        raise InputFaults([fault("--rerun", "must be at least 0", rerun)])

    def say(line: str) -> None:
        sys.stderr.write(f"{line}\n")

    found = verified(folder, rerun=rerun, experiment=experiment, sets=sets or (), say=say)
    if as_json:
        print_json({"schema_version": 1, **found.to_json()})
    else:
        for line in sentences(found):
            typer.echo(line)
    if not found.good:
        raise typer.Exit(FAILED)


def sentences(found: Verified) -> list[str]:
    """Return what was found, in words."""
    if not found.files:
        return ["There are no checksums: these results were made by an older version."]
    lines = [f"{found.files} files were looked at against their checksums."]
    for names, what in (
        (found.changed, "not as it was written"),
        (found.missing, "missing"),
        (found.unknown, "without a checksum (put there by somebody else)"),
    ):
        lines += [f"{name}: {what}" for name in names[:MOST_NAMED]]
        if len(names) > MOST_NAMED:
            lines.append(f"... {len(names) - MOST_NAMED} more are {what}")
    if found.indicators is not None:
        follows = "follows" if found.indicators else "does NOT follow"
        lines.append(f"kpis.parquet {follows} from the components of the replications.")
    if found.rerun:
        same = len(found.rerun) - len(found.differ)
        lines.append(f"{same} of {len(found.rerun)} replications run again gave the same bytes.")
    lines.append(
        "The results are whole."
        if found.good
        else "The results are NOT whole: run the command that made them again, or put them back "
        "from a copy."
    )
    return lines


def clean(
    top: Top = Path("results"),
    partial: Annotated[
        bool, typer.Option("--partial", help="What interrupted runs have left.")
    ] = False,
    events: Annotated[bool, typer.Option("--events", help="Event logs.")] = False,
    whole: Annotated[bool, typer.Option("--all", help="Complete results, too.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Answer yes.")] = False,
    as_json: AsJson = False,
) -> None:
    """Throw away what interrupted runs left (--partial), event logs (--events), or all (--all)."""
    from emergency_sim.experiment.audit.catalogue import rubbish, throw_away

    if not (partial or events or whole):
        partial = True
    found = rubbish(_folder(top), partial=partial or whole, events=events, whole=whole)
    for one in found if not as_json else ():
        typer.echo(f"{one.path}: {one.what}, {size(one.size_bytes)}")
    if found and not yes:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            message = "nothing was thrown away: what is listed above would be; say so with --yes"
            raise InputFaults([fault("--yes", message)])
        if not typer.confirm("Throw this away?", err=True):
            typer.echo("Nothing was thrown away.")
            return
    for one in found:
        throw_away(one)
    freed = sum(one.size_bytes for one in found)
    if as_json:
        gone = [{"folder": one.path.name, "what": one.what, "size_bytes": one.size_bytes}
                for one in found]  # fmt: skip
        print_json({"schema_version": 1, "rows": gone, "freed_bytes": freed})
        return
    typer.echo(f"{size(freed)} are free again." if found else "There is nothing to throw away.")


def size(count: int) -> str:
    """Return a number of bytes in words.

    Examples
    --------
    >>> [size(n) for n in (900, 20_500, 3_210_000)]
    ['900 B', '20 kB', '3.2 MB']
    """
    if count < 1000:
        return f"{count} B"
    if count < 1e6:
        return f"{count / 1e3:.0f} kB"
    return f"{count / 1e6:.1f} MB" if count < 1e9 else f"{count / 1e9:.1f} GB"


def _folder(top: Path) -> Path:
    if not top.is_dir():
        raise InputFaults([Fault(file=str(top), message="there is no such folder")])
    return top
