"""Groups in which indicators are reported: who belongs to them, and how many people they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.clock_classes import legevakt_hours_of_week
from emergency_sim.analysis.incident_table import AREA_CLASSES, labelled, municipality_labels
from emergency_sim.analysis.table import Coded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.analysis.district_frame import DistrictFrame
    from emergency_sim.analysis.table import Table

ORDER: Final = (
    "concerned", "all", "common", "area_class", "urgency", "hour_class", "reason", "district",
    "municipality", "centre", "station", "actor_form",
)  # fmt: skip
"""Kinds of groups in the order of reports: the areas concerned come first (R11)."""

INCIDENT_GROUPS: Final = (
    "concerned", "all", "area_class", "urgency", "hour_class", "district", "municipality",
)  # fmt: skip
PLACE_GROUPS: Final = ("concerned", "all", "district", "municipality")
ZONE_GROUPS: Final = ("concerned", "all", "area_class", "district", "municipality")


@dataclass(frozen=True, slots=True)
class Population:
    """People by group: the denominators of rates.

    Parameters
    ----------
    of
        (group_kind, group) -> people.
    """

    of: dict[tuple[str, str], float]

    def people(self, kind: str, labels: tuple[str, ...]) -> NDArray[np.float64]:
        """Return people per group; kinds that do not divide people have all people in each."""
        everybody = self.of["all", "all"]
        divides = kind in ZONE_GROUPS
        return np.array([self.of.get((kind, x), 0.0) if divides else everybody for x in labels])


def population(frame: DistrictFrame) -> Population:
    """Return the people of each group of areas, and of each clinic the mean over its hours.

    A legevakt's hours are the legevakt hours, a fastlege duty office's weekdays 08-16.
    """
    people = np.where(frame.outside, 0.0, frame.population)
    of: dict[tuple[str, str], float] = {("all", "all"): float(people.sum())}
    for kind, groupings in zone_groupings(frame).items():
        for coded in groupings:
            kept = coded.codes >= 0
            total = np.bincount(coded.codes[kept], people[kept], minlength=len(coded.labels))
            of |= {(kind, x): float(v) for x, v in zip(coded.labels, total, strict=True)}
    hours = serving_hours(frame, people)
    legevakt = legevakt_hours_of_week()
    for i, place in enumerate(frame.places):
        if place.kind in ("legevakt", "fastlege"):
            mine = legevakt if place.kind == "legevakt" else ~legevakt
            of["district", place.id] = float(hours[i, mine].sum() / mine.sum())
    return Population(of)


def serving_hours(frame: DistrictFrame, people: NDArray[Any]) -> NDArray[np.float64]:
    """Return the people that each place serves in each hour of the week, shape (places, 168)."""
    places = len(frame.places)
    hour = np.broadcast_to(np.arange(168), frame.serving.shape)
    weight = np.broadcast_to(people[:, None], frame.serving.shape)
    kept = frame.serving >= 0
    flat = frame.serving[kept].astype("int64") * 168 + hour[kept]
    return _matrix(np.bincount(flat, weight[kept], minlength=places * 168), (places, 168))


def _matrix(sums: NDArray[Any], shape: tuple[int, int]) -> NDArray[np.float64]:
    return np.asarray(sums, "float64").reshape(shape)


def zone_groupings(frame: DistrictFrame) -> dict[str, tuple[Coded, ...]]:
    """Return the groups of zones that do not change with the hour."""
    names, municipality = labelled(municipality_labels(frame))
    n = len(frame.zone_ids)
    area = np.array(frame.area, dtype=str)
    named = tuple(
        Coded(np.where(np.isin(area, list(areas)), 0, -1), (name,))
        for name, areas in frame.groups.items()
    )
    return {
        "concerned": named,
        "all": (Coded(np.zeros(n, "int64"), ("all",)),),
        "area_class": (Coded(frame.tettbygd.astype("int64"), AREA_CLASSES),),
        "municipality": (Coded(municipality, names),),
    }


def districts(frame: DistrictFrame) -> tuple[str, ...]:
    """Return the ids of the clinics that are somebody's district."""
    return tuple(p.id for p in frame.places if p.kind in ("legevakt", "fastlege"))


def incident_groupings(incidents: Table, frame: DistrictFrame) -> dict[str, tuple[Coded, ...]]:
    """Return for each kind of group the group of every incident; named groups may overlap."""
    zone = incidents.text("zone").codes
    out = {
        kind: tuple(Coded(np.append(c.codes, -1)[zone], c.labels) for c in groupings)
        for kind, groupings in zone_groupings(frame).items()
    }
    out["all"] = (Coded(np.zeros(len(incidents), "int64"), ("all",)),)
    own = incidents.text("district")
    clinics = districts(frame)
    position = {x: i for i, x in enumerate(clinics)}
    table = np.array([position.get(x, -1) for x in own.labels], dtype="int64")
    out["district"] = (own.through(table, clinics),)
    out["urgency"] = (incidents.text("assigned_urgency"),)
    out["hour_class"] = (incidents.text("hour_class"),)
    return out


def place_weights(frame: DistrictFrame) -> dict[str, tuple[tuple[str, ...], NDArray[np.float64]]]:
    """Return for each kind of group its labels and how much of each place belongs to each of them.

    A clinic belongs to a group of areas by the share of the people it serves, over the hours of
    the week, who live there; a satellite or centre by the share of the people of its areas. A
    figure per doctor of a group is so the mean of the clinics that serve it.
    """
    people = np.where(frame.outside, 0.0, frame.population)
    zones, places = len(frame.zone_ids), len(frame.places)
    flat = np.where(frame.serving < 0, places, frame.serving).astype("int64") * zones
    flat += np.arange(zones)[:, None]
    hours = np.bincount(flat.ravel(), minlength=(places + 1) * zones)[: places * zones]
    served = _matrix(hours, (places, zones)) * people
    area = np.array(frame.area, dtype=str)
    for i, place in enumerate(frame.places):
        if place.kind not in ("legevakt", "fastlege"):
            inside = np.isin(area, list(place.serves)) if place.serves else np.ones(zones, bool)
            served[i] = np.where(inside, people, 0.0)
    total = served.sum(axis=1)
    share = np.divide(served, total[:, None], out=np.zeros_like(served), where=total[:, None] > 0)
    out: dict[str, tuple[tuple[str, ...], NDArray[np.float64]]] = {}
    for kind in ("concerned", "municipality"):
        labels: list[str] = []
        rows: list[NDArray[np.float64]] = []
        for coded in zone_groupings(frame)[kind]:
            for j, label in enumerate(coded.labels):
                labels.append(label)
                rows.append(share[:, coded.codes == j].sum(axis=1))
        out[kind] = (tuple(labels), np.array(rows).reshape(len(labels), len(frame.places)))
    out["all"] = (("all",), np.ones((1, len(frame.places))))
    clinics = tuple(p.id for p in frame.places if p.kind == "legevakt")  # daytime is not on call
    mine = np.array([[p.district == c for p in frame.places] for c in clinics], dtype=float)
    out["district"] = (clinics, mine.reshape(len(clinics), len(frame.places)))
    return out
