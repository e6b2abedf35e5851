"""Phrases of comparisons in Norwegian (bokmål) and English."""

from __future__ import annotations

from typing import Any, Final

PHRASES: Final[dict[str, dict[str, str]]] = {
    "nb": {
        "and": "og",
        "against": "mot",
        "length": "{count} gjentakelser à {days} talte døgn",
        "seed": "frø {seed}",
        "paired": "spredt over året, de samme hendelsene i alle scenarioer",
        "independent": "spredt over året, hvert scenario med sine egne hendelser",
        "few": "Under 20 gjentakelser: intervallene holder, men er vide, og anslagene er grove.",
        "more": "kan ikke avgjøres (ca. {n} til)",
        "never": "kan ikke avgjøres (over {n} til)",
        "turned": "{verdict} som oppgitt, men fortegnet hviler på antatte verdier (snudde i {share} "
        "% av {draws} trekninger)",
        "beyond": "{verdict} som oppgitt, men det hviler på antatte verdier (relevant i {share} % "
        "av {draws} trekninger)",
        "by_chance": "; kanskje av tilfeldighet, flere gjentakelser per trekning trengs",
        "if_assumed": "{verdict}, hvis de antatte verdiene holder",
        "not_studied": "ikke undersøkt",
        "primary_title": "Bestemt på forhånd: tre slags usikkerhet ved siden av hverandre",
        "mean_interval": "95 % KI\nfor middelet",
        "single_periods": "Enkeltperioder\n5–95 %",
        "assumed_values": "Antatte verdier\n5–95 %",
        "ranking_title": "{kpi}, {group} ({unit}): fra best til dårligst",
        "structure": "Struktur",
        "chance_best": "Sjanse\nfor best",
        "may_be_best": "Kan være\nbest",
        "yes": "ja",
        "no": "nei",
        "the_base": "før",
        "equal_service": "lik tjeneste",
        "best": "Best: {best}, med minst {p} % sannsynlighet, hvis forskjeller under {margin} ikke "
        "betyr noe.",
        "exact_best": "Best: {best}; det er ingen tilfeldighet i denne indikatoren.",
        "equals": "Samme verdi: {names}.",
        "alike": "Kan ikke skilles fra: {names}.",
        "apart": "Alle de andre er dårligere, med samme sannsynlighet, om så bare litt. En dom mot før "
        "tar hensyn til alle indikatorene som er bestemt på forhånd, og er strengere.",
        "all_same": "Det er ingenting å velge mellom: de {n} strukturene har samme verdi i denne "
        "indikatoren.",
        "all_same_exact": "Det er ingenting å velge mellom: de {n} strukturene har samme verdi, og det "
        "er ingen tilfeldighet i denne indikatoren.",
        "all_alike": "De {n} strukturene kan ikke skilles fra hverandre. {best} ligger først: med minst "
        "{p} % sannsynlighet er ingen bedre med {margin} eller mer.",
        "all_open": "De {n} strukturene kan ikke skilles fra hverandre etter {used} gjentakelser: hver "
        "av dem kan være best.",
        "same": "lik de andre",
        "subset": "Ingen er klart best: med {p} % sannsynlighet er den beste blant {names}.",
        "ocba_best": "Best: {best}, med anslått sannsynlighet {reached} %, hvis forskjeller under "
        "{margin} ikke betyr noe.",
        "open": "Ikke avgjort etter {used} gjentakelser: {names} kan ennå være best, {leader} "
        "leder.",
        "open_bound": "Senest etter {n} gjentakelser av hver er det avgjort.",
        "reached": "Anslått sannsynlighet for at lederen er best: {reached} %.",
        "pooled": "Sammenlignet: indikatoren over alle gjentakelser sett under ett, parvis.",
        "single": "Sammenlignet: middelet av verdiene fra hver gjentakelse for seg (av en median: "
        "middelet av medianene).",
        "no_ranking": "Rekkefølgen har ingen sannsynligheter: {reason}.",
        "one replication": "én gjentakelse",
        "too few observations in a structure": "for få observasjoner i en struktur",
        "too few replications with observations": "for få gjentakelser med observasjoner",
        "a structure has nobody in this group": "en struktur har ingen i denne gruppen",
        "equal_changes": "Endringer fra før; lik tjeneste fra {count} gjentakelser. Søket tok "
        "{rounds} runder ({runs} prøvekjøringer): leger {said}.",
        "changed": "{clinic} {line} {given} til {equal}",
        "unjudged": "For få pasienter i prøvekjøringene til å dømme: {names} (leger som oppgitt).",
        "half_judged": "Bedømt bare etter gule pasienters ventetid, siden utrykningene er for få: "
        "{names}.",
        "not_reached": "Ikke nådd i søket: {names} (flere leger kortet ikke ventetiden ned til den "
        "før, eller søket endte først).",
        "no_decay": "Avstandsvirkning: ingen vei er lengre eller kortere der den gjelder (den er av "
        "der en satellitt er åpen); uten den er tallene de samme.",
        "decay_changes": "Endringer fra før; uten avstandsvirkning fra {count} gjentakelser.",
        "overlap": "Hendelser: {both} i begge, {base} bare i før, {variant} bare i varianten.",
        "common": "Hendelsene som er i begge",
        "choice_title": "Valget av den beste: {kpi}, {group} ({unit})",
        "beyond_tables": "Tabellene teller de første {n} gjentakelsene av hver struktur, som filen ber "
        "om. Valget kjørte flere (opptil {most}): hvem som fikk dem, og når det stoppet, hang på "
        "forskjellene som alt var sett. Intervaller som regnet dem med, ville vist forskjeller som "
        "ikke er der, så de avgjør bare valget.",
        "mean": "Middel",
        "replications": "Gjentakelser",
        "standing": "Stilling",
        "out": "ute etter {n}",
        "chosen": "valgt",
        "in": "kan være best",
        "family": "* primærindikator, bestemt på forhånd; Holms korreksjon over {n} tester "
        "(primærindikatorer × varianter). Alle andre er utforskende: intervall uten p.",
        "brackets": "Tall i parentes: så mange gjentakelser til ville trolig (80 %) avgjøre det, "
        "hvis forskjellen er som anslått. Den som legger til gjentakelser til noe viser seg, finner "
        "en forskjell som ikke er der, oftere enn én av tjue ganger: bestem antallet på forhånd.",
        "medians": "Endringen av en median eller persentil er forskjellen mellom de to, ikke "
        "medianen av forskjeller.",
        "means": "Intervallene sier hvor presist middelet er. De sier ikke hvor ulike periodene er, "
        "og ikke hvor feil de antatte verdiene kan være:",
        "assumed": "{a} av {b} parametere og {c} av {d} steder, vaktlinjer og enheter er antatt; "
        "hver dom gjelder bare hvis de antatte verdiene holder.",
        "assumed_studied": "{a} av {b} parametere og {c} av {d} steder, vaktlinjer og enheter er "
        "antatt; parameterne er trukket på nytt {draws} ganger, resten er som oppgitt.",
        "table": "Hele tabellen",
        "as_it_is": "som oppgitt",
        "many": "{n} varianter: her står primærindikatorene; alt annet står i filene.",
        "points": "prosentpoeng",
        "not_studied_at_all": "Spennet over de antatte verdiene er ikke undersøkt: dommene gjelder hvis "
        "de holder.",
        "left_out": "… og {n} til i filen.",
        "outcome": "Utfall",
    },
    "en": {
        "and": "and",
        "against": "against",
        "length": "{count} replications of {days} counted days",
        "seed": "seed {seed}",
        "paired": "spread over the year, the same incidents in all scenarios",
        "independent": "spread over the year, every scenario with incidents of its own",
        "few": "Fewer than 20 replications: the intervals hold but are wide, and forecasts are rough.",
        "more": "cannot tell (about {n} more)",
        "never": "cannot tell (over {n} more)",
        "turned": "{verdict} as given, but the sign rests on assumed values (turned in {share} % of "
        "{draws} draws)",
        "beyond": "{verdict} as given, but that rests on assumed values (relevant in {share} % of "
        "{draws} draws)",
        "by_chance": "; perhaps by chance, more replications of each draw are needed",
        "if_assumed": "{verdict}, if the assumed values hold",
        "not_studied": "not studied",
        "primary_title": "Named beforehand: three uncertainties side by side",
        "mean_interval": "95 % CI\nof the mean",
        "single_periods": "Single periods\n5–95 %",
        "assumed_values": "Assumed values\n5–95 %",
        "ranking_title": "{kpi}, {group} ({unit}): from best to worst",
        "structure": "Structure",
        "chance_best": "Chance\nof best",
        "may_be_best": "May be\nbest",
        "yes": "yes",
        "no": "no",
        "the_base": "base",
        "equal_service": "equal service",
        "best": "Best: {best}, with at least {p} % probability, if differences under {margin} do not "
        "matter.",
        "exact_best": "Best: {best}; there is no chance in this indicator.",
        "equals": "The same value: {names}.",
        "alike": "Cannot be told apart from: {names}.",
        "apart": "All others are worse, with the same probability, however little. A verdict against the "
        "base allows for all indicators that were named beforehand, and is stricter.",
        "all_same": "There is nothing to choose between: the {n} structures have the same value in "
        "this indicator.",
        "all_same_exact": "There is nothing to choose between: the {n} structures have the same value, "
        "and there is no chance in this indicator.",
        "all_alike": "The {n} structures cannot be told apart. {best} leads: with at least {p} % "
        "probability none is better by {margin} or more.",
        "all_open": "The {n} structures cannot be told apart after {used} replications: each of them "
        "may be the best.",
        "same": "as the others",
        "subset": "None is clearly best: with {p} % probability the best is one of {names}.",
        "ocba_best": "Best: {best}, with an estimated probability of {reached} %, if differences "
        "under {margin} do not matter.",
        "open": "Not settled after {used} replications: {names} may still be the best, {leader} "
        "leads.",
        "open_bound": "It is settled after {n} replications of each at the latest.",
        "reached": "Estimated probability that the leader is the best: {reached} %.",
        "pooled": "Compared: the indicator over all replications together, in pairs.",
        "single": "Compared: the mean of the values of each replication by itself (of a median: the "
        "mean of the medians).",
        "no_ranking": "The order has no probabilities: {reason}.",
        "one replication": "one replication",
        "too few observations in a structure": "too few observations in a structure",
        "too few replications with observations": "too few replications with observations",
        "a structure has nobody in this group": "a structure has nobody in this group",
        "equal_changes": "Changes from the base; in equal service from {count} replications. The "
        "search took {rounds} rounds ({runs} pilot runs): doctors {said}.",
        "changed": "{clinic} {line} {given} to {equal}",
        "unjudged": "Too few patients in the pilots to judge: {names} (doctors as given).",
        "half_judged": "Judged by yellow patients' waits alone, call-outs being too few: {names}.",
        "not_reached": "Not reached in the search: {names} (more doctors did not shorten the wait "
        "to the base's, or the search ended first).",
        "no_decay": "Distance decay: no way is longer or shorter where it applies (it is off where "
        "a satellite is open); with decay off the figures are the same.",
        "decay_changes": "Changes from the base; with decay off from {count} replications.",
        "overlap": "Incidents: {both} in both, {base} only in the base, {variant} only in the "
        "variant.",
        "common": "The incidents that are in both",
        "choice_title": "The choice of the best: {kpi}, {group} ({unit})",
        "beyond_tables": "The tables count the first {n} replications of each structure, as the file "
        "asks. The choice ran more (up to {most}): who got them, and when it stopped, hung on the "
        "differences seen by then. Intervals that counted them would show differences that are not "
        "there, so they decide the choice alone.",
        "mean": "Mean",
        "replications": "Replications",
        "standing": "Standing",
        "out": "out after {n}",
        "chosen": "chosen",
        "in": "may be best",
        "family": "* primary indicator, named beforehand; Holm's correction over {n} tests (primary "
        "indicators × variants). All others are exploratory: an interval without p.",
        "brackets": "Numbers in brackets: so many more replications would probably (80 %) tell, if "
        "the difference is as estimated. Who adds replications until something shows finds a "
        "difference that is not there more often than once in twenty: decide the number beforehand.",
        "medians": "The change of a median or percentile is the difference of the two, not the "
        "median of differences.",
        "means": "The intervals say how precise the mean is. They do not say how periods differ, "
        "nor how wrong the assumed values may be:",
        "assumed": "{a} of {b} parameters and {c} of {d} places, duty lines and units are assumed; "
        "every verdict holds only if the assumed values hold.",
        "assumed_studied": "{a} of {b} parameters and {c} of {d} places, duty lines and units are "
        "assumed; the parameters were drawn anew {draws} times, the rest is as given.",
        "table": "The full table",
        "as_it_is": "as given",
        "many": "{n} variants: the primary indicators are here; all else is in the files.",
        "points": "percentage points",
        "not_studied_at_all": "The range over the assumed values was not studied: the verdicts hold if "
        "these do.",
        "left_out": "… and {n} more in the file.",
        "outcome": "Outcome",
    },
}
"""Phrases by language and key."""


def phrase(key: str, lang: str, **values: Any) -> str:
    """Return a phrase in a language, filled in.

    Examples
    --------
    >>> phrase("more", "nb", n=40)
    'kan ikke avgjøres (ca. 40 til)'
    """
    return PHRASES[lang][key].format(**values)
