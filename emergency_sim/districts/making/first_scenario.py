"""The first scenario of a new district, and a variant of it that is ready to be edited."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from emergency_sim.districts.health_regions import by_health_region
from emergency_sim.districts.making.site_rows import slug

if TYPE_CHECKING:
    from emergency_sim.districts.making.district_texts import About


def quoted(text: str) -> str:
    """Return a YAML scalar in double quotes.

    Examples
    --------
    >>> quoted("1506")
    '"1506"'
    """
    return json.dumps(text, ensure_ascii=False)


def scenario_text(about: About, network: str = ".", identity: str = "") -> str:
    """Return the first scenario of a district.

    Parameters
    ----------
    about
        The district.
    network
        Its folder as seen from the scenario's file.
    identity
        Id of the scenario; empty: the district's.
    """
    where = quoted(network) if network != "." else network
    if about.all_norway:
        where = f"{{kind: tables, path: {where}, engine: fast}}"
    run = (
        "{days: 365, warm_up_days: 7, run_out_days: 2, replications: 1, seed: 1}"
        if about.all_norway
        else "{days: 28, warm_up_days: 7, run_out_days: 2, replications: 20, seed: 1}"
    )
    return f"""# A first scenario. Places, people and cars come from sites.csv beside it; what
# stands here is laid over it. What README.md does not call published is assumed: put in what you know.
schema: emergency_sim/scenario/1
id: {identity or about.id}
name:
  nb: {quoted(about.name)}
  en: {quoted(about.name)}
as_of: {quoted(about.as_of)}
{_description(about)}network: {where}
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
{_country(about)}
primary:
  - {{kpi: response_time_median, group_kind: all, group: all}}
  - {{kpi: clinic_travel_time_median, group_kind: all, group: all}}
  - {{kpi: clinic_wait_urgent_p90, group_kind: all, group: all}}
  - {{kpi: oncall_hours_per_week, group_kind: all, group: all}}
  - {{kpi: active_hours_per_week, group_kind: all, group: all}}
"""


def write_apart(file: Path, folder: Path, about: About) -> None:
    """Write the first scenario to a file of its own; the file's name is its id.

    Parameters
    ----------
    file
        Where; its folder is made.
    folder
        Of the district.
    about
        The district.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    network = Path(os.path.relpath(folder.resolve(), file.parent.resolve())).as_posix()
    aside = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    aside.write_text(scenario_text(about, network, slug(file.stem)), encoding="utf-8")
    aside.replace(file)


def _description(about: About) -> str:
    """Return what a country's scenario is made of, and what is assumed."""
    if not about.all_norway:
        return ""
    f = about.figures
    nb = (
        f"Syntetisk: alle {f['municipalities']} kommuner, {f['people']} innbyggere etter rutenett og "
        f"aldersfordeling, {f['legevakter']} legevakter etter NKLMs liste. Antatt etter regel: "
        f"{f['cars']} ambulansebiler på {f['stations']} stasjoner, bemanning, åpningstider, 16 AMK med "
        "hver sine legevaktdistrikter, sykehusenes funksjoner. Ingen båter, ingen helikoptre."
    )
    en = (
        f"Synthetic: all {f['municipalities']} municipalities, {f['people']} people by grid and age, "
        f"{f['legevakter']} legevakter of NKLM's list. Assumed, by rule: {f['cars']} ambulance cars at "
        f"{f['stations']} stations, staff, opening hours, 16 AMK with legevakt districts of their own, "
        "what hospitals can do. No boats, no helicopters."
    )
    return f"description:\n  nb: {quoted(nb)}\n  en: {quoted(en)}\n"


def _country(about: About) -> str:
    """Return what only a country's scenario says: units stay at home, figures by health region."""
    if not about.all_norway:
        return ""
    lines = [
        "  # Assumed (A64): cars go to incidents of their own AMK, so that AMK areas with nobody in",
        "  # common are simulated one after the other (run.parts).",
        "  units_serve: own_amk",
    ]
    regions = by_health_region(about.numbers)
    if regions:
        lines += ["", "groups:"]
    for name, numbers in regions.items():
        lines.append(f"  {quoted(name)}: [{', '.join(quoted(n) for n in numbers)}]")
    return "\n".join(lines) + "\n"


def template_text(folder: Path, about: About) -> str:
    """Return variant-template.yaml of a district.

    Parameters
    ----------
    folder
        Of the district, with sites.csv in it.
    about
        The district.
    """
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
#    municipality: {quoted(place["municipality"])}
#    lon: {place["lon"]}
#    lat: {place["lat"]}
#    serves: [{quoted(place["municipality"])}]
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
        served = [
            quoted(n) for n in dict.fromkeys((clinic["serves"] + " " + other["serves"]).split())
        ]
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
