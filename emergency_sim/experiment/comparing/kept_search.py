"""What a search for equal service found, kept beside the results so that nobody searches again."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.experiment.comparing.pilots import shortened
from emergency_sim.experiment.comparing.staffing_search import (
    EqualService,
    equal_service,
    in_equal_service,
)
from emergency_sim.experiment.folder import provenance, store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from emergency_sim.experiment.comparing.pilots import SearchSettings
    from emergency_sim.experiment.work.executors import Workers
    from emergency_sim.scenario import Scenario

SEARCH_SOURCES: Final = (
    "experiment/comparing", "experiment/work/runner.py", "experiment/work/memory.py",
    "scenario/dump.py",
)  # fmt: skip
"""Sources that decide a search beside those of the pilots' logs and indicators."""


def search_once(
    base: Scenario,
    variants: Sequence[Scenario],
    settings: SearchSettings,
    *,
    workers: Workers,
    folder: Path,
    kept: Iterable[Path] = (),
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, EqualService]:
    """Return what :func:`equal_service` finds, from a file where the same search was done before.

    Parameters
    ----------
    base, variants, settings, workers, progress
        As of :func:`equal_service`.
    folder
        Results folder in the making; the file is there afterwards.
    kept
        Further results folders that may have it.
    """
    key = search_key(base, variants, settings)
    found = _read((folder, *kept), key, variants)
    if found is None:
        found = equal_service(
            base, variants, settings, workers=workers, folder=folder, progress=progress
        )
    with store.aside(folder / store.SEARCH) as path:
        store.write_json(_as_json(key, {k: _values(one) for k, one in found.items()}), path)
    return found


def search_key(base: Scenario, variants: Sequence[Scenario], settings: SearchSettings) -> str:
    """Return SHA-256 over everything that decides what a search finds.

    Those are the keys of the pilots (scenarios, inputs, seed, sources, versions), what the search
    may cost, and the search's own sources.
    """
    short = shortened(base, settings)
    pilots = [provenance.unit_keys(short, None, [0])[0]]
    pilots += [provenance.unit_keys(shortened(v, settings), short, [0])[0] for v in variants]
    return provenance.digest(
        [
            provenance.sources_hash(SEARCH_SOURCES),
            json.dumps(asdict(settings), sort_keys=True),
            *(
                f"{s.id} {' '.join(keys)}"
                for s, keys in zip((base, *variants), pilots, strict=True)
            ),
        ]
    )


def _read(
    folders: Iterable[Path], key: str, variants: Sequence[Scenario]
) -> dict[str, EqualService] | None:
    """Return the first whole file with that key; None: there is none."""
    for folder in folders:
        try:
            text = json.loads((folder / store.SEARCH).read_text(encoding="utf-8"))
            whole = text == _as_json(key, text["found"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if whole:
            return {v.id: _of_values(v, text["found"][v.id]) for v in variants}
    return None


def _as_json(key: str, found: dict[str, Any]) -> dict[str, Any]:
    content = json.dumps(found, sort_keys=True, allow_nan=False)
    return {"key": key, "sha256": provenance.digest([content]), "found": found}


def _values(one: EqualService) -> dict[str, Any]:
    doctors: dict[str, dict[str, int]] = {clinic: {} for clinic in one.held}
    for change in one.changes:
        doctors[change.clinic][change.line] = change.equal
    waits = {
        clinic: {name: None if pair is None else list(pair) for name, pair in own.items()}
        for clinic, own in one.waits.items()
    }
    return {
        "doctors": doctors, "held": one.held, "waits_p90_min": waits, "rounds": one.rounds,
        "runs": one.runs,
    }  # fmt: skip


def _of_values(variant: Scenario, values: dict[str, Any]) -> EqualService:
    waits = {
        clinic: {name: None if pair is None else (pair[0], pair[1]) for name, pair in own.items()}
        for clinic, own in values["waits_p90_min"].items()
    }
    return in_equal_service(
        variant, values["doctors"], held=values["held"], waits=waits, rounds=values["rounds"],
        runs=values["runs"],
    )  # fmt: skip
