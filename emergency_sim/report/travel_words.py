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
        "any": "som om det alltid var åpent", "quantile": "{q} % av turene tar kortere tid",
        "people": "{n} innbyggere", "clock": "{day} kl. {time}",
        "close": "nedlagt: {names}", "open": "nytt: {names}",
        "without_ferries": "uten ferge: {names}", "all": "Etter endringen: {changes}.",
    },
    "en": {
        "to": "Travel time to {what}", "from": "Driving time from {what}", "car": "Ordinary car",
        "ambulance": "Ambulance without blue light", "ambulance_blue": "Ambulance with blue light",
        "winter": "winter", "summer": "summer", "roads": "roads closed in winter are closed",
        "any": "as if always open", "quantile": "{q} % of trips take less",
        "people": "{n} people", "clock": "{day} {time}",
        "close": "closed: {names}", "open": "new: {names}",
        "without_ferries": "without ferry: {names}", "all": "After the change: {changes}.",
    },
}  # fmt: skip
_DAYS: Final = {
    "nb": ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def clock(at: str, lang: str) -> str:
    """Return an hour of the week in words.

    Examples
    --------
    >>> clock("Sa 03:00", "nb"), clock("Sa 03:00", "en")
    ('lørdag kl. 03:00', 'Saturday 03:00')
    """
    short, _, time = at.partition(" ")
    day = next(d for e, d in zip(_DAYS["en"], _DAYS[lang], strict=True) if e.startswith(short))
    return _WORDS[lang]["clock"].format(day=day, time=time)


def changes(answer: TravelAnswer) -> str:
    """Return what is closed, new or not running after the change, or nothing."""
    words = _WORDS[answer.lang]
    parts = []
    for key in ("close", "open", "without_ferries"):
        names = [str(name).partition("=")[0] for name in answer.choices[key]]
        if names:
            parts.append(words[key].format(names=", ".join(names)))
    return words["all"].format(changes="; ".join(parts)) if parts else ""


def what(answer: TravelAnswer) -> str:
    """Return what the facilities are, in words."""
    kinds = {f.kind for f in answer.before.facilities}
    kind = kinds.pop() if len(kinds) == 1 else ""
    return KINDS[answer.lang].get(kind, KINDS[answer.lang][""])


def heading(answer: TravelAnswer) -> str:
    """Return the title of maps and tables."""
    words = _WORDS[answer.lang]
    return words[str(answer.choices["direction"])].format(what=what(answer))


def _when(answer: TravelAnswer) -> str:
    at = answer.choices["at"]
    return clock(str(at), answer.lang) if at else _WORDS[answer.lang]["any"]


def subtitle(answer: TravelAnswer) -> str:
    """Return who drives, when, and how many people the figures are of."""
    words, choices = _WORDS[answer.lang], answer.choices
    parts = [words[str(choices["profile"])], _when(answer)]
    parts.append(words[str(choices["season"])])
    if choices["winter_roads"] == "closed":
        parts.append(words["roads"])
    if choices["quantile"]:
        share = number(100 * float(choices["quantile"]), 0, answer.lang)
        parts.append(words["quantile"].format(q=share))
    people = number(float(answer.places.people.sum()), 0, answer.lang)
    return ", ".join([*parts, words["people"].format(n=people)])
