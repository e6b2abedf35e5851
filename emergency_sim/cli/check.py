"""``check``: a service's own log against a scenario, stage by stage."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from emergency_sim.cli.options import (
    AsJson,
    Common,
    Days,
    Jobs,
    Lang,
    Out,
    Replications,
    Seed,
    Sets,
    fault,
    load_all,
    new_folder_faults,
    print_json,
)
from emergency_sim.domain.errors import Fault, InputFaults

if TYPE_CHECKING:
    from emergency_sim.domain.log_mapping import LogMapping
    from emergency_sim.experiment.observed.check import Checked

FILES: Final = (
    "stages.csv", "volumes.csv", "kpis.csv", "remarks.csv", "set_aside.csv", "check.png",
    "check.svg", "log.parquet",
)  # fmt: skip
MANIFEST: Final = "check.json"
STRICT: Final = 1


def check(
    log: Annotated[Path, typer.Argument(metavar="LOG.csv", help="The service's own log.")],
    scenario: Annotated[str, typer.Argument(help="A file or a bundled name.")],
    mapping: Annotated[
        Path, typer.Option("--mapping", metavar="FILE", help="What the log's columns mean (YAML).")
    ],
    replications: Replications = None,
    days: Days = None,
    seed: Seed = None,
    jobs: Jobs = None,
    out: Out = None,
    as_json: AsJson = False,
    sets: Sets = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 where something fails.")
    ] = False,
    warn: Annotated[
        float, typer.Option(metavar="SHARE", help="Warn from this difference of medians on.")
    ] = 0.10,
    fail: Annotated[
        float, typer.Option(metavar="SHARE", help="Fail from this difference of medians on.")
    ] = 0.20,
    lang: Lang = "en",
) -> None:
    """Compare a service's own log with a simulation of its days, stage by stage."""
    from emergency_sim.domain.new_folder import new_folder

    options = Common(
        replications=replications, days=days, seed=seed, jobs=jobs, out=None,
        sets=tuple(sets or ()), lang=lang,
    )  # fmt: skip
    faults = [*_threshold_faults(warn, fail), *new_folder_faults(out, _ours)]
    meaning = read_mapping_with(faults, mapping)
    [loaded] = load_all([scenario], options, faults)
    assert meaning is not None
    from emergency_sim.analysis.observed.stage_comparison import Level, Thresholds, overall
    from emergency_sim.cli.terminal import shown_progress
    from emergency_sim.experiment.observed.check import check as compare

    with shown_progress(quiet=as_json) as told:
        found = compare(
            log, loaded, meaning, folder=mapping.parent, replications=replications, days=days,
            jobs=jobs, thresholds=Thresholds(warn=warn, fail=fail), progress=told,
        )  # fmt: skip
    if out is not None:
        with new_folder(out, ours=_ours) as folder:
            _write(found, folder, lang)
    if as_json:
        print_json(_json(found))
    else:
        from emergency_sim.cli.show_check import show_check

        show_check(found, lang)
        typer.echo(
            "Nothing is kept; --out DIR keeps tables and the figure."
            if out is None
            else f"In {out}: {', '.join((MANIFEST, *FILES))}."
        )
    if strict and overall([*found.stages, *found.volumes]) is Level.FAIL:
        raise typer.Exit(STRICT)


def read_mapping_with(faults: list[Fault], mapping: Path) -> LogMapping | None:
    """Return a mapping file, its faults added to those of the options."""
    from emergency_sim.scenario.log_mapping import read_mapping

    try:
        return read_mapping(mapping)
    except InputFaults as error:
        faults += error.faults
        return None


def _threshold_faults(warn: float, fail: float) -> list[Fault]:
    if not 0 < warn <= fail:
        return [fault("--warn", "must be above 0 and at most --fail", warn)]
    return []


def _ours(folder: Path) -> bool:
    return (folder / MANIFEST).is_file()


def _json(found: Checked) -> dict[str, Any]:
    """Return the contract's JSON with what is odd about the log beside it."""
    from emergency_sim.analysis.observed.stage_comparison import overall
    from emergency_sim.report.check_rows import contract_rows, plain_rows

    mapped = found.mapped
    log = {
        "start": mapped.start.isoformat(), "days": mapped.days, "placed_by": mapped.placed_by,
        "tables": {
            name: {"rows": rows.total, "used": len(rows), "set_aside": rows.bad}
            for name, rows in mapped.tables.items()
        },
        "remarks": plain_rows(found.remarks),
        "thresholds": plain_rows([found.thresholds])[0],
    }  # fmt: skip
    return {
        "schema_version": 1,
        "manifest": {**found.manifest, "log": log},
        "verdict": overall([*found.stages, *found.volumes]).value,
        "rows": contract_rows(found.stages, found.volumes, found.kpis),
    }


def _write(found: Checked, folder: Path, lang: str) -> None:
    from emergency_sim.report.check_figure import check_figure
    from emergency_sim.report.check_rows import plain_rows, set_aside_rows

    for name, rows in (
        ("stages", found.stages), ("volumes", found.volumes), ("kpis", found.kpis),
        ("remarks", found.remarks),
    ):  # fmt: skip
        write_rows(plain_rows(rows), folder / f"{name}.csv")
    write_rows(set_aside_rows(found.mapped.tables.values()), folder / "set_aside.csv")
    found.mapped.log.write_parquet(folder / "log.parquet")
    name = found.scenario.name.nb if lang == "nb" else found.scenario.name.en
    chart = check_figure(
        found.stages, found.log, found.simulation, lang=lang,
        title=f"{found.mapped.start.isoformat()} + {found.mapped.days} d: {name}",
    )  # fmt: skip
    chart.save(folder / "check.png", folder / "check.svg")
    text = json.dumps(_json(found), ensure_ascii=False, indent=1, allow_nan=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def write_rows(rows: list[dict[str, Any]], path: Path) -> None:
    """Write rows as CSV; none: an empty file."""
    from emergency_sim.report.tables import write_dicts

    if rows:
        write_dicts(rows, path)
    else:
        path.write_text("", encoding="utf-8")
