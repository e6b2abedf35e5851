"""A scenario of a comparison as the maps need it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emergency_sim.report.change_maps import Mapped
from emergency_sim.report.maps import MapPlace, short_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emergency_sim.experiment.api import Comparison
    from emergency_sim.experiment.compile import Compiled


def mapped(found: Comparison, scenario: str, lang: str) -> Mapped:
    """Return one scenario's district, incidents and places.

    Parameters
    ----------
    found
        The comparison.
    scenario
        Id of the base or of a variant as given.
    lang
        Language of its name.
    """
    compiled = found.findings.compiled[scenario]
    name = compiled.scenario.name
    return Mapped(
        name=name.nb if lang == "nb" else name.en,
        frame=compiled.frame,
        incidents=found.results.columns("incidents", scenario, ["zone", "response_ms"]),
        places=tuple(_places(compiled)),
    )


def _places(compiled: Compiled) -> Iterator[MapPlace]:
    region, scenario = compiled.ground.region, compiled.scenario
    sites = [
        ("legevakt", plan.site.name, compiled.nodes[plan.id])
        for plan in compiled.plans
        if plan.kind == "legevakt"
    ]
    sites += [
        ("satellite", satellite.name, compiled.nodes[f"satellites.{key}"])
        for key, satellite in scenario.satellites.items()
        if satellite.in_service
    ]
    used = {u.station for u in scenario.units.values() if u.in_service}
    sites += [
        ("station", "", compiled.nodes[f"stations.{key}"])
        for key in scenario.stations
        if key in used
    ]
    for kind, name, node in sites:
        yield MapPlace(
            name=short_name(name), kind=kind, x=float(region.x[node]), y=float(region.y[node])
        )
