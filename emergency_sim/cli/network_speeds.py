"""``network speeds``: the speed table laid out by profile, class, limit, hours and season."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from emergency_sim.cli.options import AsJson, one_of, print_json
from emergency_sim.domain.errors import InputFaults
from emergency_sim.experiment.travel.driving import PROFILES

if TYPE_CHECKING:
    from emergency_sim.network import Profile, Season, SpeedTable

LIMITS: Final = (float("nan"), 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 100.0, 110.0)
"""Legal limits that are laid out; the first stands for an unknown one."""
NOT_ROADS: Final = ("*", "barrier")


def speeds(
    network: Annotated[
        Path | None,
        typer.Option("--network", metavar="DIR", help="Its table; default: the bundled one."),
    ] = None,
    profile: Annotated[
        str, typer.Option("--profile", metavar="car|ambulance|blue", help="Who drives.")
    ] = "car",
    season: Annotated[
        str, typer.Option("--season", metavar="summer|winter", help="Season.")
    ] = "summer",
    as_json: AsJson = False,
) -> None:
    """Lay out the speeds in km/h by class of road, legal limit and hours, all factors included."""
    from emergency_sim.bundled import bundled_root
    from emergency_sim.network import Profile, Season, read_speeds

    faults = one_of("--profile", profile, tuple(PROFILES))
    faults += one_of("--season", season, ("summer", "winter"))
    if faults:
        raise InputFaults(faults)
    table = read_speeds((network or bundled_root() / "networks") / "speeds.csv")
    found = laid_out(table, Profile(PROFILES[profile]), Season(season))
    if as_json:
        print_json({"schema_version": 1, **found})
        return
    _show(found, f"{profile}, {season}")


def laid_out(table: SpeedTable, profile: Profile, season: Season) -> dict[str, Any]:
    """Return km/h per class, limit and class of the hour, and the seconds of delays.

    Parameters
    ----------
    table
        A region's speeds.
    profile, season
        Overall factors are those of the bundled parameter set.
    """
    import numpy as np

    from emergency_sim.experiment.travel.driving import overall_factor
    from emergency_sim.network import Driving, FerryClass

    classes = list(dict.fromkeys(r.highway for r in table.rows if r.highway not in NOT_ROADS))
    highway = np.repeat(np.arange(len(classes)), len(LIMITS))
    limits = np.tile(np.array(LIMITS), len(classes))
    names = [classes[k] for k in highway.tolist()]
    free = table.build_speed(names, limits)
    factor = overall_factor(profile, season)
    rows: list[dict[str, Any]] = [
        {"highway": name, "limit_kmh": None if limit != limit else limit}
        for name, limit in zip(names, limits.tolist(), strict=True)
    ]
    delays = {}
    for hours in FerryClass:
        driving = Driving(profile=profile, factor=factor, hours=hours, season=season)
        kmh = free / (factor * table.factors(driving, classes, highway, limits))
        for row, value in zip(rows, kmh.tolist(), strict=True):
            row[hours.name.lower()] = None if value != value else round(value, 1)
        signal_s, yield_s = table.delays(driving)
        delays[hours.name.lower()] = {"signal_s": signal_s, "yield_s": yield_s}
    return {"profile": profile.value, "season": season.value, "rows": rows, "delays": delays}


def _show(found: dict[str, Any], title: str) -> None:
    """Print a row per class and a column per limit; by day, and other hours where they differ."""
    from emergency_sim.cli.terminal import console, grid
    from emergency_sim.report.style import number

    hours = list(found["delays"])
    differ = any(row[h] != row[hours[0]] for row in found["rows"] for h in hours)
    for hour in hours if differ else hours[:1]:
        heading = f"km/h, {title}" + (f", {hour}" if differ else ", at all hours")
        columns = ["no limit known" if v != v else f"{v:g}" for v in LIMITS]
        table = grid(heading, [("", False), *((c, True) for c in columns)])
        by_class: dict[str, list[str]] = {}
        for row in found["rows"]:
            by_class.setdefault(row["highway"], []).append(number(row[hour], 0, "en"))
        for name, cells in by_class.items():
            table.add_row(name, *cells)
        console().print(table)
        delay = found["delays"][hour]
        typer.echo(
            f"{delay['signal_s']:g} s at a traffic signal, {delay['yield_s']:g} s where a road "
            "meets one of a higher class"
        )
