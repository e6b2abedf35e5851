"""What results rest on: the key of a unit of work, hashes of inputs and sources, versions."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
import subprocess
import sys
import time
import uuid
from dataclasses import asdict
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.scenario import resolved, scenario_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from emergency_sim.experiment.work.executors import Workers
    from emergency_sim.scenario import Experiment, Scenario
    from emergency_sim.scenario.experiment_schema import ExperimentFile

SCHEMA_VERSION: Final = 1
PACKAGE: Final = Path(__file__).parents[2]
LOG_SOURCES: Final = (
    "domain", "calendar", "network", "demand", "policies", "simulation", "experiment/compile",
    "scenario/schema.py", "scenario/policies_schema.py", "scenario/indicator_schema.py",
    "scenario/geography.py", "analysis/event_log.py", "analysis/joined_log.py",
)  # fmt: skip
"""Sources that decide the event log and the bytes of its file, by folder or file: what a scenario
says by itself of duty lines and places, and how logs of parts are joined, among them."""
TABLE_SOURCES: Final = ("analysis", "domain")
"""Sources that decide tables and indicators, and the bytes of their files."""
KEYED_VERSIONS: Final = ("numpy", "opening-hours-py", "pyarrow", "pyproj", "scipy", "simpy")
"""Libraries whose versions decide a unit's files: what is drawn and simulated, shifts and holidays,
on which node a place is, quickest ways; pyarrow writes its own version into every file."""
FAST: Final = "pyroutingkit"
"""Finds quickest ways instead of scipy where a scenario says ``engine: fast``."""
REPORTED_VERSIONS: Final = (
    "emergency-sim", "holidays", "numpy", "opening-hours-py", "pandas", "pyarrow", "pydantic",
    "pyproj", "scipy", "simpy",
)  # fmt: skip
NO_PART_OF_A_UNIT: Final = ("replications",)
"""Keys of ``run`` on which no single replication depends."""


THIS_PROCESS: Final = uuid.uuid4().hex
"""Names this process: units of work made here need no look at the sources."""


JUST_NOW_NS: Final = 2_000_000_000


def file_hash(path: Path) -> str:
    """Return SHA-256 of a file's content, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def input_hash(path: Path) -> str:
    """Return :func:`file_hash` of a source or input; what has not been written since is not read.

    A copy may keep the time of writing, so the time of the last change of any kind counts too; what
    was changed just now is always read: a clock of some milliseconds hides a second change.
    """
    stat = path.stat()
    if time.time_ns() - stat.st_ctime_ns < JUST_NOW_NS:
        return file_hash(path)
    return _hash_as_of(path, (stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino, stat.st_size))


@lru_cache(maxsize=4096)
def _hash_as_of(path: Path, _state: tuple[int, ...]) -> str:
    return file_hash(path)


def sources_hash(layers: Iterable[str], package: Path | None = None) -> str:
    """Return SHA-256 over the sorted hashes of all sources of some layers.

    Parameters
    ----------
    layers
        Folders of the package, or single files.
    package
        Folder of the package; None: this one.
    """
    root = PACKAGE if package is None else package
    found = [
        f"{path.relative_to(root).as_posix()} {input_hash(path)}"
        for layer in layers
        for path in ([root / layer] if layer.endswith(".py") else (root / layer).rglob("*.py"))
    ]
    return digest(sorted(found))


def libraries(*scenarios: Scenario | None) -> tuple[str, ...]:
    """Return the libraries whose versions decide the results of some scenarios."""
    fast = any(s is not None and s.network.engine == "fast" for s in scenarios)
    return (*KEYED_VERSIONS, *((FAST,) if fast else ()))


@cache
def version_of(library: str) -> str:
    """Return a library's version; ``unknown`` where it is not installed."""
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


def unit_keys(
    scenario: Scenario,
    reference: Scenario | None,
    replications: Iterable[int],
    *,
    own_incidents: bool = False,
) -> dict[int, tuple[str, str]]:
    """Return the keys of each replication of a scenario (ARCHITECTURE.md, "Results").

    The first is that of the event log, the second that of the tables and indicators made from it.

    Parameters
    ----------
    scenario
        What is simulated.
    reference
        Scenario in which distance decay is 1 and whose potential incidents are shared.
    replications
        0-based numbers.
    own_incidents
        The potential incidents are the scenario's own all the same.
    """
    parts = [*_content(scenario), "reference", *(_content(reference) if reference else ())]
    parts += ["own incidents"] if own_incidents else []
    parts += _code(libraries(scenario, reference))
    seed = scenario.run.seed
    analysis = sources_hash(TABLE_SOURCES)
    logs = {k: digest([*parts, f"seed {seed}", f"replication {k}"]) for k in replications}
    return {k: (log, digest([log, analysis])) for k, log in logs.items()}


def code_hash(libraries: Sequence[str]) -> str:
    """Return SHA-256 over all code that decides logs and indicators, and versions of libraries."""
    return digest([*_code(libraries), sources_hash(TABLE_SOURCES)])


def _code(libraries: Iterable[str]) -> list[str]:
    return [sources_hash(LOG_SOURCES), *(f"{name} {version_of(name)}" for name in libraries)]


def _content(scenario: Scenario) -> list[str]:
    """Return the resolved scenario and the content of every input file as lines."""
    values = resolved(scenario)
    values["run"] = {k: v for k, v in values["run"].items() if k not in NO_PART_OF_A_UNIT}
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return [text, *sorted(input_hash(path) for path in scenario.files)]


def digest(parts: Iterable[str]) -> str:
    """Return SHA-256 over lines, hexadecimal."""
    return hashlib.sha256("\n".join(parts).encode("utf-8")).hexdigest()


WORDS_ONLY: Final = ("name", "description", "base", "variants")
"""Keys of an experiment file that decide nothing beside the scenarios that they name."""


def said(spec: ExperimentFile) -> dict[str, Any]:
    """Return what an experiment file says, everything written out, as JSON values."""
    values: dict[str, Any] = json.loads(json.dumps(asdict(spec), allow_nan=False))
    return values


def experiment_hash(experiment: Experiment) -> str:
    """Return SHA-256 over what an experiment asks and over its resolved scenarios.

    Its primary indicators are part of it (R23); the names and places of its files are not.
    """
    asked = {k: v for k, v in said(experiment.spec).items() if k not in WORDS_ONLY}
    text = json.dumps(asked, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return digest([text, *(scenario_hash(s) for s in experiment.scenarios)])


def input_hashes(scenarios: Sequence[Scenario]) -> list[dict[str, str]]:
    """Return name and SHA-256 of every input file, each content once, sorted by name."""
    found = {(path.name, file_hash(path)) for s in scenarios for path in s.files}
    return [{"name": name, "sha256": digest} for name, digest in sorted(found)]


def versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that matter."""
    found = {name: version_of(name) for name in REPORTED_VERSIONS}
    fast = {FAST: version_of(FAST)} if version_of(FAST) != "unknown" else {}
    return {"python": platform.python_version(), **found, **fast}


def git_commit() -> dict[str, Any] | None:
    """Return the commit of the working copy and whether files differ from it; None outside git."""

    def git(*words: str) -> str:
        return subprocess.run(  # noqa: S603 - fixed words
            ["git", "-C", str(PACKAGE.parent), *words],  # noqa: S607 - the user's own git
            capture_output=True, text=True, check=True, timeout=10,
        ).stdout.strip()  # fmt: skip

    if not (PACKAGE.parent / ".git").exists():
        return None
    try:
        changed = git("status", "--porcelain", "--untracked-files=no", "--", "emergency_sim")
        return {"commit": git("rev-parse", "HEAD"), "changed": bool(changed)}
    except (OSError, subprocess.SubprocessError):
        return None


def machine(workers: Workers) -> dict[str, Any]:
    """Return what kind of machine it was; neither its name nor its user."""
    return {
        "system": platform.system(),
        "architecture": platform.machine(),
        "python_implementation": sys.implementation.name,
        "executor": workers.kind.value,
        "jobs": workers.jobs,
    }
