"""The table of a travel study in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import typer

if TYPE_CHECKING:
    from pathlib import Path

    from emergency_sim.districts.travel_answer import TravelAnswer

MOST_ROWS: Final = 40
NAME_LENGTH: Final = 28
MOST_NAMES: Final = 10
_WORDS: Final = {
    "en": {
        "people": "People", "mean": "Mean", "median": "Median", "over": "> {b} min, %",
"longer": "+{w} min", "shorter": "−{w} min",
        "who": "{key}: people whose time gets more than {w} minutes longer or shorter.",
        "nearest": "nearest of people", "median_all": "median of all people, min",
        "more": "and {n} more rows in travel_time.csv", "lost": "Not reached: {n} people: {names}",
        "files": "GeoPackage, GeoTIFF, maps and tables: {out}",
        "flight": "Helicopter: {n} % of the people within 45 min of the alarm (straight line).",
        "all": "all",
    },
    "nb": {
        "people": "Innbyggere", "mean": "Snitt", "median": "Median", "over": "> {b} min, %",
"longer": "+{w} min", "shorter": "−{w} min",
        "who": "{key}: innbyggere som får mer enn {w} minutter lengre eller kortere.",
        "nearest": "nærmest for", "median_all": "median for alle, min",
        "more": "og {n} rader til i travel_time.csv", "lost": "Ikke nådd: {n} innbyggere: {names}",
        "files": "GeoPackage, GeoTIFF, kart og tabeller: {out}",
        "flight": "Helikopter: {n} % av innbyggerne innen 45 min fra alarm (luftlinje).",
        "all": "alle",
    },
}  # fmt: skip


def show_travel(answer: TravelAnswer, out: Path) -> None:
    """Print the table of everybody, municipalities and facilities, and where the files are."""
    from emergency_sim.cli.terminal import console, grid
    from emergency_sim.report.style import number
    from emergency_sim.report.travel_tables import travel_rows, unreached
    from emergency_sim.report.travel_words import heading, subtitle

    words, lang = _WORDS[answer.lang], answer.lang
    table = grid(f"{heading(answer)}. {subtitle(answer)}", _columns(answer))
    table.columns[0].no_wrap = True
    every = travel_rows(answer)
    rows = [r for r in every if r["kind"] in ("all", "municipality")]
    for row in rows[:MOST_ROWS]:
        table.add_row(*_cells(answer, row))
    sites = grid("", [("", False), (words["nearest"], True), (words["median_all"], True)])
    for row in [r for r in every if r["kind"] == "facility"][:MOST_ROWS]:
        cells = [
            _change(row, key, digits, lang)
            for key, digits in (("people_nearest", 0), ("median_min", 1))
        ]
        sites.add_row(str(row["name"]), *cells)
    console().print(table)
    console().print(sites)
    if answer.after is not None:
        least = f"{answer.worse_min:g}"
        key = f"{words['longer'].format(w=least)}, {words['shorter'].format(w=least)}"
        typer.echo(words["who"].format(key=key, w=least))
    if len(rows) > MOST_ROWS:
        typer.echo(words["more"].format(n=len(rows) - MOST_ROWS))
    lost = unreached(answer)
    if lost:
        count = _change(rows[0], "unreached", 0, lang)
        names = ", ".join(str(one["name"]) for one in lost[:MOST_NAMES])
        more = f" … ({len(lost)})" if len(lost) > MOST_NAMES else ""
        typer.echo(words["lost"].format(n=count, names=f"{names}{more}"))
    if answer.flight is not None:
        people = answer.places.people
        share = people[answer.flight.minutes <= 45].sum() / people.sum()
        typer.echo(words["flight"].format(n=number(100 * float(share), 1, lang)))
    for note in answer.notes:
        typer.echo(note)
    typer.echo(words["files"].format(out=out))


def _columns(answer: TravelAnswer) -> list[tuple[str, bool]]:
    """Return headings, and whether their cells are numbers."""
    words = _WORDS[answer.lang]
    names = [words["median"], words["mean"]]
    names += [words["over"].format(b=f"{limit:g}") for limit in answer.breaks]
    columns = [("", False), (words["people"], True), *((name, True) for name in names)]
    if answer.after is not None:
        least = f"{answer.worse_min:g}"
        columns += [(words[key].format(w=least), True) for key in ("longer", "shorter")]
    return columns


def _cells(answer: TravelAnswer, row: dict[str, Any]) -> list[str]:
    """Return the cells of a row; what changes as ``before → after``."""
    from emergency_sim.report.style import number

    lang = answer.lang
    name = _WORDS[lang]["all"] if row["kind"] == "all" else str(row["name"])
    people = row["people"] if row["people"] is not None else row.get("people_after")

    cells = [name[:NAME_LENGTH], number(people, 0, lang)]
    cells += [_change(row, key, 1, lang) for key in ("median_min", "mean_min")]
    cells += [_change(row, f"share_over_{b:g}", 1, lang, times=100) for b in answer.breaks]
    if answer.after is not None:
        cells += [number(row[key], 0, lang) for key in ("people_longer", "people_shorter")]
    return cells


def _change(row: dict[str, Any], key: str, digits: int, lang: str, *, times: float = 1) -> str:
    """Return a value, or ``before → after`` where it changes."""
    from emergency_sim.report.style import number

    said = [
        number(None if v is None else times * v, digits, lang)
        for v in (row[key], row.get(f"{key}_after", row[key]))
    ]
    return said[0] if said[0] == said[1] else " → ".join(said)
