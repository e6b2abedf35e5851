"""One indicator in each replication of base and variant, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.analysis.statistics import t_quantile

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

LEVEL = 0.975


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairedValues:
    """An indicator in the replications that base and variant share.

    Parameters
    ----------
    kpi, group_kind, group
        What it is.
    base, variant
        float64, one value a replication, in the same order.
    """

    kpi: str
    group_kind: str
    group: str
    base: NDArray[Any]
    variant: NDArray[Any]

    @property
    def difference(self) -> NDArray[Any]:
        """Variant less base in each replication."""
        return np.asarray(self.variant - self.base)

    def half_widths(self, *, paired: bool = True) -> NDArray[np.float64]:
        """Return the half-width of the 95 % interval of the mean difference after 2, 3 ... replications.

        Parameters
        ----------
        paired
            Of the differences; otherwise as if base and variant had been run apart.

        Notes
        -----
        t(n - 1) s / sqrt(n) with the standard deviation s of the differences, or t(2n - 2) and the
        root of the sum of both variances.
        """
        found = []
        for n in range(2, len(self.base) + 1):
            if paired:
                variance, freedom = float(self.difference[:n].var(ddof=1)), n - 1
            else:
                variance = float(self.base[:n].var(ddof=1) + self.variant[:n].var(ddof=1))
                freedom = 2 * n - 2
            found.append(t_quantile(freedom, LEVEL) * np.sqrt(variance / n))
        return np.array(found, "float64")


def paired_values(
    kpis: pd.DataFrame, key: tuple[str, str, str], base: str, variant: str
) -> PairedValues:
    """Return one indicator of two scenarios, replication by replication.

    Parameters
    ----------
    kpis
        As in ``kpis.parquet``.
    key
        Indicator, kind of group and group.
    base, variant
        Ids of scenarios.

    Raises
    ------
    ValueError
        They share fewer than two replications with a value.

    Notes
    -----
    All replications in the file count. Where KN or OCBA has chosen, some were run because of what
    was seen: an interval is right for the first ``choice.replications_of_tables`` (manifest) only.
    """
    kpi, kind, group = key
    own = kpis[
        (kpis["kpi"] == kpi) & (kpis["group_kind"] == kind) & (kpis["group"] == group)
        & kpis["replication"].notna()
    ]  # fmt: skip
    wide = own.pivot_table(index="replication", columns="scenario", values="value", observed=True)
    if not {base, variant} <= set(wide.columns) or len(both := wide[[base, variant]].dropna()) < 2:
        raise ValueError(f"{base} and {variant} share no two replications with {', '.join(key)}")
    return PairedValues(
        kpi=kpi, group_kind=kind, group=group, base=both[base].to_numpy(float),
        variant=both[variant].to_numpy(float),
    )  # fmt: skip
