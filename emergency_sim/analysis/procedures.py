"""Procedures that choose the best structure while replications are run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from emergency_sim.analysis.choice import Decision, Method, Question
from emergency_sim.analysis.kim_nelson import KimNelson
from emergency_sim.analysis.ocba import Ocba

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray


class Procedure(Protocol):
    """Asks for replications until it can name the best.

    ``next`` is a pure function of the values: an experiment that is taken up again, or has run more
    than was asked for, comes to the same decision.
    """

    def next(self, values: Mapping[str, NDArray[Any]]) -> Decision:
        """Return what follows from the values of replications 0, 1, ... of each scenario."""


def procedure(method: Method, question: Question, *, common_random_numbers: bool) -> Procedure:
    """Return the procedure of a name.

    Parameters
    ----------
    method
        ``kn`` or ``ocba``; the bootstrap asks for nothing
        (:func:`emergency_sim.analysis.ranking.ranking_of`).
    question
        What is asked.
    common_random_numbers
        Whether the k-th replications of all scenarios have the same incidents.

    Raises
    ------
    ValueError
        OCBA with common random numbers: it allocates as if scenarios were independent, or a method
        that asks for nothing.
    """
    if method is Method.KN:
        return KimNelson(question)
    if method is Method.OCBA:
        if common_random_numbers:
            raise ValueError(
                "ocba takes scenarios for independent; use kn, or common_random_numbers: false"
            )
        return Ocba(question)
    raise ValueError("the bootstrap uses the replications there are; it has no procedure")
