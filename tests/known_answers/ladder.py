"""The ladder: every rung with its theory, its source and what simulates it, and its rows in a table."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path

from tests.known_answers.figures import Figure
from tests.known_answers.rungs_demand import distance_decay, thinning
from tests.known_answers.rungs_erlang import (
    call_centre,
    erlang_a,
    erlang_a_drawn,
    erlang_b,
    erlang_c,
    service_level,
)
from tests.known_answers.rungs_hypercube import larson, random_case
from tests.known_answers.rungs_laws import minutes, queue_laws
from tests.known_answers.rungs_order import m_d_1, m_g_1, priorities

README = Path(__file__).with_name("README.md")
BY_THE_LOOP = ", by the loop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a number of rungs have in common: the theory, and which part of the product obeys it."""

    name: str
    theory: str
    source: str
    part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One case: an id for the test, words for the table, and what gives its figures."""

    id: str
    step: Step
    case: str
    run: Callable[[Path], list[Figure]]
    slow: bool = False


LITTLE = Step(
    name="Laws",
    theory="Little: L = λW; utilisation: ρ = λE[S]/c; Poisson arrivals see time averages; "
    "active + on site + at home = on duty",
    source="Little 1961; Wolff 1982; R14",
    part="units at AMK's board; everybody's duties in the toy district",
)
LOSS = Step(
    name="Erlang B",
    theory="M/M/c/c: B(k) = aB(k−1) / (k + aB(k−1))",
    source="Erlang 1917; Cooper 1981, 3.3",
    part="legevaktsentral, callers without patience",
)
WAIT = Step(
    name="Erlang C",
    theory="M/M/c, FCFS: C = B / (1 − a/c (1 − B)), mean wait C / (c − a), "
    "P(wait ≤ t) = 1 − C exp(−(c − a)t)",
    source="Erlang 1917; Cooper 1981, 3.4",
    part="units at AMK's board; operators of a legevaktsentral",
)
PATIENCE = Step(
    name="Erlang A",
    theory="M/M/c+M: birth-death chain with deaths min(n, c) + max(n − c, 0)/patience, solved",
    source="Palm 1957; Garnett, Mandelbaum and Reiman 2002",
    part="legevaktsentral; `lvs.patience` and `lvs.interview` exponential",
)
SINGLE = Step(
    name="Pollaczek-Khinchine",
    theory="M/G/1: mean wait a/(1 − a) × (1 + c²)/2, c² = 0 (constant), exp(σ²) − 1 (log-normal)",
    source="Pollaczek 1930, Khinchine 1932; Cooper 1981, 5.7",
    part="one unit; one doctor with drawn consultations",
)
PRIORITY = Step(
    name="Priorities",
    theory="M/M/c, not interrupting: W(k) = C/c / ((1 − s(k−1))(1 − s(k)))",
    source="Cobham 1954",
    part="board by urgency; a clinic's doctors by urgency; operators, professionals first",
)
CUBE = Step(
    name="Hypercube",
    theory="2^N states of who is busy, solved; FCFS: a line of waiting incidents on top, "
    "ratio load/N; loss: neighbours take what finds all busy",
    source="Larson 1974; Larson and Odoni 1981, 5.4.3",
    part="dispatch by `preference`, queue `fcfs`",
)
DECAY = Step(
    name="Distance decay",
    theory="share that comes: exp(−.0161 km), half at 43 km; acute exp(−.0050 km), −22 % at 50 km; "
    "telephone 1",
    source="Raknes, Hansen and Hunskaar 2013",
    part="`compare` of clinics at home and one 43 and 50 km away",
)
MORE = Step(
    name="Thinning",
    theory="Poisson process in a fixed envelope, thinned by each incident's own uniform: "
    "more demand is a superset",
    source="Lewis and Shedler 1979; R4",
    part="`compare` with `demand.factor`, toy district",
)

TABLE = [(0.8, 1), (1.5, 3), (2.0, 3), (5.0, 6), (5.0, 8), (10.0, 12), (20.0, 24), (48.0, 55)]
"""Offered loads and servers of the table of Erlang's formulas."""
LONG = {"n": 80_000, "loop": 2_000_000}


def _rungs() -> list[Rung]:
    rungs = [
        Rung(id="laws-queue", step=LITTLE, case="2 erlang, 3 units", run=queue_laws),
        Rung(id="laws-minutes", step=LITTLE, case="4 weeks of duties", run=minutes),
    ]
    for load, servers in TABLE:
        slow = servers > 24
        run = partial(erlang_b, load=load, servers=servers, **(LONG if slow else {}))
        name = f"erlang-b-{load:g}-{servers}"
        case = f"{load:g} erlang, {_some(servers, 'operator')}"
        rungs.append(Rung(id=name, step=LOSS, case=case, run=run, slow=slow))
    for load, servers in TABLE:
        slow = servers in (6, 24, 55)
        run = partial(erlang_c, load=load, servers=servers, **(LONG if slow else {}))
        name, case = f"erlang-c-{load:g}-{servers}", f"{load:g} erlang, {_some(servers, 'unit')}"
        rungs.append(Rung(id=name, step=WAIT, case=case, run=run, slow=slow))
    in_time = partial(service_level, load=2.0, servers=3, target_s=60.0)
    case = "360 calls of 4 min per half hour, 55 operators"
    rungs += [
        Rung(id="service-level", step=WAIT, case="2 erlang, 3 operators", run=in_time),
        Rung(id="call-centre", step=WAIT, case=case, run=call_centre, slow=True),
    ]
    for load, servers, patience in ((2.0, 3, 1.0), (10.0, 10, 1.0), (12.0, 10, 0.5)):
        run = partial(erlang_a, load=load, servers=servers, patience=patience)
        name, case = f"erlang-a-{load:g}-{servers}", _patient(load, servers, patience)
        rungs.append(Rung(id=name, step=PATIENCE, case=case, run=run))
    for load, servers, patience in ((10.0, 10, 0.5), (6.0, 2, 2.0)):
        run = partial(erlang_a_drawn, load=load, servers=servers, patience=patience)
        name, case = f"erlang-a-drawn-{servers}", f"{_patient(load, servers, patience)}, drawn"
        rungs.append(Rung(id=name, step=PATIENCE, case=case, run=run))
    for load in (0.5, 0.8):
        run = partial(m_d_1, load=load)
        rungs.append(Rung(id=f"md1-{load}", step=SINGLE, case=f"M/D/1, load {load}", run=run))
    rungs += [
        Rung(id="mg1", step=SINGLE, case="M/G/1, load .7, log-normal σ .6", run=m_g_1),
        _priority("units", (0.4, 0.6, 1.0), 3),
        _priority("doctors", (0.3, 0.5, 0.7), 2),
        _priority("operators", (0.8, 2.4), 4),
    ]
    for queue, name, words in ((True, "fcfs", "queue"), (False, "loss", "no queue")):
        run = partial(larson, queue=queue)
        case = f"3 units, {words}"
        rungs.append(Rung(id=f"hypercube-3-{name}", step=CUBE, case=case, run=run))
    for servers, letter in ((4, "a"), (4, "b"), (5, "a"), (5, "b"), (6, "a"), (6, "b")):
        slow = (servers, letter) not in ((4, "a"), (5, "a"))
        for queue, name, words in ((True, "fcfs", "queue"), (False, "loss", "no queue")):
            run = partial(
                random_case, servers=servers, name=f"{servers}{letter}", queue=queue,
                n=40_000 if slow else 15_000,
            )  # fmt: skip
            case = f"random fleet {servers}{letter}, {words}"
            key = f"hypercube-{servers}{letter}-{name}"
            rungs.append(Rung(id=key, step=CUBE, case=case, run=run, slow=slow))
    return [
        *rungs,
        Rung(id="distance-decay", step=DECAY, case="two clinics closed", run=distance_decay),
        Rung(id="thinning", step=MORE, case="1.4 times the calls to 113", run=thinning),
    ]


def _some(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _patient(load: float, servers: int, patience: float) -> str:
    return f"{load:g} erlang, {servers} operators, patience of {patience:g} x a talk"


def _priority(at: str, loads: tuple[float, ...], servers: int) -> Rung:
    offered = " + ".join(f"{load:g}" for load in loads)
    case = f"{offered} erlang, {servers} {at}"
    run = partial(priorities, at=at, loads=loads, servers=servers)
    return Rung(id=f"priority-{at}", step=PRIORITY, case=case, run=run)


RUNGS = _rungs()

HEAD = (
    "| rung | case | figure | exact | simulated | by the loop, for longer | customers | error rate |"
    "\n"
    "|---|---|---|---|---|---|---|---|"
)


def rows(rung: Rung, figures: list[Figure]) -> list[str]:
    """Return a rung's rows of the table; figures with the same words stand in one."""
    found: dict[str, list[Figure]] = {}
    for what, some in groupby(figures, key=lambda f: f.what):
        found[what] = list(some)
    lines = []
    for what, some in found.items():
        if what.endswith(BY_THE_LOOP):
            continue
        loop = found.get(what + BY_THE_LOOP, [])
        rate = f"{some[0].error_rate:g}" if some[0].error_rate else "none"
        customers = " / ".join(f"{f[0].customers:,}" for f in (some, loop) if f)
        exact = " ".join(f"{f.exact:.5g}" for f in some)
        name = f"`{rung.id}`{' (slow)' if rung.slow else ''}"
        cells = (
            name, f"{rung.step.name}: {rung.case}", what, exact, _shown(some), _shown(loop),
            customers, rate,
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _shown(figures: list[Figure]) -> str:
    if not figures:
        return ""
    first = figures[0]
    if not first.error_rate and not first.exact and first.half_width and first.agrees:
        return f"at most {first.half_width:g}"  # what is less is rounding
    values = " ".join(f"{f.simulated:.4g}" for f in figures)
    widest = max(f.half_width for f in figures)
    return f"{values} ± {widest:.2g}" if figures[0].error_rate else values


def steps() -> str:
    """Return the table of theories and sources."""
    lines = ["| rung | theory | source | what obeys it |", "|---|---|---|---|"]
    lines += [
        f"| {step.name} | {step.theory} | {step.source} | {step.part} |"
        for step in dict.fromkeys(rung.step for rung in RUNGS)
    ]
    return "\n".join(lines)
