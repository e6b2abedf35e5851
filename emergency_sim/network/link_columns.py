"""The links of a region as columns, from a CSV or a parquet file, and the arcs they make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.network.road_network import RoadNetwork, half_headway_ms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emergency_sim.network.speed_table import SpeedTable

FERRY: Final = "ferry"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinkColumns:
    """One element per link; see ``links.csv``.

    Parameters
    ----------
    link_id, name, highway
        Strings.
    begin, end
        int64: nodes ``from`` and ``to``.
    length_m, speed_kmh, limit_kmh, crossing_min, callout_min
        float64; NaN: the cell is empty.
    oneway
        int8: 0, 1 or -1.
    departures
        float64, shape (3, links): per hour by ferry class; NaN in all three: the wait is part of
        the crossing.
    access
        int8, index into speeds.ACCESS.
    tunnel, winter, yields, yields_back
        bool.
    signals
        float64: traffic signals, in halves: one at an end counts half.
    """

    link_id: tuple[str, ...]
    name: tuple[str, ...]
    highway: tuple[str, ...]
    begin: NDArray[Any]
    end: NDArray[Any]
    length_m: NDArray[Any]
    speed_kmh: NDArray[Any]
    limit_kmh: NDArray[Any]
    oneway: NDArray[Any]
    crossing_min: NDArray[Any]
    departures: NDArray[Any]
    callout_min: NDArray[Any]
    access: NDArray[Any]
    tunnel: NDArray[Any]
    winter: NDArray[Any]
    signals: NDArray[Any]
    yields: NDArray[Any]
    yields_back: NDArray[Any]

    def network(
        self, node_ids: Sequence[str], x: NDArray[Any], y: NDArray[Any], speeds: SpeedTable
    ) -> RoadNetwork:
        """Return the arcs of the links: each link its own way first, then the other if it is open.

        Parameters
        ----------
        node_ids, x, y
            The nodes, in metres.
        speeds
            Factors and delays by class, limit, hour and season.
        """
        links = np.arange(len(self.link_id), dtype=np.int64)
        there, back = self.oneway != -1, self.oneway != 1
        link = np.concatenate((links[there], links[back]))
        forth = np.concatenate((np.ones(there.sum(), bool), np.zeros(back.sum(), bool)))
        order = np.lexsort((~forth, link))
        link, forth = link[order], forth[order]
        classes, highway = np.unique(
            np.asarray(self.highway, dtype=object).astype(str), return_inverse=True
        )
        names = tuple(str(c) for c in classes)
        ferry = (
            np.array([c == FERRY for c in names], dtype=bool)[highway.reshape(-1)]
            if names
            else np.zeros(0, bool)
        )
        timetable = np.isfinite(self.departures).all(axis=0)
        departures = np.where(timetable, self.departures, 0.0)
        runs = ~ferry | ~timetable | (departures > 0)
        return RoadNetwork(
            node_ids=tuple(node_ids),
            x=x,
            y=y,
            tail=np.where(forth, self.begin[link], self.end[link]),
            head=np.where(forth, self.end[link], self.begin[link]),
            link=link,
            link_ids=self.link_id,
            link_names=self.name,
            link_ends=np.column_stack((self.begin, self.end)),
            link_tunnel=self.tunnel,
            classes=names,
            highway=highway.reshape(-1).astype(np.int16)[link],
            length_m=self.length_m[link],
            speed_kmh=self.speed_kmh[link],
            ferry=ferry[link],
            crossing_ms=_ms(self.crossing_min)[link],
            wait_ms=half_headway_ms(departures)[:, link],
            runs=runs[:, link],
            callout_ms=_ms(self.callout_min)[link],
            callout=np.isfinite(self.callout_min)[link],
            limit_kmh=self.limit_kmh[link],
            access=self.access[link],
            winter=self.winter[link],
            signals=self.signals[link],
            yields=np.where(forth, self.yields[link], self.yields_back[link]).astype(np.int16),
            speeds=speeds,
        )


def _ms(minutes: NDArray[Any]) -> NDArray[Any]:
    ms: NDArray[Any] = np.rint(np.nan_to_num(minutes) * 60_000).astype(np.int64)
    return ms
