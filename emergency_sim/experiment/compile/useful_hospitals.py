"""Hospitals that may be the nearest suitable one from somewhere in a part of a country."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.policies.nearest_suitable import NearestSuitable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emergency_sim.experiment.compile.compiled import Compiled
    from emergency_sim.scenario import Scenario


def useful_hospitals(
    whole: Compiled, part: Scenario, nodes: dict[str, int], seeds: list[int]
) -> set[str]:
    """Return the hospitals to which patients of a part may be taken.

    Parameters
    ----------
    whole
        The whole scenario compiled.
    part
        The part; by another rule than the nearest suitable one, all its hospitals may be chosen.
    nodes
        Node of each hospital by ``hospitals.<id>``.
    seeds
        Nodes of the part's places.
    """
    if not isinstance(part.policies.destination, NearestSuitable):
        return set(part.hospitals)
    ids = [k for k, h in part.hospitals.items() if h.in_service]
    to = [nodes[f"hospitals.{k}"] for k in ids]
    seconds = np.array([times.rows(seeds, to) for times in whole.travel["ambulance"]])
    functions = [frozenset(part.hospitals[k].functions) for k in ids]
    needless = needless_hospitals(seconds.min(axis=0), seconds.max(axis=0), functions)
    return {key for key, out in zip(ids, needless, strict=True) if not out}


def needless_hospitals(
    least_s: NDArray[Any], most_s: NDArray[Any], functions: Sequence[frozenset[str]]
) -> list[bool]:
    """Return which hospitals are never the nearest suitable one.

    Of these another can do all that they can, and is nearer from everywhere at whatever hour.

    Parameters
    ----------
    least_s, most_s
        float64, shape (places, hospitals): seconds in the best and the worst ferry class; ``inf``
        where there is no way.
    functions
        Of each hospital.

    Examples
    --------
    >>> near, far = np.array([[60.0, 900.0], [90.0, 800.0]]), frozenset({"acute"})
    >>> needless_hospitals(near, near, [far | {"pci"}, far])
    [False, True]
    >>> needless_hospitals(near, near, [far, far | {"pci"}])
    [False, False]
    """
    found = []
    for h, own in enumerate(functions):
        better = np.all(most_s < least_s[:, h, None], axis=0).tolist()
        found.append(any(better[g] and own <= other for g, other in enumerate(functions)))
    return found
