"""``validate``: scenarios and experiments without simulating them: every fault, warnings, demand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from emergency_sim.cli.options import AsJson, Common, Lang, Sets, load_all, print_json
from emergency_sim.domain.errors import Fault, InputFaults

if TYPE_CHECKING:
    from emergency_sim.scenario import Experiment, Scenario


def validate(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...", help="Scenarios, variants, experiments: files or bundled names."
        ),
    ],
    sets: Sets = None,
    as_json: AsJson = False,
    lang: Lang = "en",
) -> None:
    """Check scenarios (shifts as weeks, hours without service) and all scenarios of experiments."""
    from emergency_sim.cli.show_validated import print_experiment, print_scenario
    from emergency_sim.cli.terminal import shown_progress
    from emergency_sim.cli.validated import look_at_experiment, look_at_scenario
    from emergency_sim.scenario import Experiment

    options = Common(sets=tuple(sets or ()), lang=lang)
    faults: list[Fault] = []
    found: list[Scenario | Experiment] = []
    for name in files:
        try:
            found.append(_loaded(name, options))
        except InputFaults as error:
            faults += error.faults
    looks: list[dict[str, Any]] = []
    with shown_progress(quiet=as_json) as told:
        for one in found:
            try:
                if isinstance(one, Experiment):
                    looks.append(look_at_experiment(one, told))
                else:
                    looks.append(look_at_scenario(one))
            except InputFaults as error:
                faults += error.faults
    if faults:
        raise InputFaults(dict.fromkeys(faults))
    pairs = list(zip(found, looks, strict=True))
    if as_json:
        text = {
            "schema_version": 1,
            "scenarios": [look for one, look in pairs if not isinstance(one, Experiment)],
            "experiments": [look for one, look in pairs if isinstance(one, Experiment)],
        }
        print_json(text)
        return
    for one, look in pairs:
        if isinstance(one, Experiment):
            print_experiment(one, look, lang)
        else:
            print_scenario(one, look, lang)


def _loaded(name: str, options: Common) -> Scenario | Experiment:
    """Return what a file is; the faults of the options stand beside its own."""
    from emergency_sim.experiment.designed.experiment_run import read_experiment
    from emergency_sim.scenario.experiment_parts import is_experiment

    if not is_experiment(name):
        return load_all([name], options)[0]
    faults, found = options.faults(), None
    try:
        found = read_experiment(name, options.sets)
    except InputFaults as error:
        faults += error.faults
    if found is None or faults:
        raise InputFaults(faults)
    return found
