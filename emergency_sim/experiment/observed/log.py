"""What a notebook or a script asks about a service's own log: does the model fit, what would change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.experiment.api import as_scenario
from emergency_sim.experiment.observed import check as observed_check
from emergency_sim.experiment.observed import fit as observed_fit
from emergency_sim.scenario.log_mapping import read_mapping

if TYPE_CHECKING:
    import pandas as pd

    from emergency_sim.experiment.observed.check import Checked
    from emergency_sim.experiment.observed.fit import LogFit
    from emergency_sim.scenario import Scenario

_SIZES: Final = ("median_minutes", "mean_minutes")
_NORMAL: Final = 1.96


def check_log(
    log: str | Path,
    scenario: Scenario | str | Path,
    mapping: str | Path,
    *,
    replications: int | None = None,
    days: int | None = None,
    jobs: int | None = 1,
) -> Checked:
    """Compare a service's own log with a simulation of its days, stage by stage.

    Parameters
    ----------
    log, mapping
        The log and what its columns mean; further tables are named from the mapping's folder.
    scenario
        A scenario, a file, or the name of a bundled one.
    replications, days
        None: all days of a log of at most 366, ten times up to 91 days.
    jobs
        Worker processes; None: one a processor.

    Raises
    ------
    InputFaults
        Something is wrong with log, mapping or scenario.
    """
    meaning = Path(mapping)
    return observed_check.check(
        Path(log), as_scenario(scenario), read_mapping(meaning), folder=meaning.parent,
        replications=replications, days=days, jobs=jobs,
    )  # fmt: skip


def fit_log(log: str | Path, mapping: str | Path | None = None) -> LogFit:
    """Return the parameters that a service's own log proposes.

    Parameters
    ----------
    log, mapping
        The log and what its columns mean; None: it is an event log of ours.

    Raises
    ------
    InputFaults
        Something is wrong with log or mapping.
    """
    if mapping is None:
        return observed_fit.fit_log(Path(log), None)
    meaning = Path(mapping)
    return observed_fit.fit_log(Path(log), read_mapping(meaning), folder=meaning.parent)


def fit_beside(fit: LogFit, scenario: Scenario | str | Path) -> pd.DataFrame:
    """Return the parameters that a log proposes beside those of a scenario.

    Parameters
    ----------
    fit
        Of :func:`fit_log`.
    scenario
        A scenario, a file, or the name of a bundled one.

    Returns
    -------
    DataFrame
        ``figure`` (parameter and unit), ``target`` (the scenario's median, mean or number),
        ``simulated`` (the log's), ``standard_error`` (of its interval), ``kind`` (``exact``);
        parameters without one number for both, such as profiles, are left out.
    """
    import pandas as pd

    parameters = as_scenario(scenario).parameters
    rows = []
    for one in fit.proposals:
        sizes = _sizes(one.value, parameters.value(one.key))
        if sizes is not None and one.low is not None and one.high is not None:
            error = (one.high - one.low) / (2 * _NORMAL)
            rows.append((f"{one.key}, {one.unit}", sizes[1], sizes[0], error, "exact"))
    return pd.DataFrame(rows, columns=["figure", "target", "simulated", "standard_error", "kind"])


def _sizes(proposed: Any, given: Any) -> tuple[float, float] | None:
    """Return a number of both, or None where they are no numbers of the same kind."""
    if isinstance(proposed, dict) and isinstance(given, dict):
        for name in _SIZES:
            if name in proposed and name in given:
                return float(proposed[name]), float(given[name])
        return None
    numbers = isinstance(proposed, int | float) and isinstance(given, int | float)
    return (float(proposed), float(given)) if numbers else None
