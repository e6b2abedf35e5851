"""One way in: potential incidents of whatever kind of demand the scenario asks for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from emergency_sim.demand import poisson
from emergency_sim.demand.models import Poisson, Replay

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from emergency_sim.demand.potential import Potential
    from emergency_sim.demand.rates import Rates
    from emergency_sim.domain.clock import Horizon
    from emergency_sim.domain.parameters import Parameters
    from emergency_sim.domain.streams import Streams
    from emergency_sim.domain.zones import ZoneTable


def draw_potential(
    model: Poisson | Replay,
    *,
    rates: Rates | None,
    zones: ZoneTable,
    horizon: Horizon,
    streams: Streams,
    holidays: Collection[date],
    parameters: Parameters,
    folder: Path | None = None,
    stretch: range | None = None,
    first: int = 0,
) -> Potential:
    """Return the potential incidents of one replication, for all scenarios within the envelope.

    Parameters
    ----------
    model
        The base's demand.
    rates
        The base's rates; a record needs none.
    holidays
        Public holidays in the horizon.
    folder
        Folder of the scenario, from which the paths of a replay start.
    stretch
        Days to draw, counted from the horizon's first; None: all. A record is always whole.
    first
        How many potential incidents the days before hold.
    """
    if isinstance(model, Replay):
        from emergency_sim.demand import replay

        return replay.read(model, zones=zones, horizon=horizon, streams=streams, folder=folder)
    if rates is None:
        raise ValueError("poisson demand needs rates")
    return poisson.draw(
        model,
        rates=rates,
        zones=zones,
        horizon=horizon,
        streams=streams,
        holidays=holidays,
        parameters=parameters,
        stretch=stretch,
        first=first,
    )
