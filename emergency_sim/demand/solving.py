"""Shares and counts that must come out possible, or else the parameters contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.domain.errors import Fault, InputFaults

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emergency_sim.domain.parameters import Parameters

URGENCIES: Final = ("acute", "urgent", "regular")
TOLERANCE: Final = 1e-9


def contradiction(key: str, message: str, got: Any) -> InputFaults:
    """Return the fault of a parameter that does not go with the others."""
    shown = np.round(got, 4).tolist() if isinstance(got, np.ndarray | np.floating) else got
    return InputFaults([Fault(file="parameters", path=key, message=message, got=shown)])


def by_urgency(parameters: Parameters, key: str) -> NDArray[Any]:
    """Return a parameter's values for acute, urgent and regular."""
    value = parameters.value(key)
    return np.array([float(value[u]) for u in URGENCIES])


def not_negative(counts: NDArray[Any], key: str, what: str) -> NDArray[Any]:
    """Return ``counts`` with rounding errors below 0 removed.

    Raises
    ------
    InputFaults
        A count is really negative.
    """
    if (counts < -TOLERANCE).any():
        message = f"{what} would be negative: the parameters contradict each other"
        raise contradiction(key, message, counts)
    return np.asarray(np.maximum(counts, 0), float)


def share(part: float, whole: float, key: str, what: str) -> float:
    """Return ``part / whole``.

    Raises
    ------
    InputFaults
        It is not from 0 to 1.

    Examples
    --------
    >>> share(1.0, 4.0, "key", "people")
    0.25
    """
    if abs(part) <= TOLERANCE:
        return 0.0
    if not 0 <= part <= whole + TOLERANCE:
        message = f"asks for {part:.3f} of {whole:.3f} {what} (per 1000 and year)"
        raise contradiction(key, message, float(part))
    return min(float(part / whole), 1.0)
