"""The texts of a new district: what it is, where it comes from, what is assumed, how to go on."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.districts.making import staffing as st
from emergency_sim.districts.making.first_scenario import quoted, scenario_text, template_text
from emergency_sim.districts.sources.data_folder import SOURCES
from emergency_sim.districts.sources.register import KNOWN_GAPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emergency_sim.districts.sources.open_data import OpenData

NETWORK_SOURCE: Final = "network-source.yaml"
"""The description of the network that the roads were cut from, as it was."""
LICENCE: Final = (
    "{roads} (roads); Kartverket CC BY 4.0 (outlines), SSB NLOD (people), public lists (legevakter, "
    "hospitals)."
)
"""Maps quote it: whoever made the roads must be named there."""
FLEET_APART: Final = 0.25
"""Share by which the fleet may differ from the ratio (R16)."""
ASSUMED: Final = {
    "D1": "Clinics and whom they serve are those of the list of legevakter; a municipality that no "
    "legevakt names goes to the nearest as the crow flies.",
    "D2": f"Hours, staff, rooms and operators follow rules (staffing.py): legevakt {st.VAKT}, a duty "
    "office in every municipality on weekdays 08-16, one legevaktsentral beside each legevakt. "
    "Rota = people served / 984 x 0.75.",
    "D3": "AMK: one, beside the hospital of an AMK that is nearest; it answers here for the "
    "district's people only. All of Norway: 16, each for whole legevakt districts of its health "
    "region, those that are nearest to it; units serve their own AMK (A64).",
    "D4": "Ambulances: 0.5 cars per 10,000 people in towns of more than 10,000 and 1.6 elsewhere, "
    "which makes the national 526; stations at legevakter and hospitals, then where most people are "
    "beyond 12 minutes (towns) or 25 (elsewhere) of drive. Two of seven cars by day only, as far as "
    "stations have more than one.",
    "D5": "Functions of hospitals: acute, surgery, stroke_ct and birth everywhere, pci and trauma at "
    "the university hospitals. Two hospitals outside the district, the nearest, are in it.",
    "N6": "Who has more than 1 km of water to the nearest road is reached by boat: 20 minutes until "
    "it has cast off, then 30 km/h.",
    "N7": "People stand evenly on the land of their cell and drive 1.3 x the straight line at 40 km/h "
    "to the nearest road; the extra time over the zone's node is taken to the three nearest stations "
    "and the two nearest clinics. The mean is at least the way beside the road, the spread at most "
    "1.5 times the mean.",
    "N8": "A town's tettsted = touching square kilometres of at least 200 people, corners included, "
    "with more than 10,000 people together; tettsted200 = squares of at least 80 people side by side "
    "with 200 or more; a zone is in one when 0.65 of its people are.",
    "N11": "People per cell are scaled to the municipality's total by age; every zone has its "
    "municipality's mix of ages. Cells with more people than a zone may hold are cut into strips.",
}
"""Assumptions by number; N6 to N11 are those of the default district."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the texts tell.

    Parameters
    ----------
    id, name, as_of
        Of the district.
    figures
        Counts by what they count (new_district).
    notes
        What the user should know.
    numbers
        Its municipalities.
    all_norway
        Whether it is the whole country.
    """

    id: str
    name: str
    as_of: str
    figures: dict[str, Any]
    notes: Sequence[str]
    numbers: tuple[str, ...]
    all_norway: bool


def write_texts(folder: Path, about: About, data: OpenData, network: Path) -> None:
    """Write network.yaml, README.md, scenario.yaml and variant-template.yaml.

    Parameters
    ----------
    folder
        The new folder, with all tables in it.
    about
        The district.
    data
        Where it comes from.
    network
        Folder that the roads were cut from.
    """
    if (network / "network.yaml").is_file():
        shutil.copyfile(network / "network.yaml", folder / NETWORK_SOURCE)
    for name, text in (
        ("network.yaml", _network_yaml(about, data, network)),
        ("README.md", _readme(about, data)),
        ("scenario.yaml", scenario_text(about)),
        ("variant-template.yaml", template_text(folder, about)),
    ):
        (folder / name).write_text(text, encoding="utf-8")


def _licence_of(network: Path) -> str:
    """Return the licence of the network as ``network build`` writes it, or where it stands."""
    path = network / "network.yaml"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    said = next((line for line in lines if line.startswith('licence: "')), "")
    return json.loads(said.partition(" ")[2]) if said else f"as {NETWORK_SOURCE} says"


def _network_yaml(about: About, data: OpenData, network: Path) -> str:
    lines = [
        f"id: {quoted(about.id)}",
        f"name: {quoted(about.name)}",
        'crs: "EPSG:25833"',
        f"as_of: {quoted(about.as_of)}",
        f"made_by: {quoted('emergency-sim district new')}",
        f"licence: {quoted(LICENCE.format(roads=_licence_of(network)))}",
        f"municipalities: [{', '.join(quoted(n) for n in about.numbers)}]",
        "sources:",
        f"  - what: {quoted('roads')}",
        f"    network: {quoted(network.resolve().name)}",
    ]
    for links in ("links.parquet", "links.csv"):
        if (network / links).is_file():
            digest = hashlib.sha256((network / links).read_bytes()).hexdigest()
            lines += [f"    file: {quoted(links)}", f"    sha256: {quoted(digest)}"]
            break
    for file in data.files:
        what, licence = SOURCES.get(file.kind, ("people, the user's own table", "the user's"))
        lines += [
            f"  - what: {quoted(what)}",
            f"    file: {quoted(file.path.name)}",
            f"    licence: {quoted(licence)}",
            f"    sha256: {quoted(file.sha256())}",
        ]
    lines.append("holds:")
    lines += [f"  {key}: {value}" for key, value in about.figures.items()]
    lines.append("assumptions:")
    lines += [f"  {key}: {quoted(text)}" for key, text in ASSUMED.items()]
    lines.append("notes:" if about.notes else "notes: []")
    lines += [f"  - {quoted(note)}" for note in about.notes]
    return "\n".join(lines) + "\n"


def _readme(about: About, data: OpenData) -> str:
    f = about.figures
    week = round(st.CAR_HOURS_A_YEAR / 52.18)
    expected = round(f["cars_by_ratio"] * week)
    rule = (
        f"{f['cars_by_ratio']:.2f} by rule: 0.5 per 10,000 in towns, 1.6 elsewhere (526 nationally)"
    )
    hours = f"{expected:,} at {week} h a car ({st.CAR_HOURS_A_YEAR:,.0f} h a year)"
    roads = (
        f"{f['nodes']:,} nodes, {f['links']:,} links: the district's roads, and what quickest ways"
    )
    apart = f["car_hours_a_week"] / max(expected, 1) - 1
    reason = (
        "More than that because there is at least one car, and each station's first car is there "
        "round the clock."
        if apart > FLEET_APART
        else "Cars are whole, and each station's first car is there round the clock."
    )
    per_10k = 1e4 * f["cars"] / max(f["people"], 1)
    notes = "\n".join(f"- {note}." for note in about.notes) or "- None."
    people = (
        "people of the newest table by municipality and age, spread as in SSB's grid"
        if data.scaled
        else "the user's own table of people"
    )
    return f"""# {about.name}

{f["municipalities"]} municipalities, {f["people"]:,} people ({people}), {f["zones"]:,} zones,
{f["legevakter"]} legevakter, {f["hospitals"]} hospitals, {f["stations"]} stations with {f["cars"]} cars.
Made by `emergency-sim district new`; every row of the tables has its status and source.

| | |
|---|---|
| published | the legevakter, their places and whom they serve; the hospitals; people; outlines |
| derived | zones, access times, what lies in towns; roads and their lengths |
| assumed | everything else: hours, staff, rotas, rooms, legevaktsentraler, AMK, stations, cars |

Assumed are also what hospitals can do and the speeds of roads. Assumptions have numbers in
`network.yaml` (D1-D5, N6-N11).

## To know
{notes}
- {KNOWN_GAPS}
- No boats and no helicopter are in it, and no satellites.

## Fleet (R16)
| | here | to compare with |
|---|---|---|
| cars | {f["cars"]} ({f["day_cars"]} of them by day, 08-20) | {rule} |
| per 10,000 people | {per_10k:.2f} | 0.96 nationally |
| hours on duty a week | {f["car_hours_a_week"]:,} | {hours} |
| difference | {100 * apart:+.0f} % | R16 allows 25 % |

{reason}

## Files
| file | what |
|---|---|
| `nodes.parquet`, `links.parquet` | {roads} use |
| `zones.csv`, `sites.csv` | who lives where, and who serves them |
| `scenario.yaml` | a first scenario |
| `variant-template.yaml` | a change to it, to be edited |
| `network.yaml`, `{NETWORK_SOURCE}` | sources, licences, hashes, assumptions |

## How to go on
1. `emergency-sim validate scenario.yaml`, `emergency-sim run scenario.yaml`
2. Put what you know into `sites.csv` (or into `scenario.yaml`, which is laid over it) and set its
   `status` to `published` with a source: stations and cars first, then hours and doctors.
3. Edit `variant-template.yaml` and `emergency-sim compare scenario.yaml variant-template.yaml`.
"""
