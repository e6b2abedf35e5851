"""``kpis`` and ``schema``: what there is to name in a scenario."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from emergency_sim.cli.options import AsJson, Lang, one_of, print_json
from emergency_sim.domain.errors import InputFaults

FILES: Final = ("scenario", "experiment")
"""Which files have a schema; variants stand with the scenarios."""


def kpis(as_json: AsJson = False, lang: Lang = "en") -> None:
    """List all indicators with unit, direction, relevant difference and source."""
    from emergency_sim.analysis.kpis import KPIS

    found = [kpi.indicator for kpi in KPIS.values()]
    if as_json:
        rows = [
            {
                "kpi": i.name,
                "unit": i.unit,
                "better": i.better.value,
                "aggregation": i.aggregation.value,
                "relevant_difference": i.relevant_difference,
                "groups": list(kpi.groups),
                "source": i.source,
                "title_nb": i.title_nb,
                "title_en": i.title_en,
            }
            for i, kpi in zip(found, KPIS.values(), strict=True)
        ]
        print_json({"schema_version": 1, "rows": rows})
        return
    for i in found:
        typer.echo(f"{i.name}  [{i.unit}; better: {i.better}; relevant: {i.relevant_difference:g}]")
        typer.echo(f"    {i.title_nb if lang == 'nb' else i.title_en}")
        typer.echo(f"    {i.source}")


def schema(
    of: Annotated[
        str, typer.Option("--of", metavar="|".join(FILES), help="Which files it is to describe.")
    ] = FILES[0],
) -> None:
    """Print the JSON Schema of scenario and variant files, or of experiment files."""
    from emergency_sim.scenario import experiment_json_schema, json_schema

    if faults := one_of("--of", of, FILES):
        raise InputFaults(faults)
    found = experiment_json_schema() if of == FILES[1] else json_schema()
    print_json(found)
