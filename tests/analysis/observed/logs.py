"""Logs for tests: the toy region written as a service would, and small ones written by hand."""

import importlib.util
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from types import ModuleType
from typing import Any

from emergency_sim.analysis.observed.mapped_log import MappedLog, map_log
from emergency_sim.analysis.observed.places import ZonePlaces
from emergency_sim.analysis.tables import Tables
from emergency_sim.domain.log_mapping import LogMapping, MissionColumns, Missions, MissionValues
from emergency_sim.domain.zones import ZoneTable
from tests.experiment.toys import TOY

REPOSITORY = Path(__file__).resolve().parents[3]
SHIPPED = REPOSITORY / "scenarios" / "examples" / "observed"
FIRST_DAY = date(2024, 10, 14)
"""Monday; the second week ends with the night in which summer time does."""
DAYS = 28


@cache
def maker() -> ModuleType:
    """Return ``docs/made_up_log.py`` as a module."""
    spec = importlib.util.spec_from_file_location(
        "made_up_log", REPOSITORY / "docs" / "made_up_log.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True)
class ToyLog:
    """A folder with a toy log, and what it was made from."""

    folder: Path
    tables: Tables
    zones: ZoneTable

    @property
    def log(self) -> Path:
        """The table of missions."""
        return self.folder / "log.csv"

    @property
    def mapping(self) -> Path:
        """What its columns mean."""
        return self.folder / "mapping.yaml"

    @property
    def places(self) -> ZonePlaces:
        """The toy's zones."""
        z = self.zones
        return ZonePlaces(
            ids=z.ids, municipality=z.municipality, population=z.population.sum(axis=1), x=z.x,
            y=z.y,
        )  # fmt: skip


@cache
def toy_log(*, milliseconds: bool = False, seed: int = 77) -> ToyLog:
    """Return four toy weeks as a log with seconds, or with milliseconds."""
    made = maker()
    folder = Path(mkdtemp(prefix="toy-log-"))
    tables, zones, start = made.simulated(TOY, first_day=FIRST_DAY, days=DAYS, seed=seed)
    form = made.FORMAT + (".%f" if milliseconds else "")
    clock = made.Clock(start, form)
    made.missions(folder / "log.csv", tables, zones, clock)
    made.calls(folder / "calls.csv", tables, zones, clock, DAYS * 86_400)
    made.patients(folder / "clinic.csv", tables, clock, "by")
    made.population(folder / "population.csv", zones)
    text = (SHIPPED / "mapping.yaml").read_text(encoding="utf-8").replace(made.FORMAT, form)
    (folder / "mapping.yaml").write_text(text, encoding="utf-8")
    return ToyLog(folder, tables, zones)


NAMES = (
    "nr", "hast", "reg", "besl", "varsl", "rykk", "fremme", "avreist", "levert", "ledig", "hjemme",
    "bil", "komm", "sted", "kilde", "utfall",
)  # fmt: skip
SMALL = LogMapping(
    schema="emergency_sim/mapping/1",
    missions=Missions(
        columns=MissionColumns(
            incident="nr", urgency="hast", registered="reg", decided="besl", alarmed="varsl",
            mobilised="rykk", on_scene="fremme", leaves_scene="avreist", at_destination="levert",
            clear="ledig", at_base="hjemme", unit="bil", municipality="komm", destination="sted",
            origin="kilde", outcome="utfall",
        ),
        values=MissionValues(
            urgency={"A": "acute", "H": "urgent"}, origin={"113": "call_113", "LV": "lvs"},
            outcome={"Avbrutt": "stood_down", "Om": "diverted"},
        ),
    ),
    time_format="%d.%m.%Y %H:%M",
    bad_share=0.6,
)  # fmt: skip


def row(
    nr: str, times: str = "10:00 10:02 10:02 10:04 10:10 10:30 10:50 11:10 11:20", **cells: str
) -> str:
    """Return a line of a small log; ``-`` stands for an empty time.

    Parameters
    ----------
    nr
        Incident.
    times
        From registered to at base, all on ``day``.
    **cells
        ``day`` and other columns.
    """
    day = cells.pop("day", "01.02.2024")
    said = ["" if t == "-" else f"{day} {t}" for t in times.split()]
    given = {
        "hast": "A", "bil": "b1", "komm": "1", "sted": "sh", "kilde": "113", "utfall": "", **cells
    }  # fmt: skip
    tail = [given[n] for n in NAMES[11:]]
    return ";".join([nr, given["hast"], *said, *tail])


def small_log(folder: Path, *lines: str, mapping: LogMapping = SMALL, **more: Any) -> MappedLog:
    """Return a log of these lines, mapped."""
    path = folder / "small.csv"
    path.write_text("\n".join([";".join(NAMES), *lines]) + "\n", encoding="utf-8")
    return map_log(path, mapping, folder=folder, **more)
