"""``district``: any legevakt district of Norway as a folder that is ready to run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from emergency_sim.cli.options import AsJson, print_json

if TYPE_CHECKING:
    from emergency_sim.districts.making.new_district import NewDistrict

BETWEEN: Final = ","
"""Stands between municipalities."""


def new(
    network: Annotated[
        Path, typer.Option("--network", metavar="DIR", help="A network with the district's roads.")
    ],
    data: Annotated[
        Path, typer.Option("--data", metavar="DIR", help="Folder of open data (README names them).")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="New folder to write.")],
    legevakt: Annotated[
        list[str] | None,
        typer.Option(
            "--legevakt", metavar="NAME", help="As on the list of legevakter (repeatable)."
        ),
    ] = None,
    municipalities: Annotated[
        str | None,
        typer.Option("--municipalities", metavar="1506,1547", help="Numbers or names."),
    ] = None,
    all_norway: Annotated[bool, typer.Option("--all-norway", help="All municipalities.")] = False,
    population: Annotated[
        Path | None,
        typer.Option(
            "--population", metavar="FILE", help="Your own table of people instead of SSB's grid."
        ),
    ] = None,
    scenario: Annotated[
        Path | None,
        typer.Option(
            "--scenario", metavar="FILE.yaml", help="Write the first scenario to this file as well."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make zones, sites and a first scenario of a legevakt's district, or of municipalities."""
    from emergency_sim.districts.making.new_district import new_district

    made = new_district(
        network,
        data,
        out,
        legevakter=legevakt or (),
        municipalities=[w.strip() for w in (municipalities or "").split(BETWEEN) if w.strip()],
        all_norway=all_norway,
        population=population,
        scenario=scenario,
    )
    if as_json:
        text = {
            "schema_version": 1, "name": made.name,
            "manifest": {"folder": str(made.folder), "scenario": str(made.scenario)},
            **made.figures, "notes": list(made.notes),
        }  # fmt: skip
        print_json(text)
        return
    _print(made)


def _print(made: NewDistrict) -> None:
    from emergency_sim.report.style import number

    def count(key: str, one: str, more: str) -> str:
        figure = made.figures[key]
        return f"{number(float(figure), 0, 'en')} {one if figure == 1 else more}"

    typer.echo(
        f"{made.folder}: {made.name}: {count('people', 'person', 'people')} in "
        f"{count('municipalities', 'municipality', 'municipalities')}, "
        f"{count('zones', 'zone', 'zones')}, {count('legevakter', 'legevakt', 'legevakter')}, "
        f"{count('hospitals', 'hospital', 'hospitals')}, "
        f"{count('stations', 'station', 'stations')} with {count('cars', 'car', 'cars')}"
    )
    for note in made.notes:
        typer.echo(f"  {note}")
    typer.echo(
        f"What is published, derived and assumed: {made.folder / 'README.md'}\n"
        f"Next: emergency-sim run {made.scenario}"
    )


def commands() -> dict[str, Any]:
    """Return the commands of this module by name."""
    return {"new": new}
