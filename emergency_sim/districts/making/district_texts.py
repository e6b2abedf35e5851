"""The texts of a new district: what it is, where it comes from, what is assumed, how to go on."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.districts.making import staffing as st
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
    "district's people only. All of Norway: 16.",
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
        ("scenario.yaml", _scenario(about)),
        ("variant-template.yaml", _template(folder, about)),
    ):
        (folder / name).write_text(text, encoding="utf-8")


def _q(text: str) -> str:
    """Return a YAML scalar in double quotes."""
    return json.dumps(text, ensure_ascii=False)


def _licence_of(network: Path) -> str:
    """Return the licence of the network as ``network build`` writes it, or where it stands."""
    path = network / "network.yaml"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    said = next((line for line in lines if line.startswith('licence: "')), "")
    return json.loads(said.partition(" ")[2]) if said else f"as {NETWORK_SOURCE} says"


def _network_yaml(about: About, data: OpenData, network: Path) -> str:
    lines = [
        f"id: {_q(about.id)}",
        f"name: {_q(about.name)}",
        'crs: "EPSG:25833"',
        f"as_of: {_q(about.as_of)}",
        f"made_by: {_q('emergency-sim district new')}",
        f"licence: {_q(LICENCE.format(roads=_licence_of(network)))}",
        f"municipalities: [{', '.join(_q(n) for n in about.numbers)}]",
        "sources:",
        f"  - what: {_q('roads')}",
        f"    network: {_q(network.resolve().name)}",
    ]
    for links in ("links.parquet", "links.csv"):
        if (network / links).is_file():
            digest = hashlib.sha256((network / links).read_bytes()).hexdigest()
            lines += [f"    file: {_q(links)}", f"    sha256: {_q(digest)}"]
            break
    for file in data.files:
        what, licence = SOURCES.get(file.kind, ("people, the user's own table", "the user's"))
        lines += [
            f"  - what: {_q(what)}",
            f"    file: {_q(file.path.name)}",
            f"    licence: {_q(licence)}",
            f"    sha256: {_q(file.sha256())}",
        ]
    lines.append("holds:")
    lines += [f"  {key}: {value}" for key, value in about.figures.items()]
    lines.append("assumptions:")
    lines += [f"  {key}: {_q(text)}" for key, text in ASSUMED.items()]
    lines.append("notes:" if about.notes else "notes: []")
    lines += [f"  - {_q(note)}" for note in about.notes]
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


def _scenario(about: About) -> str:
    run = (
        "{days: 7, warm_up_days: 2, run_out_days: 1, replications: 2, seed: 1}"
        if about.all_norway
        else "{days: 28, warm_up_days: 7, run_out_days: 2, replications: 20, seed: 1}"
    )
    return f"""# A first scenario. Places, people and cars come from sites.csv beside it; what
# stands here is laid over it. What README.md does not call published is assumed: put in what you know.
schema: emergency_sim/scenario/1
id: {about.id}
name:
  nb: {_q(about.name)}
  en: {_q(about.name)}
as_of: {_q(about.as_of)}
network: .
calibration: ssb
triage: {{amk: moderate, lvs: moderate}}
calendar: {{start: {about.as_of}-01-01, spread_over_year: true}}
run: {run}
demand: {{kind: poisson, envelope: 2.0, distance_decay: true, decay_at_satellites: false}}

policies:
  dispatch: {{kind: nearest, regular_reserve: 1}}
  destination: {{kind: nearest_suitable}}
  referral: {{kind: satellite_if_eligible}}
  queue: urgency
  after_mission: return

primary:
  - {{kpi: response_time_median, group_kind: all, group: all}}
  - {{kpi: clinic_travel_time_median, group_kind: all, group: all}}
  - {{kpi: clinic_wait_urgent_p90, group_kind: all, group: all}}
  - {{kpi: oncall_hours_per_week, group_kind: all, group: all}}
  - {{kpi: active_hours_per_week, group_kind: all, group: all}}
"""


def _template(folder: Path, about: About) -> str:
    import csv

    with (folder / "sites.csv").open(encoding="utf-8", newline="") as stream:
        sites = list(csv.DictReader(stream))
    first = {
        kind: row for kind in ("station", "legevakt") for row in sites[::-1] if row["kind"] == kind
    }
    station, clinic = first["station"], first.get("legevakt")
    more, changed = ("", "") if clinic is None else (_satellite(sites, clinic), _set(sites, clinic))
    return f"""# A change to the first scenario: edit it, then
# emergency-sim compare scenario.yaml variant-template.yaml
# Lines that begin with one # and two spaces (and `#set:`) become part of it without their #.
schema: emergency_sim/variant/1
base: scenario.yaml
id: {about.id}-variant
name:
  nb: En ambulanse til
  en: One more ambulance
add:
  units.bil-ny:
    name: "Ny bil"
    station: {station["id"]}
    hours: 24/7
    status: assumed
    source: this variant
{more}{changed}"""


def _satellite(sites: list[dict[str, str]], clinic: dict[str, str]) -> str:
    """Return the lines that add a satellite of a clinic where another closes, or elsewhere."""
    other = _other(sites, clinic)
    served = None if other is None else other["serves"].split()
    duty = [r for r in sites if r["kind"] == "fastlege" and r["municipality"]]
    place = next(
        (r for r in duty if (r["municipality"] in served if served is not None
         else r["municipality"] != clinic["municipality"])),
        clinic,
    )  # fmt: skip
    hours = '"Mo-Fr 16:00-23:00; Sa-Su,PH 08:00-23:00"'
    return f"""# A satellite with a nurse; the doctor is on video from the legevakt:
#  satellites.sat-{place["municipality"]}:
#    name: "Satellitt"
#    legevakt: {clinic["id"]}
#    municipality: {_q(place["municipality"])}
#    lon: {place["lon"]}
#    lat: {place["lat"]}
#    serves: [{_q(place["municipality"])}]
#    hours: {hours}
#    status: assumed
#    source: this variant
#    nurses:
#      vakt: {{hours: {hours}, count: 1, form: onsite, status: assumed, source: this variant}}
"""


def _set(sites: list[dict[str, str]], clinic: dict[str, str]) -> str:
    """Return the lines that change what there is."""
    lines = ["#set:"]
    for row in sites:
        if row["parent"] == clinic["id"] and row["role"] == "doctor":
            path = f"{clinic['id']}.doctors.{row['id'].rpartition('-')[2]}"
            lines += ["# More doctors, or fewer:", f"#  legevakter.{path}.count: {row['count']}"]
            break
    other = _other(sites, clinic)
    if other is not None:
        served = [_q(n) for n in dict.fromkeys((clinic["serves"] + " " + other["serves"]).split())]
        # Those who come to it from outside stay, or the incidents would not be the same ones.
        outside = float(other["outside_population"] or 0) > 0
        gone = "serves: []" if outside else "in_service: false"
        lines += [
            f"# {other['name']} closes, and {clinic['name']} serves its municipalities:",
            f"#  legevakter.{other['id']}.{gone}",
            f"#  legevakter.{clinic['id']}.serves: [{', '.join(served)}]",
        ]
    return "\n".join(lines) + "\n"


def _other(sites: list[dict[str, str]], clinic: dict[str, str]) -> dict[str, str] | None:
    """Return the first other legevakt, which the template proposes to close; None: there is none."""
    return next((r for r in sites if r["kind"] == "legevakt" and r != clinic), None)
