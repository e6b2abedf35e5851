"""Words of a check and a fit of a real log, in Norwegian (bokmål) and English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from emergency_sim.analysis.observed.stages import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TEXTS: Final[dict[str, dict[str, str]]] = {
    "nb": {
        "stages": "Steg for steg: median i loggen mot simuleringen",
        "median and p90": "median og P90",
        "stage": "Steg", "urgency": "Hastegrad", "n": "Antall i loggen", "log": "Logg",
        "simulation": "Simulert", "difference": "Forskjell", "interval": "95 % KI",
        "p90": "P90", "delta": "Cliffs delta", "level": "Dom", "median": "Median",
        "all": "alle", "acute": "akutt", "urgent": "haster", "regular": "vanlig",
        "ok": "ok", "warn": "avvik", "fail": "stort avvik", "too_few": "for få",
        "volumes": "Hvor mye, når og hvor", "ratio": "Logg / simulert", "what": "Hva",
        "incidents_per_day": "Hendelser per døgn", "unit_hours_per_day": "Enhetstimer per døgn",
        "hours_of_week": "Fordeling over uken: andel som måtte flyttes",
        "municipalities": "Fordeling på kommuner: andel som måtte flyttes",
        "chance": "ved tilfeldighet", "kpis": "Indikatorer",
        "remarks": "Om loggen selv", "table": "Tabell", "about": "Hva", "says": "Merknad",
        "count": "Antall", "nothing_odd": "Ingenting påfallende i loggen selv.",
        "minutes": "minutter", "share": "Andel kortere", "parameter": "Parameter",
        "value": "Verdi", "how": "Slik", "left_out": "Det loggen ikke kan fortelle", "why": "Hvorfor",
    },
    "en": {
        "stages": "Stage by stage: medians of the log against the simulation",
        "stage": "Stage", "urgency": "Urgency", "n": "n in the log", "log": "Log",
        "simulation": "Simulated", "difference": "Difference", "interval": "95 % CI",
        "p90": "p90", "delta": "Cliff's delta", "level": "Verdict", "median": "Median",
        "all": "all", "acute": "acute", "urgent": "urgent", "regular": "regular",
        "ok": "ok", "warn": "warn", "fail": "fail", "too_few": "too few",
        "volumes": "How much, when and where", "ratio": "Log / simulated", "what": "What",
        "incidents_per_day": "Incidents a day", "unit_hours_per_day": "Hours of units a day",
        "hours_of_week": "Spread over the week: share that would have to move",
        "municipalities": "Spread over municipalities: share that would have to move",
        "chance": "by chance", "kpis": "Indicators",
        "remarks": "About the log itself", "table": "Table", "about": "What", "says": "Remark",
        "count": "Count", "nothing_odd": "Nothing odd about the log itself.",
        "minutes": "minutes", "share": "Share that is shorter", "parameter": "Parameter",
        "value": "Value", "how": "How", "left_out": "What the log cannot tell", "why": "Why",
    },
}  # fmt: skip

LARGE_N: Final = {
    "nb": "Med mange hendelser kan selv små forskjeller påvises; derfor avgjør størrelsen dommen.",
    "en": "With many incidents even small differences can be shown; so the verdict goes by their size.",
}
OTHER_ROWS: Final = {
    "nb": "Hastegrader og kommuner er vist der de avviker; alle står i --out og --json.",
    "en": "Urgencies and municipalities are shown where they differ; all are in --out and --json.",
}
VERDICTS: Final = {
    "nb": {
        "ok": "Simuleringen stemmer med loggen i alle steg innenfor grensene.",
        "warn": "Simuleringen avviker fra loggen i noen steg: {stages}.",
        "fail": "Simuleringen avviker mye fra loggen: {stages}.",
        "too_few": "For få hendelser til å si noe.",
    },
    "en": {
        "ok": "The simulation agrees with the log in every stage, within the limits.",
        "warn": "The simulation differs from the log in some stages: {stages}.",
        "fail": "The simulation differs much from the log: {stages}.",
        "too_few": "Too few incidents to say anything.",
    },
}
MOST_GROUPS: Final = 6
"""Groups that the verdict names of each thing that differs; a county has many municipalities."""
AND_MORE: Final = {"nb": "{n} til", "en": "{n} more"}


def say(key: str, lang: str) -> str:
    """Return a word."""
    return TEXTS[lang].get(key, key)


def stage_name(name: str, lang: str) -> str:
    """Return what a stage is called."""
    stage = BY_NAME[name]
    return stage.nb if lang == "nb" else stage.en


def differing(rows: Iterable[tuple[str, str]], lang: str) -> str:
    """Return what differs, and in which groups where it is not in all together alone.

    Parameters
    ----------
    rows
        (what in words, group) of each row that differs, in the order of the tables.
    lang
        ``nb`` or ``en``.

    Examples
    --------
    >>> differing([("Turn-out", "all"), ("Drive", "all"), ("Drive", "acute")], "en")
    'Turn-out; Drive (all, acute)'
    """
    groups: dict[str, list[str]] = {}
    for what, group in rows:
        groups.setdefault(what, []).append(group)
    return "; ".join(
        what if own == ["all"] else f"{what} ({', '.join(_some(own, lang))})"
        for what, own in groups.items()
    )


def _some(groups: Sequence[str], lang: str) -> list[str]:
    said = [say(group, lang) for group in groups[:MOST_GROUPS]]
    left = len(groups) - len(said)
    return [*said, AND_MORE[lang].format(n=left)] if left else said
