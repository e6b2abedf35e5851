"""Words of tables and maps in Norwegian (bokmål) and English."""

from __future__ import annotations

from typing import Final

LANGUAGES: Final = ("nb", "en")

TEXTS: Final[dict[str, dict[str, str]]] = {
    "nb": {
        "source": "Kilde",
        "to": "til",
        "exact": "eksakt",
        "structural": "strukturell",
        "too_few": "for få",
        "neither": "ulik; ingen retning er bedre",
        "indicator": "Indikator",
        "unit": "Enhet",
        "base": "Før",
        "difference": "Endring",
        "interval": "95 % KI",
        "verdict": "Dom",
        "value": "Verdi",
        "region": "Hele regionen",
        "concerned": "Kommunene det gjelder",
        "service": "Vakttimer, timer per lege og ventetid",
        "as_given": "Som oppgitt",
        "equal": "Lik tjeneste",
        "ks": "KS' test, ingen økning i vakttimer og beredskap",
        "ks_passed": "bestått",
        "ks_failed": "ikke bestått",
        "ks_cannot_tell": "kan ikke avgjøres",
        "ks_duty_hours": "Vakttimer i turnus",
        "ks_standby": "Beredskapstimer",
        "ks_cost": "Kostnad ved siden av",
        "assumed rates": "antatte satser",
        "over_rates": "over spennet i satsene",
        "warm_up": "Oppvarming på {days} døgn",
        "long_enough": "lang nok",
        "too_short": "for kort",
        "warm_up_cannot_tell": "kan ikke avgjøres",
        "warm_up_first": "første talte uke mot de senere på samme timer i uken",
        "fewer than two counted weeks": "færre enn to talte uker",
        "one replication": "én gjentakelse",
        "nothing happened": "ingenting skjedde",
        "the intervals are too wide": "intervallene er for vide",
        "first_day": "første døgn",
        "units_busy": "opptatte enheter",
        "patients_in_clinics": "pasienter på legevakt",
        "open_incidents": "åpne hendelser",
        "decay": "Avstandsvirkning på bruken",
        "decay_on": "Med",
        "decay_off": "Uten",
        "cells_note": "Flatene er soner rundt bosettingen, kuttet 5 km fra soner og veier.",
        "no_way": "ingen åpen legevakt med lege",
        "few": "færre enn 30 hendelser",
        "legevakt": "legevakt",
        "satellite": "satellitt",
        "station": "ambulansestasjon",
        "minutes": "Minutter",
        "change_minutes": "Endring, minutter",
        "before": "Før",
        "after": "Etter",
        "change": "Endring",
        "response_title": "Median responstid",
        "response_subtitle": "Fra AMK har registrert henvendelsen til første ambulanse er på "
        "hendelsesstedet, akutte hendelser",
        "response_note": "Soner med færre enn 30 hendelser viser området de hører til.",
        "travel_title": "Reisetid til åpen legevakt med lege",
        "travel_subtitle": "Forventet kjøretid med bil i legevaktens åpningstid, fergeventing "
        "medregnet, gjennomsnitt over uken",
        "travel_note": "Veien går til den legevakten som kommunen hører til i timen.",
    },
    "en": {
        "source": "Source",
        "to": "to",
        "exact": "exact",
        "structural": "structural",
        "too_few": "too few",
        "neither": "differs; neither is better",
        "indicator": "Indicator",
        "unit": "Unit",
        "base": "Base",
        "difference": "Change",
        "interval": "95 % CI",
        "verdict": "Verdict",
        "value": "Value",
        "region": "The whole region",
        "concerned": "The municipalities concerned",
        "service": "Duty hours, hours per doctor and waits",
        "as_given": "As given",
        "equal": "Equal service",
        "ks": "KS' test, no increase in duty hours and standby",
        "ks_passed": "passed",
        "ks_failed": "failed",
        "ks_cannot_tell": "cannot tell",
        "ks_duty_hours": "Rostered duty hours",
        "ks_standby": "Standby hours",
        "ks_cost": "Cost beside it",
        "assumed rates": "assumed rates",
        "over_rates": "over the range of the rates",
        "warm_up": "Warm-up of {days} days",
        "long_enough": "long enough",
        "too_short": "too short",
        "warm_up_cannot_tell": "cannot tell",
        "warm_up_first": "first counted week against the later ones at the same hours of the week",
        "fewer than two counted weeks": "fewer than two counted weeks",
        "one replication": "one replication",
        "nothing happened": "nothing happened",
        "the intervals are too wide": "the intervals are too wide",
        "first_day": "first day",
        "units_busy": "units busy",
        "patients_in_clinics": "patients in clinics",
        "open_incidents": "open incidents",
        "decay": "Effect of distance on use",
        "decay_on": "With decay",
        "decay_off": "Decay off",
        "cells_note": "Areas are cells around where people live, cut 5 km from zones and roads.",
        "no_way": "no open clinic with a doctor",
        "few": "fewer than 30 incidents",
        "legevakt": "clinic",
        "satellite": "satellite",
        "station": "ambulance station",
        "minutes": "Minutes",
        "change_minutes": "Change, minutes",
        "before": "Before",
        "after": "After",
        "change": "Change",
        "response_title": "Median response time",
        "response_subtitle": "From the inquiry's registration at AMK to the first ambulance at the "
        "scene, acute incidents",
        "response_note": "Zones with fewer than 30 incidents show the area that they belong to.",
        "travel_title": "Travel time to an open clinic with a doctor",
        "travel_subtitle": "Expected drive by car in legevakt hours, the wait for ferries included, "
        "mean over the week",
        "travel_note": "The way goes to the clinic that the municipality belongs to in that hour.",
    },
}
"""Words by language and key."""

VERDICTS: Final[dict[str, dict[str, str]]] = {
    "en": {"no_relevant_difference": "no relevant difference", "cannot_tell": "cannot tell"},
    "nb": {
        "better": "bedre",
        "worse": "dårligere",
        "no_relevant_difference": "ingen relevant forskjell",
        "cannot_tell": "kan ikke avgjøres",
    },
}
"""Verdicts in words; what is not here is said as it is."""


def verdict(word: str, lang: str) -> str:
    """Return a verdict in a language.

    Examples
    --------
    >>> verdict("better", "nb"), verdict("cannot_tell", "en")
    ('bedre', 'cannot tell')
    """
    return VERDICTS[lang].get(word, word)


def say(key: str, lang: str) -> str:
    """Return a word of tables and maps in a language."""
    return TEXTS[lang][key]
