"""A small town of crossing roads, and trips drawn in it at known speeds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from emergency_sim.network import Driving, FerryClass, Profile, Region, RoadNetwork, SpeedTable
from emergency_sim.network.speed_rows import Quantity, SpeedRow

SIDE, STEP = 14, 600.0
CLASSES = ("primary", "residential", "secondary")
SPEED = {"primary": 70.0, "residential": 28.0, "secondary": 55.0}
URGENCY = {Profile.CAR: "car", Profile.AMBULANCE: "urgent", Profile.AMBULANCE_BLUE: "acute"}
WINTER = (11, 12, 1, 2, 3)
HEADER = "from,to,departure,seconds,urgency"


def rows(**numbers: float) -> tuple[SpeedRow, ...]:
    """Return time factors by class, and signal_s and yield_s of everybody."""
    found = []
    for name, value in numbers.items():
        if name in ("signal_s", "yield_s"):
            found.append(SpeedRow(quantity=Quantity(name), value=value, source="test"))
        else:
            found.append(
                SpeedRow(highway=name, quantity=Quantity.TIME_FACTOR, value=value, source="test")
            )
    return tuple(found)


def town(speeds: SpeedTable | None = None) -> Region:
    """Return a grid: each fourth street a primary road, each other second a secondary one."""
    at = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    kind = [0 if k % 4 == 0 else 2 if k % 2 == 0 else 1 for k in range(SIDE)]
    ends, highway = [], []
    for k in range(SIDE):
        for j in range(SIDE - 1):
            ends += [(at[k, j], at[k, j + 1]), (at[j, k], at[j + 1, k])]
            highway += [kind[k], kind[k]]
    ends, highway = np.array(ends), np.array(highway, np.int16)
    links = len(ends)
    rng = np.random.Generator(np.random.Philox(5))
    length = STEP * rng.uniform(1.0, 1.3, links)
    signals = np.where((highway == 0) & (rng.random(links) < 0.3), 1.0, 0.0)
    y, x = np.divmod(np.arange(SIDE * SIDE), SIDE)
    x, y = 100_000 + x * STEP, 7_000_000 + y * STEP
    arcs = 2 * links
    nothing = np.zeros(arcs, np.int64)
    both = np.concatenate((highway, highway))
    network = RoadNetwork(
        node_ids=tuple(f"n{k}" for k in range(SIDE * SIDE)),
        x=x, y=y,
        tail=np.concatenate((ends[:, 0], ends[:, 1])),
        head=np.concatenate((ends[:, 1], ends[:, 0])),
        link=np.concatenate((np.arange(links), np.arange(links))),
        link_ids=tuple(f"l{k}" for k in range(links)), link_names=("",) * links,
        link_ends=ends, classes=CLASSES, highway=both,
        length_m=np.concatenate((length, length)),
        speed_kmh=np.array([SPEED[CLASSES[k]] for k in both]),
        ferry=np.zeros(arcs, bool), crossing_ms=nothing, wait_ms=np.zeros((3, arcs), np.int64),
        runs=np.ones((3, arcs), bool), callout_ms=nothing, callout=np.zeros(arcs, bool),
        signals=np.concatenate((signals, signals)),
        yields=(both == 1).astype(np.int16) * 0,
        speeds=speeds or SpeedTable(rows(signal_s=12.0)),
    )  # fmt: skip
    return Region(
        network=network, zones=None, node_ids=network.node_ids, x=x, y=y, lon=x, lat=y
    )  # fmt: skip


def with_speeds(region: Region, speeds: SpeedTable) -> Region:
    """Return the region with another speed table."""
    return replace(region, network=replace(region.network, speeds=speeds), _search={})


def drawn_trips(
    truth: Region,
    rng: np.random.Generator,
    n: int,
    factor: dict[Profile, float],
    *,
    sigma: float = 0.2,
    outliers: float = 0.0,
    winter: float = 1.1,
    night: float = 1.0,
    times: float = 1.0,
    least_m: float = 1000.0,
    most_m: float = 40_000.0,
    hours: range = range(24),
) -> str:
    """Return trips.csv: ``n`` trips of each profile at the true speeds, ferries not taken.

    ``outliers`` is the share of trips whose time is multiplied by a log-normal of median 1.6 and
    sigma .8; ``times`` multiplies all.
    """
    lines = [HEADER]
    nodes = len(truth.node_ids)
    for profile, overall in factor.items():
        ways = {
            c: truth.travel_times(Driving(profile=profile, factor=overall, hours=c))
            for c in FerryClass
        }
        count = 0
        while count < n:
            i, j = (int(k) for k in rng.integers(nodes, size=2))
            metres = np.hypot(truth.x[i] - truth.x[j], truth.y[i] - truth.y[j])
            if not least_m < metres < most_m:
                continue
            hour, month = int(rng.choice(list(hours))), int(rng.integers(1, 13))
            way = ways[FerryClass.at(hour)]
            seconds = way.between(i, j)
            if not np.isfinite(seconds) or way.ferries(i, j):
                continue
            noise = np.exp(sigma * rng.standard_normal())
            if rng.random() < outliers:
                noise *= np.exp(rng.normal(np.log(1.6), 0.8))
            seconds *= noise * times * (winter if month in WINTER else 1.0)
            seconds *= night if FerryClass.at(hour) is FerryClass.NIGHT else 1.0
            when = f"2023-{month:02d}-{int(rng.integers(1, 28)):02d}T{hour:02d}:{count % 60:02d}"
            ids = truth.node_ids
            lines.append(f"{ids[i]},{ids[j]},{when},{seconds:.1f},{URGENCY[profile]}")
            count += 1
    return "\n".join(lines) + "\n"
