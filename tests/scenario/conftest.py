"""A region of three areas and a scenario on it, small enough to count lines by eye."""

from collections.abc import Callable
from pathlib import Path

import pytest

from emergency_sim.domain.errors import InputFaults
from emergency_sim.scenario import Scenario, load_scenario

NODES = "node_id,name\nn1,A\nn2,B\nn3,C\n"
ZONES = "zone_id,area\nz1,1001\nz2,1002\nz3,1002-east\n"
SITES = """\
kind,id,parent,name,municipality,node,lon,lat,in_service,serves,hours,role,count,form
amk,amk-a,,AMK,1001,n1,,,yes,*,24/7,,,
duty,amk-a-1,amk-a,,,,,,yes,,24/7,operator,2,active
lvs,lvs-a,,LVS,1001,n1,,,yes,1001 1002 1002-east,,,,
duty,lvs-a-operator-natt,lvs-a,,,,,,yes,,24/7,operator,1,active
legevakt,alfa,,Alfa,1001,n1,,,yes,1001 1002 1002-east,24/7,,,
duty,alfa-lege-natt,alfa,,,,,,yes,,24/7,doctor,2,onsite
satellite,sat-b,alfa,Bravo,1002,n2,,,no,1002,24/7,,,
duty,sat-b-nurse-natt,sat-b,,,,,,no,,24/7,nurse,1,onsite
station,st-a,,A,1001,n1,,,yes,,,,,
unit,bil-1,st-a,A 1,1001,n1,,,yes,,24/7,,1,station
hospital,sykehus,,Sykehus,1001,n1,,,yes,,,,,
"""
PARAMETERS = """\
amk.interview:
  {value: {kind: constant, minutes: 2.0}, unit: min, range: [1, 4], status: published, source: S}
regular.share:
  {value: 0.5, unit: share, range: [0, 1], status: assumed, source: guess}
triage.matrix.moderate:
  {value: [1, 0], unit: share, range: null, status: assumed, source: guess}
triage.matrix.poor:
  {value: [0, 1], unit: share, range: null, status: assumed, source: guess}
"""
SCENARIO = """\
schema: emergency_sim/scenario/1
id: toy
name: {nb: Leke, en: Toy}
as_of: "2024"
network: region
parameters: p.yaml
run: {days: 7, seed: 3}
shifts:
  natt: "Mo-Su 23:00-08:00"
legevakter:
  alfa:
    rooms: 3
    doctors:
      kveld: {hours: natt, count: 1, form: home}
groups:
  concerned: ["1002"]
primary:
  - {kpi: response_time_median, group_kind: group, group: concerned}
"""
VARIANT = """\
schema: emergency_sim/variant/1
base: s.yaml
id: toy-b
name: {nb: B, en: B}
set:
  satellites.sat-b.in_service: true
  legevakter.alfa.doctors.natt.count: 1
add:
  units.bil-2: {station: st-a, hours: natt}
remove:
  - legevakter.alfa.doctors.kveld
"""

Load = Callable[..., Scenario]
Faults = Callable[..., list[str]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working folder with the toy's files in it."""
    files = {
        "region/nodes.csv": NODES,
        "region/zones.csv": ZONES,
        "region/links.csv": "link_id\n",
        "region/sites.csv": SITES,
        "p.yaml": PARAMETERS,
        "s.yaml": SCENARIO,
        "v.yaml": VARIANT,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def change(folder: Path) -> Callable[[str, str, str], None]:
    """Return a function that replaces text, which must stand there once, in one of the files."""

    def replace(name: str, old: str, new: str) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, (name, old)
        path.write_text(text.replace(old, new), encoding="utf-8")

    return replace


@pytest.fixture
def faults(folder: Path) -> Faults:
    """Return a function that gives the lines of the faults of a scenario; empty: none."""

    def of(name: str = "s.yaml", *sets: str, **options: object) -> list[str]:
        try:
            load_scenario(name, sets, **options)  # type: ignore[arg-type]
        except InputFaults as error:
            return [str(fault) for fault in error.faults]
        return []

    return of
