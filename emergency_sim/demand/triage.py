"""Confusion matrices: from true to assigned urgency and back (assumption A4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.domain.errors import Fault, InputFaults, nearest_word

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from emergency_sim.domain.parameters import Parameters

PREFIX = "triage.matrix."


def confusion_matrix(parameters: Parameters, name: str) -> NDArray[Any]:
    """Return the 3 x 3 matrix ``triage.matrix.<name>``: rows true, columns assigned urgency.

    Raises
    ------
    InputFaults
        No such matrix, or its rows are no probabilities.
    """
    key = PREFIX + name
    if key not in parameters:
        known = [k.removeprefix(PREFIX) for k in parameters if k.startswith(PREFIX)]
        message = f"there is no triage matrix of this name; there are {', '.join(sorted(known))}"
        near = nearest_word(name, known)
        raise InputFaults(
            [Fault(file="parameters", path=key, message=message, got=name, did_you_mean=near)]
        )
    matrix = np.asarray(parameters.value(key), float)
    ok = matrix.shape == (3, 3) and (matrix >= 0).all() and np.allclose(matrix.sum(axis=1), 1)
    if not ok:
        message = "must be three rows of three shares; each row adds up to 1"
        raise InputFaults([Fault(file="parameters", path=key, message=message)])
    return matrix


def true_counts(assigned: ArrayLike, matrix: NDArray[Any]) -> NDArray[Any]:
    """Return the true counts t with ``t @ matrix == assigned``; they may come out negative.

    Examples
    --------
    >>> m = np.array([[0.8, 0.2, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    >>> true_counts([8.0, 10.0, 5.0], m).round(9).tolist()
    [10.0, 8.0, 5.0]
    """
    return np.linalg.solve(matrix.T, np.asarray(assigned, float))
