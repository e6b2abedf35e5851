"""``travel-time``: maps and tables of how far people have, before and after a change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from emergency_sim.cli.options import (
    LANGUAGES,
    AsJson,
    Lang,
    fault,
    new_folder_faults,
    one_of,
    print_json,
)
from emergency_sim.experiment.travel.driving import PROFILES

if TYPE_CHECKING:
    from emergency_sim.domain.errors import Fault

DIRECTIONS: Final = ("to", "from")
SEASONS: Final = ("summer", "winter")


def travel_time(
    network: Annotated[Path, typer.Option("--network", metavar="DIR", help="A region's folder.")],
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="FILE|kind=KIND",
            help="Places: CSV (name, lon, lat) or GeoJSON; or a kind of the region's sites.csv.",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write.")],
    zones: Annotated[
        Path | None, typer.Option("--zones", metavar="FILE", help="zones.csv of the network.")
    ] = None,
    population: Annotated[
        Path | None,
        typer.Option("--population", metavar="FILE", help="SSB's grid, or CSV of one's own."),
    ] = None,
    profile: Annotated[
        str, typer.Option("--profile", metavar="car|ambulance|blue", help="Who drives.")
    ] = "car",
    direction: Annotated[
        str | None,
        typer.Option("--direction", metavar="to|from", help="Default: cars to, ambulances from."),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="'Sa 03:00'", help="Only what is open then; its ferries."),
    ] = None,
    season: Annotated[
        str, typer.Option("--season", metavar="summer|winter", help="Winter: slower.")
    ] = "summer",
    winter_roads: Annotated[
        str, typer.Option("--winter-roads", metavar="open|closed", help="In winter.")
    ] = "closed",
    keys: Annotated[
        bool,
        typer.Option(
            "--keys/--no-keys", help="Ambulances use private roads, bus lanes and locked barriers."
        ),
    ] = True,
    breaks: Annotated[
        str, typer.Option("--breaks", metavar="MIN,MIN,...", help="Borders of the classes.")
    ] = "12,25,40,60",
    outlines: Annotated[
        Path | None,
        typer.Option("--outlines", metavar="FILE", help="Areas of the tables: polygons with ids."),
    ] = None,
    land: Annotated[
        Path | None,
        typer.Option(
            "--land",
            metavar="FILE",
            help="Outlines of all land: over more than 1 km of water people take a boat.",
        ),
    ] = None,
    close: Annotated[
        list[str] | None,
        typer.Option("--close", metavar="NAME", help="After: this place is closed (repeatable)."),
    ] = None,
    opens: Annotated[
        list[str] | None,
        typer.Option(
            "--open", metavar="NAME=LON,LAT", help="After: a new place here (repeatable)."
        ),
    ] = None,
    without_ferry: Annotated[
        list[str] | None,
        typer.Option(
            "--without-ferry", metavar="NAME", help="After: it does not run (repeatable)."
        ),
    ] = None,
    worse: Annotated[
        float, typer.Option("--worse", metavar="MIN", help="Who gets so much longer is counted.")
    ] = 10.0,
    quantile: Annotated[
        float | None,
        typer.Option("--quantile", metavar="0.9", help="Of single trips, not the usual time."),
    ] = None,
    helicopter: Annotated[
        str | None,
        typer.Option(
            "--helicopter", metavar="FILE|kind=KIND", help="Bases: coverage in a straight line."
        ),
    ] = None,
    activation: Annotated[
        float, typer.Option("--activation-min", help="Until the helicopter is in the air.")
    ] = 5.0,
    helicopter_kmh: Annotated[float, typer.Option("--helicopter-kmh", help="Its speed.")] = 220.0,
    as_json: AsJson = False,
    lang: Lang = "en",
) -> None:
    """Draw travel-time maps for planners: GeoPackage, GeoTIFF, PNG, SVG and tables."""
    from emergency_sim.experiment.travel.question import Question, number_list, week_hour
    from emergency_sim.report.travel_output import is_travel_output

    faults: list[Fault] = []
    for label, given, known in (
        ("--profile", profile, tuple(PROFILES)),
        ("--direction", direction, tuple(DIRECTIONS)),
        ("--season", season, SEASONS),
        ("--winter-roads", winter_roads, ("open", "closed")),
        ("--lang", lang, LANGUAGES),
    ):
        if given is not None:
            faults += one_of(label, given, known)
    if zones is not None and population is not None:
        faults.append(fault("--population", "give either --zones or --population", str(population)))
    if quantile is not None and not 0 < quantile < 1:
        faults.append(fault("--quantile", "must lie between 0 and 1", quantile))
    for label, number, low, high in (
        ("--worse", worse, 0, 600),
        ("--activation-min", activation, 0, 120),
        ("--helicopter-kmh", helicopter_kmh, 50, 500),
    ):
        if not low <= number <= high:
            faults.append(fault(label, f"must be from {low} to {high}", number))
    question = Question(
        network=network, to=to, zones=zones, population=population,
        profile=PROFILES.get(profile, "car"),
        towards=(direction or ("to" if profile == "car" else "from")) == "to",
        season=season, winter_roads=winter_roads, keys=keys,
        at=None if at is None else week_hour(at, faults),
        breaks=number_list(breaks, "--breaks", faults), outlines=outlines, land=land,
        close=tuple(close or ()), opens=tuple(opens or ()),
        without_ferries=tuple(without_ferry or ()), worse_min=worse, quantile=quantile,
        helicopter=helicopter, activation_min=activation, helicopter_kmh=helicopter_kmh, lang=lang,
    )  # fmt: skip
    faults += new_folder_faults(out, is_travel_output)
    from emergency_sim.experiment.travel.question import answer

    found = answer(question, faults)
    from emergency_sim.report.travel_output import travel_rows, write_travel_output
    from emergency_sim.report.travel_tables import unreached

    write_travel_output(out, found)
    if as_json:
        text = {
            "schema_version": 1, "manifest": found.manifest(), "rows": travel_rows(found),
            "unreached": unreached(found),
        }  # fmt: skip
        print_json(text)
        return
    from emergency_sim.cli.show_travel import show_travel

    show_travel(found, out)
