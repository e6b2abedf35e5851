"""Networks and travel times that are read once and shared by every scenario that names them."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from emergency_sim.experiment.compile.places import Places
from emergency_sim.network import Region, read_matrix, read_region
from emergency_sim.network.paths.cache_folder import usable_folder
from emergency_sim.network.speeds import Driving, FerryClass, Profile
from emergency_sim.scenario.geography import network_files

if TYPE_CHECKING:
    from emergency_sim.domain.travel import TravelTimes
    from emergency_sim.scenario.schema import NetworkRef


WITHOUT_FERRIES: Final = "network.without_ferries"


NETWORKS_KEPT: Final = 8


LARGE: Final = 5_000
"""Nodes; times between the places of larger networks are kept on disk and shared by processes."""


_networks: dict[tuple[NetworkRef, str], tuple[Region, Places]] = {}


def kept_network(ref: NetworkRef, digest: str) -> tuple[Region, Places]:
    """Return a network as read once, and its places, which its scenarios share.

    An edited file has another ``digest`` and is read again.
    """
    if (ref, digest) not in _networks:
        while len(_networks) >= NETWORKS_KEPT:
            del _networks[next(iter(_networks))]
        region = read_matrix(ref.path) if ref.kind == "matrix" else read_region(ref.path)
        if ref.without_ferries:
            region = region.without_ferries(ref.without_ferries, asked_by=WITHOUT_FERRIES)
        _networks[ref, digest] = region, Places()
    return _networks[ref, digest]


@lru_cache(maxsize=64)
def kept_times(
    ref: NetworkRef, digest: str, factor: float, ferry: int, profile: Profile
) -> TravelTimes:
    """Return travel times on a network for one way of driving, kept for whoever asks again.

    Parameters
    ----------
    ref, digest
        As of :func:`kept_network`.
    factor
        On speeds of the profile.
    ferry
        Hour class of the ferries (R8).
    profile
        Who drives.
    """
    region, _ = kept_network(ref, digest)
    driving = Driving(
        profile=profile, factor=factor, hours=FerryClass(ferry),
        keys=profile.ambulance and ref.ambulance_keys,
        winter_roads=ref.winter_roads == "open",
    )  # fmt: skip
    cache = usable_folder() if len(region.network) > LARGE else None
    return region.travel_times(driving, engine=ref.engine, cache=cache)


def network_digest(ref: NetworkRef) -> str:
    """Return a hash of the network's bytes, so that an edited file is read again."""
    total = sha256()
    for file in network_files(ref):
        total.update(file.name.encode() + file.read_bytes())
    return total.hexdigest()
