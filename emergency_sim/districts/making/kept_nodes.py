"""Which part of a network a district needs: its own roads, and every quickest way between its places."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.network import Driving, FerryClass, Profile, RoadNetwork

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MARGIN_M: Final = 5_000.0
"""Roads so near to the district are kept, whether or not a quickest way uses them."""
AT_ONCE: Final = 20_000_000
"""Numbers of a block of searches."""
WAYS: Final = (
    Driving(),
    Driving(hours=FerryClass.EVENING),
    Driving(hours=FerryClass.NIGHT),
    Driving(profile=Profile.AMBULANCE, hours=FerryClass.NIGHT),
    Driving(profile=Profile.AMBULANCE_BLUE, hours=FerryClass.DAY, factor=0.8),
    Driving(profile=Profile.AMBULANCE, hours=FerryClass.DAY, factor=1.3),
    Driving(winter_roads=False),
)
"""Ways of driving whose quickest ways are kept; ferries take the same time whatever the factor."""


def needed_nodes(network: RoadNetwork, places: Sequence[int]) -> NDArray[np.bool_]:
    """Return which nodes lie on a quickest way between places, with ferries or without.

    Parameters
    ----------
    network
        All roads.
    places
        Nodes of zones and sites.

    Notes
    -----
    For the ways of driving in :data:`WAYS`, and for a car without any ferry. A network cut to them
    has the same quickest times between the places.
    """
    kept = np.zeros(len(network), dtype=bool)
    sources = np.unique(np.asarray(places, dtype=np.int64))
    kept[sources] = True
    no_ferry = replace(
        network, runs=network.runs & ~network.ferry, callout=np.zeros_like(network.callout)
    )
    block = max(1, AT_ONCE // max(len(network), 1))
    for roads, driving in [*((network, way) for way in WAYS), (no_ferry, Driving())]:
        graph = roads.graph(driving)
        for k in range(0, sources.size, block):
            for before in graph.trees(sources[k : k + block].tolist()):
                _walk_back(before, sources, kept)
    return kept


def _walk_back(before: NDArray[Any], targets: NDArray[Any], kept: NDArray[np.bool_]) -> None:
    """Mark the nodes on the ways of one tree from its root to the targets."""
    here = targets
    seen = np.zeros(len(before), dtype=bool)
    while here.size:
        seen[here] = True
        here = np.unique(before[here])
        here = here[~seen[here]]
    kept |= seen
