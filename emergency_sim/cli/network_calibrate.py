"""``network calibrate``: speeds fitted to observed trips, with the error on trips held out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from emergency_sim.cli.options import AsJson, fault, print_json
from emergency_sim.domain.errors import InputFaults, NotPossibleError

if TYPE_CHECKING:
    from emergency_sim.network.calibration.calibrate import Calibration, Priors

ACUTE_PRIORS: Final = ("parameters", "brief")
NOT_BETTER: Final = (
    "The fitted speeds are NOT better than the present ones on trips that they were not fitted to: "
    "keep the present table."
)
BEFORE_COMPARING: Final = (
    "Commit the table and the parameters BEFORE the first comparison with published figures "
    "(rule R25), with a line that names the trips."
)


def calibrate(
    trips: Annotated[
        Path,
        typer.Option(
            "--trips",
            metavar="FILE",
            help="CSV: from, to, departure, seconds, urgency (acute, urgent, regular, car).",
        ),
    ],
    network: Annotated[
        Path, typer.Option("--network", metavar="DIR", help="Folder of the region's network.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Speed table to write.")
    ] = None,
    acute_prior: Annotated[
        str,
        typer.Option(
            "--acute-prior",
            metavar="parameters|brief",
            help="Acute factor to begin from: the parameter set's, or .795 (assumed).",
        ),
    ] = "parameters",
    as_json: AsJson = False,
) -> None:
    """Fit the speed table to observed trips and test it on trips held out."""
    from emergency_sim.domain.new_folder import new_file
    from emergency_sim.network import read_region
    from emergency_sim.network.calibration.calibrate import calibrate as fit_speeds
    from emergency_sim.network.calibration.trips import read_trips

    if acute_prior not in ACUTE_PRIORS:
        message = f"must be {' or '.join(ACUTE_PRIORS)}"
        raise InputFaults([fault("--acute-prior", message, acute_prior)])
    priors = present_priors(acute_prior)
    region = read_region(network)
    found = fit_speeds(region, read_trips(trips, region), priors)
    if found.recommended and out is not None:
        with new_file(out) as path:
            path.write_text(found.table.text(), encoding="utf-8")
    if as_json:
        print_json(as_dict(found))
    else:
        _print(found, out, network)
    if out is not None and not found.recommended:
        raise NotPossibleError(f"{out} was not written: no profile is better on held-out trips")


def present_priors(acute: str = "parameters") -> Priors:
    """Return the driving parameters of the bundled parameter set.

    Parameters
    ----------
    acute
        ``brief``: the acute factor of the project's brief instead.
    """
    from emergency_sim.bundled import scenario_path
    from emergency_sim.network.calibration.calibrate import OTHER_ACUTE, Priors
    from emergency_sim.network.speeds import Profile
    from emergency_sim.scenario.parameters import read_parameters

    faults: list[Any] = []
    tree = read_parameters(
        scenario_path("parameters/norway"), name="parameters/norway.yaml", faults=faults
    )
    if tree is None or faults:
        raise InputFaults(faults)
    factor = {p.value: float(tree.get((p.factor_parameter, "value"))) for p in Profile}
    if acute == "brief":
        factor[Profile.AMBULANCE_BLUE.value] = OTHER_ACUTE
    return Priors(
        factor=factor,
        winter_factor=float(tree.get(("drive.winter_factor", "value"))),
        winter_months=tuple(tree.get(("drive.winter_months", "value"))),
        sigma=float(tree.get(("drive.noise_sigma", "value"))),
    )


def as_dict(found: Calibration) -> dict[str, Any]:
    """Return what ``--json`` writes."""
    from dataclasses import asdict

    from emergency_sim.network.calibration.trip_ends import PROFILES

    accuracy = []
    for row in found.accuracy:
        plain = asdict(row) | {"profile": PROFILES[row.profile].value, "better": row.better}
        for key in ("km_to", "gain_error"):
            plain[key] = None if plain[key] == float("inf") else plain[key]
        accuracy.append(plain)
    return {
        "schema_version": 1,
        "trips": {
            "file": found.trips.file,
            "sha256": found.trips.digest,
            "used": len(found.trips),
            "left_out": [{"line": k, "reason": why} for k, why in found.trips.left_out],
        },
        "rounds": found.rounds,
        "verdict": found.verdict,
        "recommended": found.recommended,
        "parameters": found.parameters,
        "fitted": _fitted(found),
        "held_out": accuracy,
        "noise_sigma": {"before": found.present.sigma, "after": found.fitted.sigma},
    }


def _fitted(found: Calibration) -> list[dict[str, Any]]:
    """Return the factors on present numbers, with their 95 % ranges."""
    from math import exp

    from emergency_sim.network.calibration.trip_ends import PROFILES
    from emergency_sim.network.speeds import FerryClass

    rows = []
    for term, logs in zip(found.fitted.terms, found.fitted.ranges().tolist(), strict=True):
        of = [found.classes[k] for k in term.key] if term.kind == "class" else []
        of += [FerryClass(k).name.lower() for k in term.key] if term.kind == "hours" else []
        factor, low, high = (round(exp(log), 4) for log in logs)
        rows.append(
            {
                "profile": "all" if term.profile < 0 else PROFILES[term.profile].value,
                "quantity": term.kind, "of": of, "factor": factor, "low": low, "high": high,
            }
        )  # fmt: skip
    return rows


def _print(found: Calibration, out: Path | None, network: Path) -> None:
    from collections import Counter

    from emergency_sim.cli.terminal import console, grid
    from emergency_sim.network.calibration.trip_ends import PROFILES

    screen = console()
    why = Counter(reason for _, reason in found.trips.left_out)
    typer.echo(f"{found.trips.file}: {len(found.trips)} trips used")
    for reason, count in why.items():
        lines = [str(k) for k, r in found.trips.left_out if r == reason]
        shown = ", ".join(lines[:10]) + (" ..." if count > len(lines[:10]) else "")
        typer.echo(f"  {count} left out: {reason} (lines {shown})")
    fitted = grid(
        "\nFitted factors on the present numbers (95 % range)",
        [("profile", False), ("what", False), ("of", False), ("factor", True), ("range", True)],
    )
    for row in _fitted(found):
        span = f"{row['low']:.2f}-{row['high']:.2f}"
        of = ", ".join(row["of"])
        fitted.add_row(row["profile"], row["quantity"], of, f"{row['factor']:.3f}", span)
    held = grid(
        "\nError on held-out trips, before > after (p10-p90 should hold 80 %)",
        [("profile", False), ("km", False), ("trips", True), ("median s", True), ("mean %", True),
         ("bias %", True), ("in p10-p90 %", True), ("better", False)],
    )  # fmt: skip
    for a in found.accuracy:
        km = "all" if a.km_to == float("inf") and a.km_from == 0 else f"{a.km_from:g}-{a.km_to:g}"
        pairs = [(a.before.median_s, a.after.median_s)]
        pairs += [
            (100 * getattr(a.before, name), 100 * getattr(a.after, name))
            for name in ("mape", "bias", "coverage")
        ]
        cells = [f"{before:.0f} > {after:.0f}" for before, after in pairs]
        held.add_row(
            PROFILES[a.profile].value, km, str(a.trips), *cells, "yes" if a.better else "no"
        )
    if found.accuracy:
        screen.print(fitted, held)
    _conclude(found, out, network)


def _conclude(found: Calibration, out: Path | None, network: Path) -> None:
    from emergency_sim.network.calibration.trip_terms import FEWEST

    words = {
        "better": "better on held-out trips by more than chance (5 %): use its rows",
        "not better": "NOT better on held-out trips: keep its present numbers",
        "too few trips": f"fewer than {FEWEST} trips: keeps its present numbers",
        "no trips": "no trips: keeps its present numbers",
    }
    for profile, verdict in found.verdict.items():
        typer.echo(f"{profile}: {words[verdict]}")
    if not found.recommended:
        typer.echo(NOT_BETTER if found.accuracy else "Nothing was fitted.")
        return
    typer.echo("\nUse together (in a variant under `set:`, or as --set on the command line):")
    for name, value in found.parameters.items():
        typer.echo(f"  parameters.{name}.value={value:g}")
    written = f"{out} was written: copy it" if out is not None else "Write the table with --out"
    typer.echo(f"{written} to {network / 'speeds.csv'} to use it.\n{BEFORE_COMPARING}")
