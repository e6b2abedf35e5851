"""What a reader of travel times must know: waits for ferries, who is left out, whose clinic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from emergency_sim.experiment.travel.places import Reading
    from emergency_sim.experiment.travel.question import Question
    from emergency_sim.network import Driving

_WAITS: Final = {
    "en": (
        "Wait for ferries: half the time between departures by day (expected).",
        "Wait for ferries: half the time between evening departures (expected).",
        "Wait for ferries: half the time between night departures (expected).",
    ),
    "nb": (
        "Fergeventing: halvparten av tiden mellom avgangene om dagen (forventet).",
        "Fergeventing: halvparten av tiden mellom avgangene om kvelden (forventet).",
        "Fergeventing: halvparten av tiden mellom avgangene om natten (forventet).",
    ),
}
"""By hour class of the ferries: day, evening, night (R8)."""
_FAR: Final = {
    "en": "{n} people of the population file live more than 5 km from the network's roads and are "
    "not in the figures.",
    "nb": "{n} innbyggere i befolkningsfilen bor mer enn 5 km fra nettets veier og er ikke med i "
    "tallene.",
}
_INCLUDED: Final = {
    "en": "Where no departures are known a ferry's wait is part of its crossing, at every hour.",
    "nb": "Der avgangene ikke er kjent, er fergens ventetid en del av overfarten, til alle tider.",
}
_NEAREST: Final = {
    "en": "The quickest of the places counts, whoever it serves.",
    "nb": "Det raskeste av stedene teller, uansett hvem det betjener.",
}
_OPEN: Final = {
    "en": "{n} of {of} places are open then.",
    "nb": "{n} av {of} steder er åpne da.",
}
_DAYTIME: Final = {
    "en": "On weekdays 08-16 the municipalities' fastlege duty offices serve, not the legevakt: "
    "ask for kind=fastlege.",
    "nb": "Hverdager kl. 08-16 er det kommunenes fastlegevakt som gjelder, ikke legevakten: "
    "spør etter kind=fastlege.",
}
_OUTSIDE: Final = {
    "en": "{n} people live outside the outlines and are not in the figures.",
    "nb": "{n} innbyggere bor utenfor områdene og er ikke med i tallene.",
}


def wait_note(ferry_class: int, lang: str) -> str:
    """Return which wait for ferries travel times hold (R8): 0 day, 1 evening, 2 night.

    Examples
    --------
    >>> wait_note(2, "en")
    'Wait for ferries: half the time between night departures (expected).'
    """
    return _WAITS[lang][ferry_class]


def notes(question: Question, driving: Driving, reading: Reading) -> tuple[str, ...]:
    """Return what the reader must know, one sentence each.

    Parameters
    ----------
    question, driving, reading
        What was asked, how it is driven, and what was read.
    """
    from emergency_sim.experiment.travel.question import KIND
    from emergency_sim.network import RoadNetwork

    network = reading.region.network
    said = []
    if isinstance(network, RoadNetwork) and network.ferry.any():
        timetable = (network.wait_ms[:, network.ferry] > 0).any(axis=0)
        if timetable.any():
            said.append(wait_note(driving.hours, question.lang))
        if (network.runs[:, network.ferry].any(axis=0) & ~timetable).any():
            said.append(_INCLUDED[question.lang])
    for count, words in ((reading.left_out, _FAR), (reading.outside, _OUTSIDE)):
        if count:
            number = f"{count:,.0f}".replace(",", "\N{THIN SPACE}")
            said.append(words[question.lang].format(n=number))
    said.append(_NEAREST[question.lang])
    if question.at is not None:
        said.append(_OPEN[question.lang].format(n=len(reading.before), of=reading.listed))
        if (
            question.to == f"{KIND}legevakt"
            and question.at // 24 < 5
            and 8 <= question.at % 24 < 16
        ):
            said.append(_DAYTIME[question.lang])
    return tuple(said)
