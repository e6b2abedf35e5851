"""Mapping files: strict, every fault with its place and the word that was meant."""

from pathlib import Path

import pytest

from emergency_sim.domain.errors import InputFaults
from emergency_sim.scenario.log_mapping import read_mapping

SHIPPED = Path(__file__).resolve().parents[2] / "scenarios" / "examples" / "observed"
GOOD = """\
schema: emergency_sim/mapping/1
time_format: "%Y-%m-%d %H:%M"
missions:
  columns: {incident: a, urgency: b, registered: c, alarmed: d}
  values:
    urgency: {A: acute}
"""


def _faults(folder: Path, text: str) -> list[str]:
    path = folder / "m.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputFaults) as caught:
        read_mapping(path)
    return [line.removeprefix(str(path)) for line in str(caught.value).splitlines()]


def test_the_shipped_mapping_names_every_table() -> None:
    mapping = read_mapping(SHIPPED / "mapping.yaml")
    assert mapping.calls is not None
    assert mapping.clinic is not None
    assert mapping.missions.values.urgency["A"] == "acute"
    assert mapping.missions.crew_at_home == ("bil-geiranger-1",)


def test_all_faults_at_once_with_their_places(tmp_path: Path) -> None:
    text = GOOD.replace("incident:", "incidnt:").replace("A: acute", "A: acut")
    text += "encodng: utf-8\nbad_share: 2\n"
    assert _faults(tmp_path, text) == [
        ":4:13: missions.columns.incidnt: unknown key, did you mean 'incident'?",
        (
            ":6:15: missions.values.urgency.A: must be acute, urgent or regular (got 'acut'), did "
            "you mean 'acute'?"
        ),
        ":7:1: encodng: unknown key, did you mean 'encoding'?",
    ]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("time_zone: Europe/Osl\n", ":7:1: time_zone: is no time zone"),
        ("bad_share: 2\n", ":7:1: bad_share: must be at least 0 and below 1"),
        ('separator: ","\ndecimal: ","\n', "decimal: must not be the separator"),
        ("calls: {file: no.csv, columns: {rings: x, answered: y, ended: z}}\n",
         ":7:9: calls.file: there is no such file (got 'no.csv')"),
        ("population: no.csv\n", "population: there is no such file"),
        ("crs: EPSG:32633\n", "crs: must be EPSG:25833 or EPSG:4326"),
    ],
)  # fmt: skip
def test_what_else_is_wrong(tmp_path: Path, more: str, says: str) -> None:
    [fault] = _faults(tmp_path, GOOD + more)
    assert says in fault


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("%Y-%m-%d %H:%M", "%Y-%m-%d"), "time_format: lacks %H, %M"),
        (("%Y-%m-%d %H:%M", "%Q %Y-%m-%d %H:%M"), "time_format: %Q is not known; there are %H"),
        (
            ("alarmed: d", "alarmed: c"),
            "missions.columns.alarmed: another key names this column too",
        ),
        (("alarmed: d", "alarmed: d, east: e"), "east and north are named together or not at all"),
        (("/mapping/1", "/mapping/2"), "schema: must be emergency_sim/mapping/1"),
    ],
)
def test_changes_that_are_wrong(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    assert any(says in fault for fault in _faults(tmp_path, GOOD.replace(*change)))


@pytest.mark.parametrize(
    ("text", "says"),
    [("", ":1:1: the file is empty"), ("- a\n", ":1:1: must be a mapping of keys")],
)
def test_no_mapping_at_all(tmp_path: Path, text: str, says: str) -> None:
    assert any(says in fault for fault in _faults(tmp_path, text))
