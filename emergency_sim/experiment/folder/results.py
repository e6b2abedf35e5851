"""Results read from their folder: tables over all replications, indicators, and what made them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emergency_sim.analysis.compare import summary
from emergency_sim.analysis.comparison_rows import rows_of
from emergency_sim.analysis.pooling import ScenarioKpis
from emergency_sim.analysis.storage import (
    exact_rows,
    kpi_rows,
    read_hourly,
    read_replication,
    read_table,
)
from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.experiment.folder import store

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from emergency_sim.analysis.compare import ComparisonRow
    from emergency_sim.analysis.replication import Key


@dataclass(eq=False)
class Results:
    """One run: its tables as pandas frames, read when they are asked for.

    Parameters
    ----------
    folder
        The results folder.
    manifest
        What was run, with what.

    Examples
    --------
    After a demo::

        results = Results.load("results/demo")
        results.incidents.groupby("scenario").size()
    """

    folder: Path
    manifest: dict[str, Any]

    @classmethod
    def load(cls, folder: str | Path) -> Results:
        """Return the results in a folder.

        Parameters
        ----------
        folder
            As written by ``run``, ``compare`` or ``demo``.

        Raises
        ------
        InputFaults
            The folder holds no results.
        """
        path = Path(folder)
        if not store.is_results(path):
            message = "holds no results: manifest.json is missing"
            if path.with_name(f".{path.name}.partial").is_dir():
                message += "; an interrupted run of it is there: the command that began it goes on"
            raise InputFaults([Fault(file=str(folder), message=message)])
        text = (path / store.MANIFEST).read_text(encoding="utf-8")
        return cls(folder=path, manifest=json.loads(text))

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Ids of the scenarios, the base first."""
        return tuple(self.manifest["replications"])

    def replications(self, scenario: str) -> int:
        """Return how many replications a scenario has."""
        return int(self.manifest["replications"][scenario])

    @cached_property
    def incidents(self) -> pd.DataFrame:
        """Incidents that arose in the window, all replications; times in seconds."""
        return self.table("incidents")

    @cached_property
    def units(self) -> pd.DataFrame:
        """Missions of units."""
        return self.table("units")

    @cached_property
    def staff(self) -> pd.DataFrame:
        """Duties of doctors, nurses and operators."""
        return self.table("staff")

    @cached_property
    def events(self) -> pd.DataFrame:
        """The event logs; they are kept by choice (``events=True``, ``--events``)."""
        return self.table(store.EVENTS)

    @cached_property
    def kpis(self) -> pd.DataFrame:
        """Indicators of each replication by group; those without chance have no replication."""
        import pandas as pd

        return pd.read_parquet(self.folder / "kpis.parquet")

    @cached_property
    def rows(self) -> tuple[ComparisonRow, ...]:
        """Indicators over all replications of the first scenario, with 95 % intervals."""
        scenario = self.scenarios[0]
        own = self.kpis[self.kpis["scenario"] == scenario]
        exact = own[own["replication"].isna()]
        keys = zip(exact["kpi"], exact["group_kind"], exact["group"], strict=True)
        values = dict(zip(keys, exact["value"].tolist(), strict=True))
        kpis = read_scenario(self.folder, scenario, self.replications(scenario), values)
        return summary(kpis, key=str(self.manifest["seed"])).rows

    @cached_property
    def comparison_rows(self) -> tuple[ComparisonRow, ...]:
        """Rows of the comparison; those of the first scenario where nothing was compared."""
        path = self.folder / "comparison.parquet"
        if not path.is_file():
            return self.rows
        import pandas as pd

        return rows_of(pd.read_parquet(path))

    def table(self, name: str) -> pd.DataFrame:
        """Return one kind of table over all scenarios and replications.

        Parameters
        ----------
        name
            ``incidents``, ``units``, ``staff`` or ``events``.

        Raises
        ------
        FileNotFoundError
            These results were kept without event logs.
        """
        import pandas as pd

        parts = []
        for scenario in self.scenarios:
            for k in range(self.replications(scenario)):
                path = store.unit_folder(self.folder, scenario, k) / f"{name}.parquet"
                if not path.exists():
                    raise FileNotFoundError(f"{path}: run again with events=True (--events)")
                read = pd.read_parquet if name == store.EVENTS else read_table
                frame = read(path)
                frame.insert(0, "scenario", scenario)
                frame.insert(1, "replication", k)
                parts.append(frame)
        return _stacked(parts)

    def hourly(self, scenario: str) -> list[NDArray[Any]]:
        """Return the numbers by hour of the run of each replication of a scenario (R19).

        Parameters
        ----------
        scenario
            Its id.

        Returns
        -------
        list of ndarray
            Shape (rows, hours), see :mod:`emergency_sim.analysis.hourly_series`.
        """
        units = (
            store.unit_folder(self.folder, scenario, k) for k in range(self.replications(scenario))
        )
        return [read_hourly(unit / store.INDICATORS) for unit in units]

    def columns(self, name: str, scenario: str, columns: list[str]) -> pd.DataFrame:
        """Return some stored columns of one scenario's tables, all replications.

        Parameters
        ----------
        name
            As in :meth:`table`.
        scenario
            Its id.
        columns
            Names as in the files: times are whole milliseconds (``_ms``).
        """
        import pandas as pd

        return pd.concat(
            [
                pd.read_parquet(
                    store.unit_folder(self.folder, scenario, k) / f"{name}.parquet",
                    columns=columns,
                )
                for k in range(self.replications(scenario))
            ],
            ignore_index=True,
        )


def _stacked(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return frames below each other; categories of all of them are kept."""
    import pandas as pd
    from pandas.api.types import union_categoricals

    categorical = [c for c in parts[0] if isinstance(parts[0][c].dtype, pd.CategoricalDtype)]
    whole = pd.concat([p.drop(columns=categorical) for p in parts], ignore_index=True)
    for name in categorical:
        whole[name] = union_categoricals(_of_one_type([p[name] for p in parts]))
    return whole[list(parts[0])]


def _of_one_type(columns: list[pd.Series[Any]]) -> list[pd.Series[Any]]:
    """Return categorical columns whose words have one type: a column without words has none."""
    named = [c.cat.categories for c in columns if len(c.cat.categories)]
    if not named:
        return columns
    return [c if len(c.cat.categories) else c.cat.set_categories(named[0][:0]) for c in columns]


def read_scenario(
    folder: Path, scenario: str, replications: int, exact: dict[Key, float]
) -> ScenarioKpis:
    """Return the indicators' components of all replications of a scenario.

    Parameters
    ----------
    folder, scenario, replications
        Where they lie.
    exact
        Indicators without chance.
    """
    units = [store.unit_folder(folder, scenario, k) for k in range(replications)]
    return ScenarioKpis(
        scenario=scenario,
        replications=tuple(read_replication(unit / store.INDICATORS) for unit in units),
        exact=exact,
    )


def kpi_frame(scenarios: Sequence[ScenarioKpis]) -> pd.DataFrame:
    """Return ``kpis.parquet``: sorted by scenario, replication (none first), indicator and group."""
    import pandas as pd

    parts = []  # each is sorted by indicator and group
    for one in sorted(scenarios, key=lambda s: s.scenario):
        parts.append(exact_rows(one.scenario, one.exact))
        parts += [kpi_rows(one.scenario, k, kpis) for k, kpis in enumerate(one.replications)]
    return pd.concat(parts, ignore_index=True)
