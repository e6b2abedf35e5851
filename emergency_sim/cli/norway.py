"""``norway``: the white paper's table of travel times to legevakt, beside ours from open data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from emergency_sim.cli.options import (
    LANGUAGES,
    AsJson,
    Lang,
    new_folder_faults,
    one_of,
    print_json,
)

if TYPE_CHECKING:
    from emergency_sim.districts.national import National
    from emergency_sim.districts.white_paper import WhitePaper

FIGURES: Final = {
    "share_over_40": ("people with more than 40 min", "folk med mer enn 40 min"),
    "share_over_60": ("people with more than 60 min", "folk med mer enn 60 min"),
    "municipalities_mean_over_40": (
        "municipalities with a mean above 40 min",
        "kommuner med snitt over 40 min",
    ),
    "municipalities_mean_at_least_60": (
        "municipalities with a mean of 60 min or more",
        "kommuner med snitt på 60 min eller mer",
    ),
}
CAVEATS: Final = {
    "en": (
        "Ours: main roads of N1000 with one speed a class (no limits, no streets in towns), ferries "
        "at 12.3 km/h with the wait in it at any hour, people of 2019 per square kilometre, the "
        "legevakter of the 2024 list as if always open. The white paper: the structure of 2022. "
        "MODEL.md says where they differ and why."
    ),
    "nb": (
        "Vårt: hovedveiene i N1000 med én fart per klasse (uten fartsgrenser og gater), ferger på "
        "12,3 km/t med ventetid medregnet til alle tider, folk i 2019 per kvadratkilometer, "
        "legevaktene på listen fra 2024 som om de alltid var åpne. Meldingen: strukturen i 2022. "
        "MODEL.md sier hvor de skiller seg, og hvorfor."
    ),
}


def norway(
    data: Annotated[
        Path, typer.Argument(metavar="DATA_DIR", help="Folder of open data (README names them).")
    ],
    as_json: AsJson = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Tables and maps, in a new folder.")
    ] = None,
    speeds: Annotated[
        Path | None, typer.Option("--speeds", metavar="FILE", help="Another speed table.")
    ] = None,
    lang: Lang = "en",
) -> None:
    """Travel times of all Norway to legevakt: the white paper's table, and ours from open data."""
    from emergency_sim.bundled import bundled_root
    from emergency_sim.domain.errors import InputFaults

    faults = [*one_of("--lang", lang, LANGUAGES), *new_folder_faults(out, _ours)]
    from emergency_sim.districts.national import NEEDED, read_national
    from emergency_sim.districts.sources.data_folder import find_files
    from emergency_sim.districts.white_paper import white_paper
    from emergency_sim.network.speed_table import SpeedTable, read_speeds

    table = SpeedTable()
    try:
        table = read_speeds(speeds or bundled_root() / "networks" / "speeds.csv")
    except InputFaults as error:
        faults += error.faults
    if faults:
        try:
            find_files(data, NEEDED)  # what is missing is said at once, though nothing is read
        except InputFaults as error:
            faults += error.faults
        raise InputFaults(faults)
    national = read_national(data, table)
    found = white_paper(national.region, national.cells, national.municipalities, national.listed)
    if out is not None:
        from emergency_sim.report.national import write_national

        write_national(out, national, found, lang, ours=_ours)
    if as_json:
        print_json(_json(national, found))
        return
    _show(national, found, lang)
    if out is not None:
        said = {"en": "Tables and maps", "nb": "Tabeller og kart"}[lang]
        typer.echo(f"{said}: {out}")


FILES: Final = frozenset(
    {
        "white_paper.json", "municipalities.csv", "legevakter.csv", "norway.gpkg", "norway.tif",
        *(f"map_{which}.{end}" for which in ("own", "nearest") for end in ("png", "svg")),
    }
)  # fmt: skip
"""What the command writes into its folder, and may replace there."""


def _ours(folder: Path) -> bool:
    found = {path.name for path in folder.iterdir()}
    return "white_paper.json" in found and found <= FILES


def _json(national: National, found: WhitePaper) -> dict[str, Any]:
    """Return the figures with what they rest on; no path and no clock."""
    from emergency_sim.districts.white_paper import PUBLISHED

    return {
        "schema_version": 1,
        "own_district": found.own_district.row(),
        "nearest": found.nearest.row(),
        "published": dict(PUBLISHED),
        "people": round(national.cells.people),
        "people_by_boat": round(float(national.cells.population[found.boat].sum())),
        "municipalities_without_listed_legevakt": list(national.listed.without),
        "inputs": {
            kind: {"name": file.path.name, "sha256": file.sha256()}
            for kind, file in sorted(national.files.items())
        },
    }


def _show(national: National, found: WhitePaper, lang: str) -> None:
    """Print the table, and what it does not know."""
    from emergency_sim.cli.terminal import console, grid
    from emergency_sim.districts.white_paper import PUBLISHED

    words = {
        "en": ("Travel time to legevakt", "White paper", "Own district's", "Nearest"),
        "nb": ("Reisetid til legevakt", "Meldingen", "Eget distrikts", "Nærmeste"),
    }[lang]
    table = grid(words[0], [("", False), *((w, True) for w in words[1:])])
    for key, names in FIGURES.items():
        name = names[0] if lang == "en" else names[1]
        values = (PUBLISHED[key], found.own_district.row()[key], found.nearest.row()[key])
        table.add_row(name, *(_said(key, v, lang) for v in values))
    screen = console()
    screen.print(table)
    for line in _facts(national, found, lang):
        typer.echo(line)
    typer.echo(CAVEATS[lang])


def _said(key: str, value: float | None, lang: str) -> str:
    from emergency_sim.report.style import number

    if key.startswith("share"):
        return number(None if value is None else 100 * value, 1, lang) + " %"
    return number(value, 0, lang)


def _facts(national: National, found: WhitePaper, lang: str) -> list[str]:
    from emergency_sim.report.style import number

    people = number(national.cells.people, 0, lang)
    boat = number(float(national.cells.population[found.boat].sum()), 0, lang)
    middle = number(found.own_district.everybody.median_min, 1, lang)
    without = len(national.listed.without)
    if lang == "nb":
        return [
            f"{people} innbyggere, {len(national.listed)} legevakter; median {middle} min til egen.",
            f"{boat} bor der verken vei eller ferge når og er regnet med båt.",
            f"{without} kommuner nevnes ikke på listen og er gitt den nærmeste.",
        ]
    return [
        f"{people} people, {len(national.listed)} legevakter; median {middle} min to their own.",
        f"{boat} live where neither road nor ferry reaches and are counted by boat.",
        f"{without} municipalities are not on the list and get the nearest.",
    ]
