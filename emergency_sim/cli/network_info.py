"""What ``network info`` says of a region's folder."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from emergency_sim.network import Region, RoadNetwork


def network_info(folder: Path) -> dict[str, Any]:
    """Return the facts of a network; numbers that are not known are None.

    Parameters
    ----------
    folder
        A region's folder.

    Raises
    ------
    InputFaults
        Everything wrong with its files.
    """
    from emergency_sim.experiment.travel.network_text import network_text
    from emergency_sim.network import RoadNetwork, read_region

    region = read_region(folder)
    network = region.network
    assert isinstance(network, RoadNetwork)
    text = network_text(folder)
    source = text.get("source") if isinstance(text.get("source"), dict) else {}
    assert isinstance(source, dict)
    ferry = _of_links(network, network.ferry)
    access = np.zeros(len(network.tail), np.int8) if network.access is None else network.access
    winter = np.zeros(len(network.tail), bool) if network.winter is None else network.winter
    return {
        "schema_version": 1,
        "id": str(text.get("id") or region.meta["id"]),
        "nodes": len(network),
        "links": len(network.link_ids),
        "edges": len(network.tail),
        "km": _kilometres(network),
        "ferries": len({_line(network.link_ids[k]) for k in np.flatnonzero(ferry)}),
        "ferry_names": sorted({network.link_names[k] for k in np.flatnonzero(ferry)} - {""}),
        "links_not_for_cars": int(_of_links(network, access > 1).sum()),
        "links_closed_in_winter": int(_of_links(network, winter).sum()),
        "components_by_car": _parts(network, car=True),
        "components_by_ambulance": _parts(network, car=False),
        "zones": None if region.zones is None else len(region.zones),
        "unsnapped_zones": _unsnapped(region),
        "memory_mb": round(_bytes(network) / 1e6, 1),
        "licence": _one_line(text.get("licence")),
        "date": str(source.get("date") or text.get("as_of") or "") or None,
        "source": source.get("name"),
        "dropped": text.get("dropped"),
        "warnings": list(region.warnings),
    }


def _line(link_id: str) -> str:
    """Return the way of a link: a ferry with stops is one ferry of several links."""
    way, _, part = link_id.rpartition(".")
    return way if way[:1] == "w" and way[1:].isdigit() and part.isdigit() else link_id


def _of_links(network: RoadNetwork, arcs: Any) -> Any:
    """Return per link whether one of its arcs is marked."""
    marked = np.zeros(len(network.link_ids), dtype=bool)
    marked[network.link[np.asarray(arcs, bool)]] = True
    return marked


def _kilometres(network: RoadNetwork) -> dict[str, float]:
    """Return kilometres by class; a road that is open both ways counts once."""
    _, first = np.unique(network.link, return_index=True)
    km: Counter[str] = Counter()
    metres = np.bincount(
        network.highway[first], network.length_m[first], minlength=len(network.classes)
    )
    for kind, length in zip(network.classes, metres.tolist(), strict=True):
        km[kind] += length / 1000
    return {kind: round(km[kind], 1) for kind in sorted(km) if kind != "barrier"}


def _parts(network: RoadNetwork, *, car: bool) -> int:
    """Return how many parts with more than one node hang together, by day."""
    from emergency_sim.network import Driving, Profile

    driving = Driving() if car else Driving(profile=Profile.AMBULANCE_BLUE)
    sizes = np.bincount(network.graph(driving).components())
    return int((sizes > 1).sum())


def _unsnapped(region: Region) -> list[str] | None:
    """Return the zones that no car reaches by day from most of the others."""
    return None if region.zones is None else list(region.unreachable_zones)


def _bytes(network: RoadNetwork) -> int:
    """Return the bytes of the network's columns."""
    return sum(
        value.nbytes
        for name in network.__slots__
        if isinstance(value := getattr(network, name), np.ndarray)
    )


def _one_line(text: Any) -> str | None:
    return " ".join(str(text).split()) if text else None


def said(found: dict[str, Any]) -> list[str]:
    """Return the facts as lines of text; one of them is ``ferries: N``."""
    from emergency_sim.report.style import number

    def plain(value: Any) -> str:
        if isinstance(value, float):
            return number(value, 1, "en")
        if isinstance(value, int):
            return number(value, 0, "en")
        return "unknown" if value is None else str(value)

    zones = found["unsnapped_zones"]

    lines = [str(found["id"]), *(f"{k}: {plain(found[k])}" for k in ("nodes", "links", "edges"))]
    lines.append(f"km: {plain(float(sum(found['km'].values())))}")
    lines += [f"  {kind}: {plain(km)}" for kind, km in found["km"].items()]
    lines.append(f"ferries: {found['ferries']}")
    lines += [f"  {name}" for name in found["ferry_names"]]
    for key in (
        "links_not_for_cars", "links_closed_in_winter", "components_by_car",
        "components_by_ambulance",
    ):  # fmt: skip
        lines.append(f"{key.replace('_', ' ')}: {plain(found[key])}")
    lines.append(f"zones: {'none: a network, no district' if zones is None else found['zones']}")
    if zones is not None:
        lines.append(f"unsnapped zones: {len(zones)}{': ' if zones else ''}{', '.join(zones)}")
    for key in ("memory_mb", "licence", "date", "source"):
        lines.append(f"{key.replace('_mb', ' (MB)')}: {plain(found[key])}")
    dropped = found["dropped"]
    if isinstance(dropped, dict) and isinstance(dropped.get("km"), dict):
        km = float(sum(dropped["km"].values()))
        people = dropped.get("people")
        whose = "" if people is None else f", where {plain(int(people))} people live"
        lines.append(f"dropped when built: {plain(km)} km{whose}")
    lines += [f"warning: {warning}" for warning in found["warnings"]]
    return lines
