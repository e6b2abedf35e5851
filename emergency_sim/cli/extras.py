"""What lies beside the tables of a comparison: CSV and maps."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from emergency_sim.analysis.welch import welch_series
from emergency_sim.experiment.folder import checksums
from emergency_sim.experiment.work.attempts import run_all
from emergency_sim.experiment.work.executors import Workers
from emergency_sim.report.change_maps import Mapped, change_drawings, draw_one
from emergency_sim.report.map_cells import map_cells
from emergency_sim.report.map_marks import MapPlace, short_name
from emergency_sim.report.point_names import point_values
from emergency_sim.report.tables import write_dicts
from emergency_sim.report.welch_figure import MOST, welch_figure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from emergency_sim.experiment.api import Comparison
    from emergency_sim.experiment.compile import Compiled
    from emergency_sim.experiment.folder.results import Results


def write_extras(
    found: Comparison, folder: Path, lang: str, jobs: int | None, *, maps: bool = True
) -> list[Path]:
    """Write rows, KS' tests and warm-up as CSV and the maps of each variant; returns the maps.

    Parameters
    ----------
    found
        The comparison.
    folder
        Its results folder.
    lang
        Language of the maps.
    jobs
        Worker processes; None: one a processor.
    maps
        Draw the maps.
    """
    (folder / "tables").mkdir(exist_ok=True)
    compared = [asdict(row) for row in found.rows]
    judged = [test.flat() for test in found.ks_tests]
    ranked = [row for ranking in found.findings.rankings for row in ranking.flat()]
    factors = point_values(found.results.manifest)
    for name, rows, column in (
        ("comparison", compared, "variant_id"), ("ks_test", judged, "variant_id"),
        ("ranking", ranked, "scenario"),
    ):  # fmt: skip
        if rows:
            path = folder / "tables" / f"{name}.csv"
            write_dicts([_with_factors(row, column, factors) for row in rows], path)
    write_warm_up(found.results, folder, lang)
    checksums.cover(folder)
    if not maps:
        return []
    compiled = found.findings.compiled
    base, *others = (s.id for s in found.findings.scenarios if s.id in compiled)
    cells = map_cells(compiled[base].ground.region)
    if cells is None:
        return []
    (folder / "maps").mkdir(exist_ok=True)
    before = mapped(found, base, lang)
    drawings = [
        drawing
        for other in others
        for drawing in change_drawings(
            before, mapped(found, other, lang), cells, folder / "maps", other, lang
        )
    ]
    if drawings:
        run_all(draw_one, drawings, Workers.of(jobs), lambda *_: None)
        checksums.cover(folder)
    return [path for drawing in drawings for path in drawing.paths]


def _with_factors(row: dict[str, Any], column: str, factors: Mapping[str, str]) -> dict[str, Any]:
    """Return a row with the factor values of its structure beside the id, where there is a design."""
    if not factors:
        return row
    found: dict[str, Any] = {}
    for name, value in row.items():
        found[name] = value
        if name == column:
            found["factors"] = factors.get(str(value).partition("@")[0])
    return found


def write_warm_up(results: Results, folder: Path, lang: str) -> None:
    """Write the check of the warm-up: ``tables/warm_up.csv`` and Welch's figure ``warm_up.png``.

    Parameters
    ----------
    results
        Of a run or comparison; with less than two counted weeks there is nothing to write.
    folder
        Its results folder.
    lang
        Language of the figure.
    """
    check = results.manifest["warm_up"]
    if not check["rows"]:
        return
    (folder / "tables").mkdir(exist_ok=True)
    write_dicts(check["rows"], folder / "tables" / "warm_up.csv")
    scenarios = list(dict.fromkeys(row["scenario"] for row in check["rows"]))[:MOST]
    hourly = {name: results.hourly(name) for name in scenarios}
    found = welch_series(hourly, warm_up_days=check["warm_up_days"])
    welch_figure(found, check, lang=lang).save(folder / "tables" / "warm_up.png")
    checksums.cover(folder)


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
