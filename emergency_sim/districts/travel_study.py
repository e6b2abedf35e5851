"""How far people have to some places, before and after a change of places or ferries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.districts.approach import approach
from emergency_sim.districts.beyond import GroupTravel, by_group, group_travel
from emergency_sim.network.reach import Reach
from emergency_sim.network.snapping import Snapped, snap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emergency_sim.districts.facilities import Facility
    from emergency_sim.network.region import Region
    from emergency_sim.network.speeds import Driving

SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Places:
    """Where people live, one element a place.

    Parameters
    ----------
    ids, names
        Strings.
    x, y
        float64: EPSG:25833 metres.
    people
        float64.
    municipality, district
        Group of each place; ``""``: not known.
    node
        int64: the node where each place begins, or None: the nearest road is sought.
    access_s
        float64: mean seconds between node and address (with ``node``).
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    x: NDArray[Any]
    y: NDArray[Any]
    people: NDArray[Any]
    municipality: tuple[str, ...]
    district: tuple[str, ...]
    node: NDArray[Any] | None = None
    access_s: NDArray[Any] | None = None

    def __len__(self) -> int:
        """Return the number of places."""
        return len(self.ids)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Situation:
    """Travel times in one situation.

    Parameters
    ----------
    facilities
        The places travelled to or from.
    minutes
        float64, shape (facilities, places), ways beside the roads included; ``inf``: no way.
    region
        The network, some ferries perhaps not running.
    driving
        Who drives, when and how.
    towards
        From the people to the facilities.
    reach
        Times at the nodes of the network.
    sites
        Where the facilities are on the network.
    """

    facilities: tuple[Facility, ...]
    minutes: NDArray[Any] = field(repr=False)
    region: Region = field(repr=False)
    driving: Driving
    towards: bool
    reach: Reach = field(repr=False)
    sites: Snapped = field(repr=False)

    @property
    def least(self) -> NDArray[Any]:
        """Minutes to the nearest facility, per place."""
        return np.asarray(self.minutes.min(axis=0))

    @property
    def nearest(self) -> NDArray[Any]:
        """Index of the nearest facility per place; -1 where none is reached."""
        return np.where(np.isfinite(self.least), self.minutes.argmin(axis=0), -1)

    def node_minutes(self) -> NDArray[Any]:
        """Return float64 minutes between each node and its nearest facility."""
        seconds = self.reach.node_seconds() + self.sites.access_seconds()[:, None]
        return np.asarray(seconds.min(axis=0) / SECONDS)


def situation(
    region: Region,
    driving: Driving,
    facilities: Sequence[Facility],
    places: Places,
    *,
    towards: bool = True,
    land: NDArray[Any] | None = None,
) -> Situation:
    """Return the travel times between places and facilities.

    Parameters
    ----------
    region, driving
        The network, and who drives, when and how.
    facilities
        At least one.
    places
        Where people live.
    towards
        From the people to the facilities; otherwise the other way.
    land
        Outlines of the land (see :func:`~emergency_sim.districts.approach.approach`).
    """
    x, y = (np.array([getattr(f, c) for f in facilities]) for c in ("x", "y"))
    sites = snap(region, x, y, driving)
    if places.node is not None and places.access_s is not None:
        here = _at_nodes(region, places.node)
        beside = places.access_s + here.access_seconds()
    else:
        here = snap(region, places.x, places.y, driving)
        beside = approach(places.x, places.y, here, land).seconds
    reach = Reach(region, driving, sites, towards=towards)
    seconds = reach.seconds(here) + beside[None, :] + sites.access_seconds()[:, None]
    return Situation(
        facilities=tuple(facilities), minutes=seconds / SECONDS, region=region, driving=driving,
        towards=towards, reach=reach, sites=sites,
    )  # fmt: skip


def _at_nodes(region: Region, nodes: NDArray[Any]) -> Snapped:
    """Return nodes as places at an end of one of their links."""
    network: Any = region.network
    link = np.full(len(network), -1, dtype=np.int64)
    fraction = np.zeros(len(network))
    for side in (1, 0):
        ends = network.link_ends[:, side]
        link[ends] = np.arange(len(ends))
        fraction[ends] = float(side)
    lonely = link[nodes] < 0  # a node without links is reached by nobody
    return Snapped(
        link=np.maximum(link[nodes], 0), fraction=fraction[nodes],
        metres=np.where(lonely, np.inf, 0.0), x=region.x[nodes], y=region.y[nodes],
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a table: a group's travel times before, and after where something changes.

    Parameters
    ----------
    kind
        ``all``, ``municipality``, ``district`` or ``facility``.
    before, after
        Its travel times; None where it does not exist in that situation.
    worse, better
        People whose time gets longer, or shorter, by more than the limit asked for.
    """

    kind: str
    before: GroupTravel | None
    after: GroupTravel | None = None
    worse: float | None = None
    better: float | None = None

    @property
    def group(self) -> str:
        """The group's id."""
        one = self.before or self.after
        assert one is not None
        return one.group


def table(
    places: Places,
    before: Situation,
    after: Situation | None,
    breaks: Sequence[float],
    worse_min: float,
) -> list[Row]:
    """Return the shares of the people beyond each break, for everybody, by group and by facility.

    Parameters
    ----------
    places
        Where people live.
    before, after
        The situations; None: nothing changes.
    breaks
        Minutes.
    worse_min
        A change of more minutes than this counts as longer or shorter.

    Returns
    -------
    list of Row
        Everybody; municipalities; districts; then each facility with the time of ALL people to
        it, reached first or not.
    """
    both = [before] if after is None else [before, after]
    longer, shorter = changed(before, after, worse_min)
    # A mean over those who are reached would fall when the farthest lose their way: both means
    # are over the same people.
    in_both = np.all([np.isfinite(s.least) for s in both], axis=0)
    rows = []
    for kind, groups in (
        ("all", ("all",) * len(places)),
        ("municipality", places.municipality),
        ("district", places.district),
    ):
        if kind != "all" and not any(groups):
            continue
        found = [by_group(groups, s.least, places.people, breaks, in_mean=in_both) for s in both]
        names = np.asarray(groups, dtype=object)
        for k, one in enumerate(found[0]):
            here = names == one.group
            rows.append(
                Row(
                    kind=kind,
                    before=one,
                    after=found[1][k] if after is not None else None,
                    worse=None if after is None else float(places.people[here & longer].sum()),
                    better=None if after is None else float(places.people[here & shorter].sum()),
                )
            )
    per_site = [
        {f.id: group_travel(f.id, s.minutes[k], places.people, breaks)
         for k, f in enumerate(s.facilities)}
        for s in both
    ]  # fmt: skip
    ids = dict.fromkeys(ident for sites in per_site for ident in sites)
    rows += [
        Row(
            kind="facility",
            before=per_site[0].get(ident),
            after=per_site[1].get(ident) if after is not None else None,
        )
        for ident in ids
    ]
    return rows


def changed(
    before: Situation, after: Situation | None, limit_min: float
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return (bool) which places get more than ``limit_min`` minutes longer, and which shorter.

    A place that is no longer reached gets longer, one that is reached now shorter.
    """
    if after is None:
        nobody = np.zeros(before.minutes.shape[1], dtype=bool)
        return nobody, nobody
    change = change_of(before, after)
    return change > limit_min, change < -limit_min


def change_of(before: Situation, after: Situation) -> NDArray[Any]:
    """Return the minutes after less before, per place; 0 where neither is reached."""
    first, then = before.least, after.least
    neither = ~np.isfinite(first) & ~np.isfinite(then)
    with np.errstate(invalid="ignore"):
        return np.where(neither, 0.0, then - first)


def people_by_nearest(places: Places, found: Situation) -> dict[str, float]:
    """Return how many people have each facility as their nearest, and ``""``: none at all."""
    counts = np.bincount(found.nearest + 1, places.people, minlength=len(found.facilities) + 1)
    return {"": float(counts[0])} | {
        f.id: float(n) for f, n in zip(found.facilities, counts[1:], strict=True)
    }
