"""The four regional health authorities, by county: whose hospitals and ambulances people have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

REGIONS: Final = {
    "Helse Nord": ("18", "55", "56"),
    "Helse Midt-Norge": ("15", "50"),
    "Helse Vest": ("11", "46"),
    "Helse Sør-Øst": ("03", "31", "32", "33", "34", "39", "40", "42"),
}
"""Counties (first two digits of a municipality's number, from 2024) by region: the regions are
published (Helse- og omsorgsdepartementet) and follow the counties but for single municipalities."""


def health_region(municipality: str) -> str:
    """Return the health region of a municipality; ``""`` for a county that is not known.

    Examples
    --------
    >>> health_region("1506"), health_region("0301"), health_region("2100")
    ('Helse Midt-Norge', 'Helse Sør-Øst', '')
    """
    county = municipality[:2]
    return next((name for name, counties in REGIONS.items() if county in counties), "")


def by_health_region(municipalities: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the municipalities of each region that has any, in the order given.

    Examples
    --------
    >>> by_health_region(["1506", "5001", "1101"])
    {'Helse Midt-Norge': ('1506', '5001'), 'Helse Vest': ('1101',)}
    """
    found: dict[str, list[str]] = {name: [] for name in REGIONS}
    for number in municipalities:
        if region := health_region(number):
            found[region].append(number)
    return {name: tuple(numbers) for name, numbers in found.items() if numbers}
