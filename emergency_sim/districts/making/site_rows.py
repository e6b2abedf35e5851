"""Rows of ``sites.csv``: one place, duty line or unit each, with its status and source."""

from __future__ import annotations

import csv
import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.districts.making import staffing as st

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

COLUMNS: Final = (
    "kind", "id", "parent", "name", "municipality", "node", "lon", "lat", "in_service", "serves",
    "hours", "role", "count", "form", "rota", "rooms", "unit_type", "functions", "lvs", "priority",
    "outside_population", "as_of", "status", "source", "note",
)  # fmt: skip
RULE: Final = "rule of district new"
"""Source of everything that follows from staffing.py and stations.py."""
_LETTERS: Final = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "đ": "d", "ŋ": "n", "ŧ": "t"})
_WORDS: Final = re.compile(
    r"\b(interkommunale?|intrekommunale|kommunale|legevakt(?:en)?|legvakt|iks?|for|i|og)\b"
)


class SiteRows:
    """Rows in the making; ids are unique.

    Parameters
    ----------
    as_of
        Year of the list of legevakter.
    """

    def __init__(self, as_of: str) -> None:
        self.rows: list[dict[str, Any]] = []
        self._as_of = as_of
        self._ids: set[str] = set()

    def add(self, kind: str, wanted: str, **cells: Any) -> str:
        """Add a row and return its id: the one wanted, or that with a number."""
        name, n = wanted, 1
        while name in self._ids:
            n += 1
            name = f"{wanted}-{n}"
        self._ids.add(name)
        row = {"kind": kind, "id": name, "in_service": "yes", "as_of": self._as_of}
        serves = cells.get("serves")
        if serves is not None and not isinstance(serves, str):
            cells["serves"] = " ".join(serves)
        self.rows.append(row | cells)
        return name

    def duty(self, parent: str, role: str, line: str, hours: str, count: int, **cells: Any) -> None:
        """Add people on duty at a place; all of them are assumed."""
        word = {"doctor": "lege", "nurse": "sykepleier", "operator": "operator"}[role]
        self.add(
            "duty", f"{parent}-{word}-{line}", parent=parent, name=word, hours=hours, role=role,
            count=count, status="assumed", source=RULE, **cells,
        )  # fmt: skip

    def staff_legevakt(self, parent: str, people: float) -> int:
        """Add the doctors and nurses of a legevakt; return the most doctors at a time."""
        rota = {"rota": st.rota(people), "note": "rota: people served / 984 x 0.75"}
        if people < st.ONSITE_FROM:
            self.duty(parent, "doctor", "vakt", st.VAKT, 1, form="home", **rota)
            self.duty(parent, "nurse", "vakt", st.VAKT, 1, form="home")
            return 1
        most = 1
        form = "active" if people >= st.ACTIVE_FROM else "onsite"
        for line, hours in (("kveld", st.KVELD), ("helg", st.HELG)):
            count = st.doctors(people, hours)
            most = max(most, count)
            self.duty(parent, "doctor", line, hours, count, form=form, **rota)
            self.duty(parent, "nurse", line, hours, count, form="active")
            rota = {}
        night = st.doctors(people, st.NATT)
        self.duty(parent, "doctor", "natt", st.NATT, night, form="onsite")
        self.duty(parent, "doctor", "bakvakt", st.NATT, 1, form="backup")
        self.duty(parent, "nurse", "natt", st.NATT, night, form="active")
        return most

    def staff_centre(self, parent: str, people: float) -> None:
        """Add the operators of a legevaktsentral."""
        shifts = (("dag", st.DAG), ("kveld", st.KVELD), ("helg", st.HELG), ("natt", st.NATT))
        for line, hours in shifts:
            count = st.operators(people, hours)
            self.duty(parent, "operator", line, hours, count, form="active")

    def staff_amk(self, parent: str, people: float) -> None:
        """Add the operators of an AMK."""
        day, night = "Mo-Su,PH 08:00-23:00", st.NATT
        count = st.amk_operators(people, night=False)
        self.duty(parent, "operator", "dag", day, count, form="active")
        count = st.amk_operators(people, night=True)
        self.duty(parent, "operator", "natt", night, count, form="active")

    def office(
        self, number: str, name: str, node: str, lvs: str, people: float, place: Sequence[float]
    ) -> None:
        """Add a municipality's duty office on weekdays from 08 to 16 (R10)."""
        count = st.daytime_doctors(people)
        office = self.add(
            "fastlege", f"fastlege-{number}", name=f"Fastlegevakt dagtid {name}",
            municipality=number, node=node, lon=f"{place[0]:.4f}", lat=f"{place[1]:.4f}",
            serves=number, hours=st.DAG, rooms=count + 1, lvs=lvs, priority=1,
            status="assumed", source=RULE,
            note="one duty office per municipality on weekdays 08-16 (R10), where most people live",
        )  # fmt: skip
        self.duty(
            office, "doctor", "dag", st.DAG, count, form="daytime",
            rota=max(1, round(people / st.ROTA_PEOPLE)), note="rota: people / 984",
        )  # fmt: skip

    def write(self, path: Path) -> None:
        """Write the table."""
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, COLUMNS, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(self.rows)

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Return the rows of a kind."""
        return [row for row in self.rows if row["kind"] == kind]


def slug(name: str, without: Iterable[str] = ()) -> str:
    """Return a name as an id: small letters, digits and hyphens.

    Examples
    --------
    >>> slug("Molde IK legevakt"), slug("Søre Sunnmøre legevakt"), slug("Kárášjohka - Karasjok")
    ('molde', 'sore-sunnmore', 'karasjohka-karasjok')
    >>> slug("Legevakten i Arendal"), slug("legevakt")
    ('arendal', 'legevakt')
    """
    small = name.casefold().translate(_LETTERS)
    short = _WORDS.sub(" ", small)
    for word in without:
        short = short.replace(word, " ")
    plain = unicodedata.normalize("NFKD", short).encode("ascii", "ignore").decode()
    found = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return found or re.sub(r"[^a-z0-9]+", "-", small).strip("-") or "sted"
