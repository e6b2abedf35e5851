"""The keys `primary` and `indicators` of a scenario: what is counted, and what is tested."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field


@dataclass(frozen=True, slots=True, kw_only=True)
class Primary:
    """A primary indicator: Holm's correction runs over these (R23).

    Parameters
    ----------
    kpi
        Name of the indicator.
    group_kind
        ``all``, ``group``, ``municipality``, ``area``, ``clinic``, ``station`` ...
    group
        Which of that kind; ``all`` for the whole region.
    """

    kpi: str
    group_kind: str = "all"
    group: str = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorSettings:
    """Settings of the indicators' definitions.

    Parameters
    ----------
    response_start
        The response clock starts at registration in AMK, or at the first ring (R18).
    response_urgencies
        Assigned urgencies that count.
    """

    response_start: Literal["registered", "first_ring"] = "registered"
    response_urgencies: Annotated[
        tuple[Literal["acute", "urgent", "regular"], ...], Field(min_length=1)
    ] = ("acute",)
