"""The sensitivity analysis that an experiment asks for, once its cost is agreed to (R24)."""

from __future__ import annotations

from shutil import rmtree
from typing import TYPE_CHECKING

from emergency_sim.domain.errors import Fault, InputFaults

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from emergency_sim.experiment.designed.experiment_stages import Session
    from emergency_sim.experiment.sensitivity.cost import Cost
    from emergency_sim.experiment.sensitivity.study import Study
    from emergency_sim.scenario import Scenario
    from emergency_sim.scenario.experiment_schema import ExperimentFile


def asked_study(
    session: Session,
    *,
    confirm: Callable[[Cost], bool] | None,
    progress: Callable[[str, int, int], None] | None,
) -> Study | None:
    """Return the sensitivity analysis that is asked for and confirmed.

    Parameters
    ----------
    session
        The experiment.
    confirm
        Asked whether one of this cost is to be run; None: it is.
    progress
        Called with the stage, what is done and how much there is.
    """
    asked = session.experiment.spec.sensitivity
    if asked is None or (asked.range is None and asked.morris is None):
        return None
    from emergency_sim.experiment.comparing.groups import primary_keys
    from emergency_sim.experiment.sensitivity.study import FOLDER, Study

    folder, previous = session.folder / FOLDER, session.place.previous
    study = Study(
        session.layout.base, session.layout.main, asked, primary_keys(session.layout.base),
        folder=folder, workers=session.workers,
        previous=None if previous is None else previous / FOLDER, progress=progress,
    )  # fmt: skip
    if confirm is not None and not _confirmed(study, folder, confirm):
        return None
    session.stages.lap("sensitivity")
    return study


def study_faults(spec: ExperimentFile, base: Scenario, variants: Sequence[Scenario]) -> list[Fault]:
    """Return what is wrong with the sensitivity analysis that is asked for, before anything is run.

    Parameters
    ----------
    spec
        What the experiment file says.
    base, variants
        Its scenarios.
    """
    asked = spec.sensitivity
    if asked is None or (asked.range is None and asked.morris is None):
        return []
    from emergency_sim.experiment.sensitivity.dimensions import select

    faults: list[Fault] = []
    if asked.morris is not None and not base.primary:
        message = "needs a primary indicator: name one under primary"
        faults.append(Fault(file="experiment", path="sensitivity.morris", message=message))
    try:
        select(base, variants, asked.parameters, {str(k): v for k, v in asked.levers.items()})
    except InputFaults as error:
        faults += error.faults
    return faults


def _confirmed(study: Study, folder: Path, confirm: Callable[[Cost], bool]) -> bool:
    """Return whether the cost is agreed to; if not, what was run to measure it goes again."""
    measured_here, agreed = not folder.exists(), False
    try:
        agreed = confirm(study.cost())
    finally:
        if measured_here and not agreed:
            rmtree(folder, ignore_errors=True)
    return agreed
