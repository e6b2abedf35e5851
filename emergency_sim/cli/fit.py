"""``fit``: parameters that a service's own log proposes."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from emergency_sim.cli.check import read_mapping_with, write_rows
from emergency_sim.cli.options import (
    LANGUAGES,
    AsJson,
    Lang,
    Out,
    fault,
    new_folder_faults,
    one_of,
    print_json,
)
from emergency_sim.domain.errors import Fault, InputFaults, NotPossibleError

if TYPE_CHECKING:
    from emergency_sim.domain.log_mapping import LogMapping
    from emergency_sim.experiment.observed.fit import LogFit

PARAMETERS: Final = "parameters.yaml"
VARIANT: Final = "variant.yaml"
BESIDE: Final = "mapping.yaml"


def fit(
    log: Annotated[Path, typer.Argument(metavar="LOG.csv", help="The service's own log.")],
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--mapping",
            metavar="FILE",
            help="What its columns mean; default: mapping.yaml beside it, else an event log of ours.",
        ),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(
            "--base", metavar="SCENARIO", help="Write a variant of it with these parameters, too."
        ),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(
            "--start", metavar="DATE", help="First day of an event log of ours; default 2024-01-01."
        ),
    ] = None,
    crew_at_home: Annotated[
        list[str] | None,
        typer.Option("--crew-at-home", metavar="UNIT", help="Its crew waits at home (repeatable)."),
    ] = None,
    out: Out = None,
    as_json: AsJson = False,
    lang: Lang = "en",
) -> None:
    """Propose parameters from a service's own log, tested on days held out."""
    from emergency_sim.domain.new_folder import new_folder

    faults = one_of("--lang", lang, LANGUAGES)
    first = _date(start, faults)
    if base is not None and out is None:
        faults.append(fault("--base", "needs --out, the folder of the variant"))
    faults += new_folder_faults(out, _ours)
    file = mapping
    if file is None and (log.parent / BESIDE).is_file():
        file = log.parent / BESIDE
    meaning: LogMapping | None = None
    if file is not None:
        meaning = read_mapping_with(faults, file)
    elif not faults:
        _check_own(log)
    base_file = _base(base, faults)
    if faults:
        raise InputFaults(faults)
    from emergency_sim.experiment.observed.fit import as_json as fit_json
    from emergency_sim.experiment.observed.fit import fit_log

    found = fit_log(
        log, meaning, folder=None if file is None else file.parent, start=first,
        crew_at_home=tuple(crew_at_home or ()),
    )  # fmt: skip
    if not found.proposals:
        why = "; ".join(f"{x.key}: {x.why}" for x in found.left_out[:3])
        raise NotPossibleError(f"{log}: nothing can be fitted ({why} ...)")
    if out is not None:
        with new_folder(out, ours=_ours) as folder:
            _write(found, folder, out, base_file)
    if as_json:
        print_json(fit_json(found))
        return
    from emergency_sim.cli.show_check import show_fit

    show_fit(found, lang)
    _say_what_next(out, base_file)


def _check_own(log: Path) -> None:
    """Say what is needed where a log is neither mapped nor one of ours."""
    from emergency_sim.domain.text_file import read_text

    try:
        with log.open(encoding="utf-8-sig") as stream:
            header = stream.readline().strip().split(",")
    except (OSError, UnicodeDecodeError):
        read_text(log)  # raises what is wrong with it
        raise
    if not header[0]:
        raise InputFaults([Fault(file=str(log), message="the file is empty")])
    if not {"time_ms", "kind", "incident"} <= set(header):
        message = "is no event log of ours: say by --mapping FILE what its columns mean"
        raise InputFaults([Fault(file=str(log), message=message)])


def _date(text: str | None, faults: list[Fault]) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        faults.append(fault("--start", "must be a date such as 2024-01-01", text))
        return None


def _base(base: str | None, faults: list[Fault]) -> Path | None:
    """Return the file of the scenario that the variant varies."""
    from emergency_sim.scenario.load import find

    if base is None:
        return None
    try:
        file, _ = find(base)
    except InputFaults as error:
        faults += error.faults
        return None
    if not file.is_file():
        faults.append(fault("--base", "there is no such file", base))
    return file


def _ours(folder: Path) -> bool:
    return (folder / PARAMETERS).is_file() and (folder / "fit.json").is_file()


def _write(found: LogFit, folder: Path, out: Path, base: Path | None) -> None:
    from emergency_sim.experiment.observed.fit import as_json as fit_json
    from emergency_sim.report.check_rows import plain_rows
    from emergency_sim.scenario.parameter_text import parameter_text, variant_text

    parameters = found.parameters()
    head = (
        f"{found.source[0].upper()}{found.source[1:]}.",
        "Each stands so under `parameters:` of a scenario, beside `file:` of its parameter file.",
    )
    (folder / PARAMETERS).write_text(parameter_text(parameters, head=head), encoding="utf-8")
    if base is not None:
        way = os.path.relpath(base.resolve(), out.resolve())
        text = variant_text(parameters, base=Path(way).as_posix(), name=f"{base.stem}-fitted")
        (folder / VARIANT).write_text(text, encoding="utf-8")
    write_rows([_line(p) for p in found.proposals], folder / "fit.csv")
    write_rows(_hours(found), folder / "profile.csv")
    write_rows(plain_rows(found.rates), folder / "rates.csv")
    write_rows(plain_rows(found.remarks), folder / "remarks.csv")
    text = json.dumps(fit_json(found), ensure_ascii=False, indent=1, allow_nan=False)
    (folder / "fit.json").write_text(text + "\n", encoding="utf-8")


def _line(p: Any) -> dict[str, Any]:
    scores = {} if p.fit is None else p.fit.scores
    families = ("constant", "exponential", "lognormal", "weibull")
    return {
        "key": p.key, "value": json.dumps(p.value), "unit": p.unit, "low": p.low, "high": p.high,
        "n": p.n, "how": p.says, **{f"score_{name}": scores.get(name) for name in families},
    }  # fmt: skip


def _hours(found: LogFit) -> list[dict[str, Any]]:
    from emergency_sim.analysis.observed.day_profile import ProfileFit

    return [
        {"key": p.key, "hour": hour, "weight": weight, "low": low, "high": high}
        for p in found.proposals
        if isinstance(p.fit, ProfileFit)
        for hour, (weight, low, high) in enumerate(
            zip(p.fit.weights.tolist(), p.fit.low.tolist(), p.fit.high.tolist(), strict=True)
        )
    ]


def _say_what_next(out: Path | None, base: Path | None) -> None:
    if out is None:
        typer.echo("Nothing is kept; --out DIR writes the parameters as a file.")
        return
    typer.echo(f"{out / PARAMETERS}: paste what you want below parameters: of a scenario.")
    if base is not None:
        typer.echo(f"Or lay all over the base: emergency-sim compare {base} {out / VARIANT}")
    typer.echo(
        "Settle on them BEFORE you look how they do on figures that they were not fitted to: "
        "values chosen afterwards prove nothing."
    )
