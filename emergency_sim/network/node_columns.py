"""The nodes of a region as columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class NodeColumns:
    """One element per node; see ``nodes.csv``.

    Parameters
    ----------
    node_id, name
        Strings; a name may be empty.
    x, y, lon, lat
        float64: EPSG:25833 metres and degrees; lon and lat NaN where not given.
    """

    node_id: tuple[str, ...]
    name: tuple[str, ...]
    x: NDArray[Any]
    y: NDArray[Any]
    lon: NDArray[Any]
    lat: NDArray[Any]

    @cached_property
    def index(self) -> dict[str, int]:
        """Number of each node by id."""
        return {name: k for k, name in enumerate(self.node_id)}
