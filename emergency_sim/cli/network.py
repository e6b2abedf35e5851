"""``network``: build a road network from OpenStreetMap, fetch one, look at one, export one."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from emergency_sim.cli.network_calibrate import calibrate
from emergency_sim.cli.network_plan import Plan
from emergency_sim.cli.network_speeds import speeds
from emergency_sim.cli.options import AsJson, fault, one_of, print_json
from emergency_sim.domain.errors import InputFaults
from emergency_sim.experiment.travel.driving import PROFILES

if TYPE_CHECKING:
    from emergency_sim.network.build import Built, Source
    from emergency_sim.network.osm.road_tables import RoadTables
    from emergency_sim.network.osm.source import RawOsm


OutNetwork = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write.")]
WithoutFerry = Annotated[
    list[str] | None,
    typer.Option("--without-ferry", metavar="NAME", help="Leave this ferry out (repeatable)."),
]
Service = Annotated[
    str, typer.Option("--service", metavar="none|some|all", help="Service roads to keep.")
]
Tracks = Annotated[
    str, typer.Option("--tracks", metavar="none|good|all", help="Forest and farm tracks to keep.")
]
Departures = Annotated[
    str,
    typer.Option(
        "--ferry-departures",
        metavar="DAY,EVENING,NIGHT",
        help="Per hour, of ferries with a duration and no interval (assumed).",
    ),
]
Speeds = Annotated[
    Path | None, typer.Option("--speeds", metavar="FILE", help="Another speed table (CSV).")
]
Population = Annotated[
    Path | None,
    typer.Option(
        "--population", metavar="FILE", help="Where people live: counts those whose road is lost."
    ),
]
Licence = Annotated[
    str | None, typer.Option("--licence", help="Licence of the data, if not OpenStreetMap's.")
]
GRAPHML: Final = ".graphml"


def build(
    osm: Annotated[
        Path,
        typer.Option(
            "--osm", metavar="FILE", help=".osm.pbf, .osm, .osm.bz2, .osm.gz or .graphml (osmnx)."
        ),
    ],
    out: OutNetwork,
    bbox: Annotated[
        str | None, typer.Option("--bbox", metavar="W,S,E,N", help="Cut to this box (degrees).")
    ] = None,
    polygon: Annotated[
        Path | None, typer.Option("--polygon", metavar="FILE", help="Cut to this polygon.")
    ] = None,
    without_ferry: WithoutFerry = None,
    service: Service = "some",
    tracks: Tracks = "none",
    ferry_departures: Departures = "2,1,0.5",
    speeds: Speeds = None,
    population: Population = None,
    licence: Licence = None,
    as_json: AsJson = False,
) -> None:
    """Build a region's network from a file of OpenStreetMap."""
    plan = Plan(out, service, tracks, ferry_departures, speeds, population)
    faults = plan.faults
    area = None
    if bbox is not None and polygon is not None:
        faults.append(fault("--polygon", "give either --bbox or --polygon", str(polygon)))
    try:
        from emergency_sim.network.osm.cut import read_bbox, read_polygon

        if bbox is not None:
            area = read_bbox(bbox)
        elif polygon is not None:
            area = read_polygon(polygon)
    except InputFaults as error:
        faults += error.faults
    if not osm.exists():
        faults.append(fault(str(osm), "there is no such file"))
    if area is not None and osm.suffix == GRAPHML:
        faults.append(fault(area.option, "a graphml is not cut: cut it in osmnx"))
    if faults:
        raise InputFaults(dict.fromkeys(faults))
    from emergency_sim.network.build import OSM_LICENCE, Source

    if osm.suffix == GRAPHML:
        from emergency_sim.network.osm.graphml import read_graphml

        raw: RawOsm | RoadTables
        raw, lacks = read_graphml(osm)
        with osm.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        source = Source(
            name=osm.name, sha256=digest, licence=licence or OSM_LICENCE, notes=lacks.sentences()
        )
    else:
        from emergency_sim.network.osm.pbf import read_osm

        found = read_osm(osm, area)
        source = Source(
            name=osm.name, date=found.date, sha256=found.sha256, licence=licence or OSM_LICENCE,
            area="" if area is None else area.said,
            notes=_cut_off(found.cut_ferries),
        )  # fmt: skip
        raw = found.raw
    _build_and_say(raw, source, plan, without_ferry or [], as_json=as_json)


def fetch(
    place: Annotated[str, typer.Option("--place", metavar="NAME", help="Such as 'Molde, Norway'.")],
    out: OutNetwork,
    without_ferry: WithoutFerry = None,
    service: Service = "some",
    tracks: Tracks = "none",
    ferry_departures: Departures = "2,1,0.5",
    speeds: Speeds = None,
    population: Population = None,
    as_json: AsJson = False,
) -> None:
    """Fetch a place's roads from OpenStreetMap's servers (needs the internet) and build them."""
    plan = Plan(out, service, tracks, ferry_departures, speeds, population)
    if not place.strip():
        plan.faults.append(fault("--place", "name a place", place))
    if plan.faults:
        raise InputFaults(plan.faults)
    from emergency_sim.network.build import Source
    from emergency_sim.network.osm.overpass import fetch_place

    found = fetch_place(place)
    source = Source(name=found.place, date=found.date, notes=_cut_off(found.cut_ferries))
    _build_and_say(found.raw, source, plan, without_ferry or [], as_json=as_json)


def _cut_off(ferries: int) -> tuple[str, ...]:
    return (f"{ferries} ferries are cut off by the edge of the area",) if ferries else ()


def _build_and_say(
    raw: RawOsm | RoadTables,
    source: Source,
    plan: Plan,
    without_ferries: list[str],
    *,
    as_json: bool,
) -> None:
    from emergency_sim.network import build as building

    built = building.build(
        raw, source, plan.speeds, choice=plan.choice, without_ferries=without_ferries,
        people=plan.people,
    )  # fmt: skip
    building.write(built, plan.out, plan.speeds)
    if as_json:
        text = {"schema_version": 1, **built.description(plan.out.resolve().name)}
        print_json(text)
        return
    _say(built, plan.out)


def _say(built: Built, out: Path) -> None:
    """Print what was built and what was left out."""
    from emergency_sim.report.style import number

    tables, dropped = built.tables, built.tables.dropped
    km = built.kilometres()
    total = number(sum(km.values()), 0, "en")
    typer.echo(
        f"{out}: {number(len(tables.node_id), 0, 'en')} nodes, {number(len(tables), 0, 'en')} "
        f"links, {total} km, {tables.ferries} ferries"
    )
    lost = number(sum(dropped.km.values()), 1, "en")
    people = (
        "people unknown: give --population FILE"
        if built.people_dropped is None
        else f"{number(built.people_dropped, 0, 'en')} people live there, over 1 km from what is kept"
    )
    typer.echo(
        f"Dropped, not connected with the largest part: {lost} km in {dropped.parts - 1} parts "
        f"({people})"
    )
    for said, names in (
        ("Ferries dropped with them", dropped.ferries),
        ("Ferries with a quay that no road reaches, dropped", dropped.untied),
    ):
        if names:
            more = f" and {len(names) - 10} more" if len(names) > 10 else ""
            typer.echo(f"{said}: {', '.join(names[:10])}{more}")
    for reason, count in sorted(tables.counts.items(), key=lambda item: -item[1]):
        typer.echo(f"  {count} x {reason}")
    for note in built.source.notes:
        typer.echo(f"Note: {note}")
    typer.echo(f"Next: emergency-sim network info {out}")


def info(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A region's folder.")],
    as_json: AsJson = False,
) -> None:
    """Say what a network holds: nodes, links, kilometres by class, ferries, parts, licence."""
    from emergency_sim.cli.network_info import network_info, said

    found = network_info(folder)
    if as_json:
        print_json(found)
        return
    for line in said(found):
        typer.echo(line)


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A region's folder.")],
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="File to write: .graphml or .gpkg.")
    ],
    profile: Annotated[
        str, typer.Option("--profile", metavar="car|ambulance|blue", help="Whose travel times.")
    ] = "car",
) -> None:
    """Write a network for osmnx (.graphml) or for QGIS (.gpkg), with travel times by day."""
    from emergency_sim.network import Driving, Profile
    from emergency_sim.network.export import FORMATS, export_folder

    faults = one_of("--profile", profile, tuple(PROFILES))
    form = out.suffix.removeprefix(".")
    if form not in FORMATS:
        endings = ", ".join(f".{one}" for one in FORMATS)
        faults.append(fault("--out", f"must be a file that ends in one of {endings}", str(out)))
    if faults:
        raise InputFaults(faults)
    export_folder(folder, out, form, Driving(profile=Profile(PROFILES[profile])))
    typer.echo(f"{out}: written")


def commands() -> dict[str, Any]:
    """Return the commands of this module by name."""
    return {
        "build": build, "fetch": fetch, "info": info, "export": export, "speeds": speeds,
        "calibrate": calibrate,
    }  # fmt: skip
