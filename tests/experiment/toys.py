"""The toy region, quick, and a variant of it in which the island's clinic is closed."""

import json
from pathlib import Path
from typing import Any

from emergency_sim.scenario import Scenario, load_scenario

TOY = Path(__file__).resolve().parents[1] / "toy" / "toy.yaml"
QUICK = ("run.days=1", "run.replications=2", "run.run_out_days=0")
ONE_CLINIC: dict[str, Any] = {
    "legevakter.oy.in_service": False,
    "legevakter.by.serves": ["9001", "9002", "9003"],
}


def toy(*sets: str) -> Scenario:
    """Return the toy scenario, one day long."""
    return load_scenario(TOY, [*QUICK, *sets])


def variant_file(folder: Path, name: str = "one-clinic", **changes: Any) -> Path:
    """Write a variant of the toy scenario; JSON is YAML."""
    keys = {
        "schema": "emergency_sim/variant/1",
        "base": str(TOY),
        "id": name,
        "name": {"nb": "Én legevakt", "en": "One clinic"},
        "set": changes.pop("set", ONE_CLINIC),
        **changes,
    }
    path = folder / f"{name}.yaml"
    path.write_text(json.dumps(keys), encoding="utf-8")
    return path


def one_clinic(folder: Path, **changes: Any) -> Scenario:
    """Return the variant, one day long."""
    return load_scenario(variant_file(folder, **changes), QUICK)


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its content; manifest (a clock) and checksums apart."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in ("manifest.json", "checksums.sha256")
    }
