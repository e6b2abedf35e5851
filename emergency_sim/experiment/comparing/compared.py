"""A comparison with its tables, as it is handed to whoever asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from emergency_sim.analysis.comparison_rows import row_frame
from emergency_sim.experiment.folder import provenance, store
from emergency_sim.experiment.folder.manifest import manifest_of, search_result
from emergency_sim.experiment.work.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from emergency_sim.analysis.compare import ComparisonRow, Overlap
    from emergency_sim.analysis.no_increase import KsTest
    from emergency_sim.experiment.comparing.comparison import Findings
    from emergency_sim.experiment.comparing.staffing_search import EqualService
    from emergency_sim.experiment.folder.place import Place
    from emergency_sim.experiment.folder.results import Results
    from emergency_sim.experiment.work.executors import Workers


@dataclass(eq=False)
class Comparison:
    """Base against variants.

    Parameters
    ----------
    results
        Tables and manifest of all scenarios that were simulated.
    findings
        Rows, overlaps and staffing.
    """

    results: Results
    findings: Findings

    @property
    def rows(self) -> tuple[ComparisonRow, ...]:
        """One row an indicator, group and variant, in the order of the report."""
        return self.findings.rows

    @cached_property
    def table(self) -> pd.DataFrame:
        """The rows as a pandas frame."""
        import pandas as pd

        return pd.read_parquet(self.results.folder / "comparison.parquet")

    @property
    def overlaps(self) -> tuple[Overlap, ...]:
        """Incidents in both, only in the base, only in the variant."""
        return self.findings.overlaps

    @property
    def equal_service(self) -> dict[str, EqualService]:
        """Staffing that keeps the base's waits, by variant."""
        return self.findings.equal

    @property
    def ks_tests(self) -> tuple[KsTest, ...]:
        """KS' test of each variant: no increase in duty hours and standby (R17)."""
        return self.findings.ks_tests

    def to_json(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        return as_json(self.results.manifest, self.rows)


def as_json(manifest: dict[str, Any], rows: Sequence[ComparisonRow]) -> dict[str, Any]:
    """Return rows and manifest as the JSON of the contract."""
    return {
        "schema_version": provenance.SCHEMA_VERSION,
        "manifest": manifest,
        "rows": [row.to_json() for row in rows],
    }


def publish_comparison(
    found: Findings,
    place: Place,
    kind: str,
    workers: Workers,
    more: dict[str, Any] | None = None,
) -> Comparison:
    """Write table and manifest of a comparison and put its folder in its place.

    Parameters
    ----------
    found
        What was found in the place's folder.
    place
        Where the results go.
    kind
        Kind of results.
    workers
        Who did the work.
    more
        Further entries of the manifest.
    """
    manifest = manifest_of(
        kind, found.scenarios, found.replications, workers, seconds=found.seconds,
        counts=found.counts,
    )  # fmt: skip
    manifest |= {
        "overlaps": [
            {"variant_id": o.variant_id, "both": o.both, "only_base": o.only_base,
             "only_variant": o.only_variant}
            for o in found.overlaps
        ],
        "equal_service": {k: search_result(v) for k, v in found.equal.items()},
        "ks_test": [test.to_json() for test in found.ks_tests],
        "warm_up": found.warm_up.to_json(),
    } | (more or {})  # fmt: skip
    folder = place.staging.folder
    with store.aside(folder / "comparison.parquet") as path:
        store.write_frame(row_frame(found.rows), path)
    plan = Plan(scenarios=found.scenarios, replications=found.replications)
    return Comparison(results=place.publish(manifest, plan), findings=found)
