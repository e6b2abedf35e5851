"""What a network says of itself: the file ``network.yaml`` of a region's folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


def network_text(folder: Path) -> dict[str, Any]:
    """Return what network.yaml says; nothing where there is none.

    Parameters
    ----------
    folder
        A region's folder.

    Raises
    ------
    InputFaults
        The file is no YAML.
    """
    from emergency_sim.domain.errors import Fault, InputFaults
    from emergency_sim.scenario.yaml_file import read_yaml

    path = folder / "network.yaml"
    if not path.is_file():
        return {}
    faults: list[Fault] = []
    tree = read_yaml(path, name=str(path), faults=faults)
    if faults:
        raise InputFaults(faults)
    return tree.value if tree is not None and isinstance(tree.value, dict) else {}
