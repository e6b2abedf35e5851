"""Named groups of areas in a comparison: a variant may mean other areas by the same name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeVar

from emergency_sim.analysis.pooling import ScenarioKpis
from emergency_sim.analysis.table import Coded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from emergency_sim.analysis.replication import ReplicationKpis
    from emergency_sim.scenario import Scenario

V = TypeVar("V")

NAMED: Final = "concerned"
"""Kind of group under which the analysis reports all named groups of areas."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedGroups:
    """Groups of all scenarios of a comparison, each under a label of its own.

    Parameters
    ----------
    groups
        Areas by label; in every scenario of the comparison.
    own
        By scenario: label and the name that this scenario gives it.
    """

    groups: dict[str, tuple[str, ...]]
    own: dict[str, dict[str, str]]

    def scored(self, kpis: ScenarioKpis, scenario: str) -> ScenarioKpis:
        """Return indicators in the groups that ``scenario`` names, under its names."""
        wanted = self.own[scenario]
        return ScenarioKpis(
            scenario=kpis.scenario,
            replications=tuple(_renamed(k, wanted) for k in kpis.replications),
            exact=_keys(kpis.exact, wanted),
        )


def shared_groups(base: Scenario, variants: Sequence[Scenario]) -> SharedGroups:
    """Return the groups of a base and its variants.

    Parameters
    ----------
    base, variants
        A group of a variant with the name and areas of an earlier one is that one; another one of
        the same name gets the label ``<name>@<variant>``.
    """
    groups = {name: tuple(areas) for name, areas in base.groups.items()}
    own = {base.id: {name: name for name in groups}}
    for variant in variants:
        own[variant.id] = {}
        for name, areas in variant.groups.items():
            alike = (k for k, known in groups.items() if k.partition("@")[0] == name
                     and set(known) == set(areas))  # fmt: skip
            label = next(alike, f"{name}@{variant.id}")
            groups.setdefault(label, tuple(areas))
            own[variant.id][label] = name
    return SharedGroups(groups=groups, own=own)


def primary_keys(scenario: Scenario) -> list[tuple[str, str, str]]:
    """Return the primary family as the analysis names it."""
    return [
        (p.kpi, NAMED if p.group_kind == "group" else p.group_kind, p.group)
        for p in scenario.primary
    ]


def in_groups(scenario: Scenario, shared: SharedGroups) -> Scenario:
    """Return the scenario with the groups of the comparison."""
    return replace(scenario, groups=shared.groups)


def _keys(
    values: Mapping[tuple[str, str, str], V], wanted: Mapping[str, str]
) -> dict[tuple[str, str, str], V]:
    return {
        (kpi, kind, wanted[group] if kind == NAMED else group): value
        for (kpi, kind, group), value in values.items()
        if kind != NAMED or group in wanted
    }


def _renamed(kpis: ReplicationKpis, wanted: Mapping[str, str]) -> ReplicationKpis:
    samples = {}
    for name, sample in kpis.samples.items():
        groups = dict(sample.groups)
        if NAMED in groups:
            groups[NAMED] = tuple(
                Coded(coded.codes, (wanted[coded.labels[0]],))
                for coded in groups[NAMED]
                if coded.labels[0] in wanted
            )
        samples[name] = replace(sample, groups=groups)
    return replace(kpis, ratios=_keys(kpis.ratios, wanted), samples=samples)
