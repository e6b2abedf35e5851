"""Titles of a travel study in Norwegian (bokmål) and English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from emergency_sim.report.style import number

if TYPE_CHECKING:
    from emergency_sim.districts.travel_answer import TravelAnswer

KINDS: Final[dict[str, dict[str, str]]] = {
    "nb": {
        "legevakt": "legevakt", "satellite": "satellitt", "fastlege": "fastlege på dagtid",
        "hospital": "sykehus", "station": "ambulansestasjon", "helicopter_base": "helikopterbase",
        "amk": "AMK", "lvs": "legevaktsentral", "": "stedene",
    },
    "en": {
        "legevakt": "legevakt", "satellite": "satellite", "fastlege": "daytime GP duty",
        "hospital": "hospital", "station": "ambulance station", "helicopter_base": "helicopter base",
        "amk": "AMK", "lvs": "legevaktsentral", "": "the places",
    },
}  # fmt: skip
_WORDS: Final[dict[str, dict[str, str]]] = {
    "nb": {
        "to": "Reisetid til {what}", "from": "Kjøretid fra {what}", "car": "Vanlig bil",
        "ambulance": "Ambulanse uten blålys", "ambulance_blue": "Ambulanse med blålys",
        "winter": "vinter", "summer": "sommer", "roads": "vinterstengte veier stengt",
        "any": "til enhver tid åpne", "quantile": "{q} % av turene tar kortere tid",
        "people": "{n} innbyggere",
    },
    "en": {
        "to": "Travel time to {what}", "from": "Driving time from {what}", "car": "Ordinary car",
        "ambulance": "Ambulance without blue light", "ambulance_blue": "Ambulance with blue light",
        "winter": "winter", "summer": "summer", "roads": "roads closed in winter are closed",
        "any": "as if always open", "quantile": "{q} % of trips take less",
        "people": "{n} people",
    },
}  # fmt: skip


def what(answer: TravelAnswer) -> str:
    """Return what the facilities are, in words."""
    kinds = {f.kind for f in answer.before.facilities}
    kind = kinds.pop() if len(kinds) == 1 else ""
    return KINDS[answer.lang].get(kind, KINDS[answer.lang][""])


def heading(answer: TravelAnswer) -> str:
    """Return the title of maps and tables."""
    words = _WORDS[answer.lang]
    return words[str(answer.choices["direction"])].format(what=what(answer))


def subtitle(answer: TravelAnswer) -> str:
    """Return who drives, when, and how many people the figures are of."""
    words, choices = _WORDS[answer.lang], answer.choices
    parts = [words[str(choices["profile"])], str(choices["at"] or words["any"])]
    parts.append(words[str(choices["season"])])
    if choices["winter_roads"] == "closed":
        parts.append(words["roads"])
    if choices["quantile"]:
        share = number(100 * float(choices["quantile"]), 0, answer.lang)
        parts.append(words["quantile"].format(q=share))
    people = number(float(answer.places.people.sum()), 0, answer.lang)
    return ", ".join([*parts, words["people"].format(n=people)])
