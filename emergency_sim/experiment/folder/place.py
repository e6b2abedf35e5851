"""Where results go: a folder that is kept, or a temporary one that goes with the results."""

from __future__ import annotations

import weakref
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from emergency_sim.experiment.folder import checksums, store
from emergency_sim.experiment.folder.results import Results

if TYPE_CHECKING:
    from types import TracebackType

    from emergency_sim.experiment.work.plan import Plan, Shard


class Place:
    """A results folder in the making, and what is left there of an earlier run.

    Parameters
    ----------
    out
        The results folder; None: a temporary one.

    Raises
    ------
    InputFaults
        The folder holds something else, cannot be written, or another run is writing to it.
    """

    def __init__(self, out: str | Path | None) -> None:
        self._temporary = mkdtemp(prefix="emergency_sim-") if out is None else None
        folder = Path(self._temporary or str(out)) / ("results" if out is None else "")
        self.staging = store.Staging(folder)
        self.previous = self.staging.out if store.is_results(self.staging.out) else None

    def __enter__(self) -> Place:
        self.staging.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.staging.__exit__(kind, error, at)
        if self._temporary and error is not None:
            rmtree(self._temporary)

    def goes_with(self, results: Results) -> Results:
        """Return the results; a temporary folder is deleted with them."""
        if self._temporary:
            weakref.finalize(results, rmtree, self._temporary, ignore_errors=True)
        return results

    def publish(self, manifest: dict[str, Any], plan: Plan, shard: Shard | None = None) -> Results:
        """Write manifest and checksums and put the folder in its place.

        Parameters
        ----------
        manifest
            What was run, with what.
        plan, shard
            Units of work that belong to it.
        """
        staging = self.staging
        if manifest["kind"] == "run":  # of an interrupted comparison
            (staging.folder / store.SEARCH).unlink(missing_ok=True)
        staging.sweep(plan.pairs(shard))
        with store.aside(staging.folder / store.MANIFEST) as path:
            store.write_json(manifest, path)
        checksums.write(staging.folder)
        staging.publish()
        return self.goes_with(Results(folder=staging.out, manifest=manifest))
