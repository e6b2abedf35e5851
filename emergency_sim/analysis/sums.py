"""Sums of products that come out the same on any machine and with any number of threads.

``a @ b`` goes to the linear algebra library, which adds in an order that depends on how many threads
it may use: the last bits of a table, and with them its bytes, would depend on the number of
processors. Products of whole numbers are exact in any order and may stay as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

BITS: Final = 52
"""Of a double's 53 significant ones; one is left for rounding the bound itself."""
SMALLEST: Final = -1074
"""Exponent of the smallest double: every double lies on that grid."""


def counted(counts: NDArray[Any], values: NDArray[Any]) -> NDArray[np.float64]:
    """Return ``counts @ values``, in which no sum is rounded, so that their order does not matter.

    The values are first rounded to a grid so coarse that every sum of a column lies on it and fits
    into a double: to about the 15th digit of the largest sum that there may be.

    Parameters
    ----------
    counts
        Whole numbers, shape (m, k): how often each row of values counts.
    values
        Shape (k, n).

    Returns
    -------
    ndarray
        Shape (m, n); a column with a value that is not finite is not rounded.

    Raises
    ------
    ValueError
        If a count is no whole number.

    Examples
    --------
    >>> counted(np.array([[1.0, 2.0]]), np.array([[3.0], [0.5]])).tolist()
    [[4.0]]
    """
    if not np.array_equal(counts, np.rint(counts)):
        raise ValueError("counts must be whole numbers")
    most = np.abs(counts).sum(axis=1).max(initial=1.0)
    largest = np.abs(values).max(axis=0, initial=0.0) * most
    usable = np.isfinite(largest) & (largest > 0)
    _, exponent = np.frexp(np.where(usable, largest, 1.0))
    grid = np.ldexp(1.0, np.maximum(exponent - BITS, SMALLEST))
    on_grid = np.where(usable, np.rint(values / grid) * grid, values)
    return np.asarray(counts @ on_grid, "float64")


def weighted(weights: NDArray[Any], values: NDArray[Any]) -> NDArray[np.float64]:
    """Return for each row of weights the weighted sum of the values, added in one fixed order.

    Parameters
    ----------
    weights
        Shape (m, k).
    values
        Shape (k,).

    Returns
    -------
    ndarray
        Shape (m,).
    """
    return np.asarray(np.add.reduce(np.ascontiguousarray(weights * values), axis=1), "float64")
