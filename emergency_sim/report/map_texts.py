"""Words of travel-time maps and of the layers that QGIS opens, in Norwegian (bokmål) and English."""

from __future__ import annotations

from typing import Final

MAP_TEXTS: Final[dict[str, dict[str, str]]] = {
    "nb": {
        "minutes": "Reisetid, minutter",
        "change_minutes": "Endring, minutter",
        "no_way": "ingen vei",
        "lost": "nås ikke lenger",
        "before": "Før",
        "after": "Etter",
        "change": "Endring",
        "people": "innbyggere",
        "share": "andel",
        "rest": "utenfor, eller langt fra vei",
        "flight_title": "Helikopter fra nærmeste base",
        "open": "i drift",
        "opened": "åpnet",
        "closed": "lagt ned",
        "helicopter": "base",
        "road": "vei",
        "ferry": "ferge",
        "main_road": "hovedvei",
        "source": "Kilde",
        "flight": "Luftlinje fra basen: {activation} min til avgang, så {speed} km/t. "
        "Vær, landing og samtidige oppdrag er ikke med.",
    },
    "en": {
        "minutes": "Travel time, minutes",
        "change_minutes": "Change, minutes",
        "no_way": "no way",
        "lost": "no longer reached",
        "before": "Before",
        "after": "After",
        "change": "Change",
        "people": "people",
        "share": "share",
        "rest": "outside, or far from a road",
        "flight_title": "Helicopter from the nearest base",
        "open": "open",
        "opened": "opened",
        "closed": "closed",
        "helicopter": "base",
        "road": "road",
        "ferry": "ferry",
        "main_road": "main road",
        "source": "Source",
        "flight": "Straight line from the base: {activation} min to take-off, then {speed} km/h. "
        "Weather, landing and simultaneous missions are left out.",
    },
}
"""Words by language and key."""


def map_word(key: str, lang: str) -> str:
    """Return a word of a map.

    Examples
    --------
    >>> map_word("ferry", "nb"), map_word("ferry", "en")
    ('ferge', 'ferry')
    """
    return MAP_TEXTS[lang][key]


def flight_note(activation_min: float, speed_kmh: float, lang: str) -> str:
    """Return what the minutes of a helicopter's map hold, and what they leave out.

    Examples
    --------
    >>> flight_note(15, 220, "en").partition(". ")[0]
    'Straight line from the base: 15 min to take-off, then 220 km/h'
    """
    return MAP_TEXTS[lang]["flight"].format(
        activation=f"{activation_min:g}", speed=f"{speed_kmh:g}"
    )
