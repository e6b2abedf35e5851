"""Duty lines become people: ids, homes, shifts and rotas (R15: staffing is given, not typed)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.domain.places import DutyForm, DutyLine
from emergency_sim.domain.streams import name_words
from emergency_sim.domain.travel import NO_WAY
from emergency_sim.domain.units import MINUTE, MS_PER_S
from emergency_sim.network.travel_times import RoadTravelTimes
from emergency_sim.scenario.schema import duty_lines
from emergency_sim.simulation.world import PersonSpec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from emergency_sim.calendar.shifts import ShiftCalendar
    from emergency_sim.domain.travel import TravelTimes
    from emergency_sim.experiment.compile.ground import Ground
    from emergency_sim.experiment.compile.service import ClinicPlan
    from emergency_sim.scenario import Scenario

NEAR_HOME_S = 20 * MINUTE
"""A doctor on home duty lives at most so far from the clinic by night (assumption A12)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One place in a duty plan before it is laid on a calendar."""

    id: str
    site: str
    role: str
    line: str
    form: DutyForm
    hours: str
    home: int


def posts_of(
    scenario: Scenario,
    ground: Ground,
    *,
    site: str,
    role: str,
    lines: dict[str, DutyLine],
    municipality: str,
    place: int,
    near: NDArray[Any],
    daytime: bool = False,
) -> list[Post]:
    """Return one post for each person that the lines put on duty at the same time.

    Somebody who waits at home lives in the site's municipality, in one of the zones that are
    ``near`` (bool per zone); which one follows from the post's name, in proportion to the
    population, so it is the same in every scenario (R6).
    """
    posts = []
    for name, line in lines.items():
        for number in range(line.count):
            key = f"{site}.{role}.{name}.{number + 1}"
            form = DutyForm.DAYTIME if daytime else line.form
            home = place
            if form in (DutyForm.HOME, DutyForm.BACKUP):
                home = _home(ground, municipality, key, near, place)
            posts.append(
                Post(
                    id=key, site=site, role=role, line=name, form=form,
                    hours=scenario.opening_hours(line.hours), home=home,
                )
            )  # fmt: skip
    return posts


def on_calendar(posts: list[Post], calendar: ShiftCalendar) -> tuple[PersonSpec, ...]:
    """Return the posts with their shifts in one replication's days."""
    return tuple(
        PersonSpec(id=p.id, form=p.form, home=p.home, duty=calendar.intervals(p.hours))
        for p in posts
    )


def _home(ground: Ground, municipality: str, key: str, near: NDArray[Any], place: int) -> int:
    zones = ground.zones
    local = [i for i, m in enumerate(zones.municipality) if m == municipality and m and near[i]]
    people = zones.population[local].sum(axis=1) if local else np.zeros(0)
    if not people.sum():
        return place
    share = name_words(f"home/{key}")[0] / 2**32
    zone = local[int(np.searchsorted(np.cumsum(people) / people.sum(), share, side="right"))]
    return ground.place(int(zones.node[zone]))


def _from_clinics(times: TravelTimes, clinics: list[int], zones: NDArray[Any]) -> Iterator[Any]:
    """Yield the seconds from each clinic to the zones; of a large network they are kept."""
    if isinstance(times, RoadTravelTimes) and times.keeps_tables:
        nodes, back = np.unique(zones, return_inverse=True)
        for row in times.matrix(clinics, nodes.tolist()):
            yield np.where(row == NO_WAY, np.inf, row / MS_PER_S)[back]
        return
    for node in clinics:
        yield times.rows([node])[0][zones]


def all_posts(
    scenario: Scenario,
    ground: Ground,
    plans: list[ClinicPlan],
    nodes: dict[str, int],
    night: TravelTimes,
) -> dict[tuple[str, str], list[Post]]:
    """Return the posts of every clinic, satellite and call centre by (site, role).

    ``night`` are the car's travel times by night, by which a home-duty doctor lives near.
    """
    zones = ground.zones
    posts: dict[tuple[str, str], list[Post]] = {}
    everywhere = np.ones(len(zones), bool)
    ways = _from_clinics(night, [nodes[plan.id] for plan in plans], zones.node)
    for plan, way in zip(plans, ways, strict=True):
        node = nodes[plan.id]
        near = way + zones.access_mean_s <= NEAR_HOME_S
        place = ground.place(node)
        doctors = duty_lines(plan.site.doctors, plan.site.hours, plan.site)
        posts[plan.id, "doctor"] = posts_of(
            scenario, ground, site=plan.id, role="doctor", lines=doctors,
            municipality=plan.site.municipality, place=place, near=near,
            daytime=plan.kind == "fastlege",
        )  # fmt: skip
        posts[plan.id, "nurse"] = posts_of(
            scenario, ground, site=plan.id, role="nurse", lines=plan.site.nurses,
            municipality=plan.site.municipality, place=place, near=near,
            daytime=plan.kind == "fastlege",
        )  # fmt: skip
    for key, satellite in scenario.satellites.items():
        if satellite.in_service:
            posts[key, "nurse"] = posts_of(
                scenario, ground, site=key, role="nurse", lines=satellite.nurses,
                municipality=satellite.municipality,
                place=ground.place(nodes[f"satellites.{key}"]), near=everywhere,
            )  # fmt: skip
    for centres in (scenario.amk, scenario.legevaktsentraler):
        for key, centre in centres.items():
            if centre.in_service:
                posts[key, "operator"] = posts_of(
                    scenario, ground, site=key, role="operator", lines=centre.operators,
                    municipality="", place=0, near=everywhere,
                )  # fmt: skip
    return posts
