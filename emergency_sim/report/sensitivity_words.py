"""A sensitivity analysis in words, Norwegian and English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.analysis.kpis import KPIS
from emergency_sim.report.style import amount, number, unit_name
from emergency_sim.report.tables import title

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

_WORDS: Final[dict[str, dict[str, str]]] = {
    "nb": {
        "to": "til",
        "range_title": "Holder forskjellene når antagelsene endres?",
        "range_subtitle": "Forskjell fra basis i {n} trekninger av alle antatte verdier samtidig. "
        "Hvert felt har sin egen skala",
        "range_note": "Hver trekning er kjørt i basis og varianter med de samme verdiene og de "
        "samme hendelsene, i sine egne uker; tilfeldighetene i dem er med i spredningen, så den er "
        "heller for vid enn for smal. Det grå feltet er forskjeller uten betydning.",
        "outside": "{n} utenfor feltet",
        "a_draw": "trekning ({calibration})", "band": "5-95 %", "as_given": "som oppgitt",
        "effects_title": "Hvilke antagelser betyr mest?",
        "effects_of_difference": "Forskjellen i {figure}: hvor mye den flytter seg når én verdi går "
        "fra den ene enden av spennet til den andre (Morris)",
        "effects_of_base": "Nivået i basis for {figure}: hvor mye det flytter seg når én verdi går "
        "fra den ene enden av spennet til den andre (Morris)",
        "effects_note": "{none} av {all} ting som ble variert, flytter den ikke. Snitt av {steps} "
        "steg; den tynne streken er 95 % KI for søylen. Når σ er like lang som søylen, avhenger "
        "virkningen av de andre verdiene. {chance}",
        "chance_known": "◇ er det tilfeldigheter alene holder seg under i 95 av 100 tilfeller, for "
        "hver verdi for seg; en bleik søyle som ikke når dit, kan ikke skilles fra tilfeldigheter.",
        "chance_unknown": "Hvor mye tilfeldighetene alene gjør, er ikke kjent fra én gjentakelse per "
        "punkt: de lager også en søyle, for den er snittet av utslag i begge retninger.",
        "by_chance": "kan ikke skilles fra tilfeldigheter", "may_be_chance": "kan være tilfeldig",
        "chance": "◇ tilfeldigheter alene",
        "chance_column": "Tilfeldigheter\nalene", "under": "{limit}, kan ikke skilles",
        "unknown": "ikke kjent",
        "raises": "øker", "lowers": "minker", "both": "begge deler", "sigma": "σ",
        "line": "det som betyr noe",
        "flips": "skifter fortegn {n} av {all}", "no_flips": "samme fortegn",
        "factor": "ganger", "share of the base's units": "av enhetene",
        "shares_title": "Hvor mye av usikkerheten skyldes hver antagelse?",
        "shares_of_difference": "Forskjellen i {figure}: andeler av variansen når de ledende "
        "verdiene varierer (Sobol)",
        "shares_of_base": "Nivået i basis for {figure}: andeler av variansen når de ledende "
        "verdiene varierer (Sobol)",
        "shares_note": "Sobols indekser med 95 % KI. Alene: andelen av variansen som forsvinner om "
        "verdien var kjent. Med samspill: andelen som er igjen når alt annet er kjent. Negative "
        "tall, og brede streker, betyr at det trengs flere punkter. Tilfeldighetene i ukene teller som "
        "samspill med hver verdi: med få gjentakelser er «med samspill» for høyt hos alle. {chance}",
        "shares_chance_known": "◇ er det tilfeldigheter alene holder seg under i 95 av 100 tilfeller; en "
        "bleik søyle når ikke dit.",
        "shares_chance_unknown": "Hvor mye det er, er ikke kjent fra én gjentakelse per punkt.",
        "of_variance": "% av variansen", "alone": "alene", "together": "med samspill",
        "range": "{figure}: {low} til {high} {unit} i 90 % av {n} trekninger{given}; over null i "
        "{positive} %, under null i {negative} %{calibrations}.",
        "given": " (som oppgitt {value})",
        "effect": "{parameter} fra {low} til {high}: {direction} med omtrent {size} {unit}{flips}",
        "up": "øker", "down": "minker", "either": "øker eller minker",
        "flipped": ", fortegnet skifter i {n} av {all} steg",
        "effects_legend": "Virkning: hvor mye forskjellen endres når verdien går fra lav til høy, "
        "snitt over banene; ± betyr opp i noen og ned i andre. σ: hvor ulikt det er fra "
        "bane til bane, altså hvor mye det avhenger av de andre verdiene, eller av tilfeldigheter. "
        "Tilfeldigheter alene: det en verdi uten virkning holder seg under i 95 av 100 tilfeller, hver "
        "for seg; «kan ikke skilles»: virkningen er ikke større.",
        "none": "ingen virkning", "nothing_moves_it": "ingenting som ble variert, flytter den",
        "parameter": "Verdi", "value": "Oppgitt", "low": "Lav", "high": "Høy",
        "effect_column": "Virkning", "sign": "Fortegn skifter", "status": "Status",
        "assumed": "antatt", "published": "publisert", "derived": "avledet",
        "left_out": "Ikke variert: {what}.",
        "rejected": "{n} {kind} ble forkastet fordi verdiene motsier hverandre ({reason}).",
        "kind_range": "trekninger", "kind_morris": "baner", "kind_sobol": "blokker",
    },
    "en": {
        "to": "to",
        "range_title": "Do the differences hold when the assumptions change?",
        "range_subtitle": "Difference from the base in {n} draws of all assumed values at once. "
        "Each panel has a scale of its own",
        "range_note": "Each draw was run in base and variants with the same values and the same "
        "incidents, in weeks of its own; their chance is in the spread, which is rather too wide "
        "than too narrow. The grey band holds differences that do not matter.",
        "outside": "{n} outside the panel",
        "a_draw": "draw ({calibration})", "band": "5-95 %", "as_given": "as given",
        "effects_title": "Which assumptions matter most?",
        "effects_of_difference": "The difference in {figure}: how far it moves when one value goes "
        "from one end of its range to the other (Morris)",
        "effects_of_base": "The base's level of {figure}: how far it moves when one value goes from "
        "one end of its range to the other (Morris)",
        "effects_note": "{none} of the {all} things that were varied do not move it. Mean of {steps} "
        "steps; the thin line is the bar's 95 % interval. Where σ is as long as the bar, the effect "
        "depends on the other values. {chance}",
        "chance_known": "◇ is what chance alone stays under in 95 of 100 cases, for each value by "
        "itself; a pale bar that ends before it is not distinguishable from chance.",
        "chance_unknown": "How much chance alone does is not known from one replication a point: it "
        "makes a bar too, for a bar is the mean of moves in either direction.",
        "by_chance": "not distinguishable from chance", "may_be_chance": "may be chance",
        "chance": "◇ chance alone",
        "chance_column": "Chance\nalone", "under": "{limit}, not distinguishable", "unknown": "not known",
        "raises": "raises it", "lowers": "lowers it", "both": "either", "sigma": "σ",
        "line": "what matters",
        "flips": "flips sign {n} of {all}", "no_flips": "same sign",
        "factor": "times", "share of the base's units": "of the units",
        "shares_title": "How much of the uncertainty comes from each assumption?",
        "shares_of_difference": "The difference in {figure}: shares of its variance when the "
        "leading values vary (Sobol)",
        "shares_of_base": "The base's level of {figure}: shares of its variance when the leading "
        "values vary (Sobol)",
        "shares_note": "Sobol's indices with 95 % intervals. Alone: the share of the variance that "
        "would go if the value were known. With the others: the share that is left when all else is "
        "known. Negative numbers and wide lines ask for more points. The chance of the weeks counts as "
        "something that each value does with the others: with few replications that share is too "
        "large for all. {chance}",
        "shares_chance_known": "◇ is what chance alone stays under in 95 of 100 cases; a pale bar ends "
        "before it.",
        "shares_chance_unknown": "How much that is, is not known from one replication a point.",
        "of_variance": "% of the variance", "alone": "alone", "together": "with the others",
        "range": "{figure}: {low} to {high} {unit} in 90 % of {n} draws{given}; above zero in "
        "{positive} %, below in {negative} %{calibrations}.",
        "given": " (as given {value})",
        "effect": "{parameter} from {low} to {high}: {direction} it by about {size} {unit}{flips}",
        "up": "raises", "down": "lowers", "either": "raises or lowers",
        "flipped": ", the sign changes in {n} of {all} steps",
        "effects_legend": "Effect: how far the difference moves when the value goes from low to "
        "high, mean over the trajectories; ± is up in some and down in others. σ: how much "
        "that varies, so how far it depends on the other values, or on chance. Chance alone: what a "
        "value without effect stays under in 95 of 100 cases, each by itself; not distinguishable: "
        "the effect is no larger.",
        "none": "no effect", "nothing_moves_it": "nothing that was varied moves it",
        "parameter": "Parameter", "value": "As given", "low": "Low", "high": "High",
        "effect_column": "Effect", "sign": "Sign changes", "status": "Status",
        "assumed": "assumed", "published": "published", "derived": "derived",
        "left_out": "Not varied: {what}.",
        "rejected": "{n} {kind} were rejected because their values contradict each other ({reason}).",
        "kind_range": "draws", "kind_morris": "trajectories", "kind_sobol": "blocks",
    },
}  # fmt: skip


def said(key: str, lang: str) -> str:
    """Return a text."""
    return _WORDS[lang][key]


def figure_name(key: tuple[str, str, str], lang: str, variant: str = "") -> str:
    """Return an indicator and its group in words, with the variant where one is named."""
    kpi, kind, group = key
    name = title(kpi, lang)
    if kind != "all":
        name += f" ({group})"
    return f"{variant}: {name}" if variant else name


def range_sentence(
    row: tuple[str, str, str, str], draws: pd.DataFrame, as_given: float | None, lang: str
) -> str:
    """Return the range of one difference: ends, sign, and sign by calibration (R2).

    Parameters
    ----------
    row
        Variant, indicator, kind of group, group.
    draws
        Its rows of ``sensitivity/range.parquet``, at least one.
    as_given
        The difference with all parameters as given, or None.
    lang
        ``nb`` or ``en``.
    """
    unit = KPIS[row[1]].indicator.unit
    values = draws["difference"].to_numpy(float)
    low, high = (float(x) for x in np.quantile(values, [0.05, 0.95]))
    by = [
        f"{name} {_share(own['difference'] > 0, lang)} / {_share(own['difference'] < 0, lang)} %"
        for name, own in draws.groupby("calibration")
    ]
    given = ""
    if as_given is not None:
        given = said("given", lang).format(value=amount(as_given, unit, lang, signed=True))
    return said("range", lang).format(
        figure=figure_name(row[1:], lang, row[0]),
        low=amount(low, unit, lang, signed=True),
        high=amount(high, unit, lang, signed=True),
        unit=unit_name(unit, lang),
        n=len(values),
        given=given,
        positive=_share(values > 0, lang),
        negative=_share(values < 0, lang),
        calibrations=f" ({', '.join(by)})" if len(by) > 1 else "",
    )


def _share(which: Any, lang: str) -> str:
    return number(100 * float(which.mean()), 0, lang)


def direction(effect: Mapping[str, Any]) -> str:
    """Return where an effect goes: ``up``, ``down`` or ``either``.

    Parameters
    ----------
    effect
        With ``mu`` and ``mu_star``.

    Examples
    --------
    >>> [direction({"mu": mu, "mu_star": 2.0}) for mu in (1.9, -1.0, 0.3)]
    ['up', 'down', 'either']
    """
    if abs(effect["mu"]) < effect["mu_star"] / 2:
        return "either"
    return "up" if effect["mu"] > 0 else "down"


def chance_of(effect: Mapping[str, Any]) -> float | None:
    """Return what chance alone stays under, None if it is not known.

    Parameters
    ----------
    effect
        A row of ``sensitivity/morris.parquet`` or ``sobol.parquet``.
    """
    chance = effect.get("chance")
    return None if chance is None or not np.isfinite(chance) else float(chance)


def is_chance(effect: Mapping[str, Any], measure: str = "mu_star") -> bool:
    """Return whether an effect (or with ``total`` an index) cannot be told from chance.

    Examples
    --------
    >>> [is_chance({"mu_star": 2.0, "chance": x}) for x in (3.0, 1.0, float("nan"))]
    [True, False, False]
    """
    chance = chance_of(effect)
    return chance is not None and float(effect[measure]) <= chance


def effect_sentence(effect: Mapping[str, Any], lang: str) -> str:
    """Return one elementary effect in words.

    Parameters
    ----------
    effect
        A row of ``sensitivity/morris.parquet``.
    lang
        ``nb`` or ``en``.
    """
    ends: list[Any] = [effect["low"], effect["high"]]
    if effect["parameter"] == "calibration":
        ends = ["ssb", "watchtower"]
    low, high = (one if isinstance(one, str) else f"{one:g}" for one in ends)
    flips = ""
    if effect["flips"]:
        flips = said("flipped", lang).format(n=effect["flips"], all=effect["steps"])
    unit = str(effect["unit"])
    return said("effect", lang).format(
        parameter=effect["parameter"],
        low=low,
        high=high,
        direction=said(direction(effect), lang),
        size=amount(float(effect["mu_star"]), unit, lang),
        unit=unit_name(unit, lang),
        flips=flips,
    ) + (f" ({said('by_chance', lang)})" if is_chance(effect) else "")


def study_sentences(study: Mapping[str, Any], lang: str) -> Iterable[str]:
    """Return what was not varied, and what was rejected, from the manifest.

    Parameters
    ----------
    study
        ``sensitivity`` of the manifest.
    lang
        ``nb`` or ``en``.
    """
    if study["left_out"]:
        yield said("left_out", lang).format(what=", ".join(study["left_out"]))
    for kind, design in study["designs"].items():
        for reason, n in design["rejected"].items():
            yield said("rejected", lang).format(n=n, kind=said(f"kind_{kind}", lang), reason=reason)
