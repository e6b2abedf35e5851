"""A made-up district of 100,000 people and the parameters of Norway."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from emergency_sim.demand import Poisson, Potential, Rates, calibrate, draw_potential, realise
from emergency_sim.domain.clock import Horizon
from emergency_sim.domain.incident import IncidentTable
from emergency_sim.domain.parameters import Parameter, Parameters, Status
from emergency_sim.domain.streams import Streams
from emergency_sim.domain.zones import ZoneTable

AGES = np.array([0.06, 0.11, 0.05, 0.12, 0.25, 0.21, 0.14, 0.05, 0.01])
PEOPLE = 100_000


def raw_parameters(repository: Path) -> dict[str, dict[str, Any]]:
    """Return scenarios/parameters/norway.yaml as it stands."""
    text = (repository / "scenarios" / "parameters" / "norway.yaml").read_text("utf-8")
    tree: dict[str, dict[str, Any]] = YAML(typ="safe").load(text)
    assert tree.pop("schema") == "emergency_sim/parameters/1"
    return tree


def as_parameters(tree: dict[str, dict[str, Any]]) -> Parameters:
    """Return raw parameters as domain objects."""
    return Parameters(
        {
            key: Parameter(
                value=entry["value"],
                unit=entry["unit"],
                source=entry["source"],
                status=Status(entry["status"]),
                range=None if entry["range"] is None else tuple(entry["range"]),
            )
            for key, entry in tree.items()
        }
    )


@pytest.fixture(scope="session")
def raw(repository: Path) -> dict[str, dict[str, Any]]:
    return raw_parameters(repository)


@pytest.fixture(scope="session")
def parameters(raw: dict[str, dict[str, Any]]) -> Parameters:
    return as_parameters(raw)


@pytest.fixture(scope="session")
def changed(raw: dict[str, dict[str, Any]]) -> Callable[[dict[str, Any]], Parameters]:
    """Return the parameters with some values replaced."""

    def change(values: dict[str, Any]) -> Parameters:
        unknown = set(values) - set(raw)
        assert not unknown
        return as_parameters({k: {**v, "value": values.get(k, v["value"])} for k, v in raw.items()})

    return change


def make_zones(n: int = 20, *, outside: int = 0, people: float = PEOPLE) -> ZoneTable:
    """Return ``n`` zones in two municipalities and four areas; the last ones for outsiders."""
    share = np.arange(1, n + 1, dtype=float)
    population = people * (share / share.sum())[:, None] * AGES
    ids = tuple(f"z{i}" for i in range(n))
    return ZoneTable(
        ids=ids,
        names=ids,
        municipality=tuple("1506" if i % 2 else "1539" for i in range(n)),
        municipality_name=tuple("Molde" if i % 2 else "Rauma" for i in range(n)),
        area=tuple(f"a{i % 4}" for i in range(n)),
        node=np.arange(n),
        population=population,
        access_mean_s=np.linspace(0.0, 190.0, n),
        access_sd_s=np.linspace(0.0, 60.0, n),
        tettbygd=np.arange(n) % 2 == 0,
        outside=np.arange(n) >= n - outside,
        x=np.arange(n) * 1000.0,
        y=np.zeros(n),
        lon=7 + np.arange(n) * 0.02,
        lat=np.full(n, 62.5),
    )


@pytest.fixture(scope="session")
def zones() -> ZoneTable:
    return make_zones()


@pytest.fixture(scope="session")
def rates(parameters: Parameters) -> Rates:
    return calibrate(
        parameters,
        calibration="ssb",
        amk_matrix="moderate",
        lvs_matrix="moderate",
        population_by_age=AGES * PEOPLE,
    )


def horizon(days: int, *, start: date = date(2024, 1, 1)) -> Horizon:
    return Horizon(start=start, warm_up_days=0, days=days, run_out_days=0)


@pytest.fixture(scope="session")
def draw(parameters: Parameters, rates: Rates, zones: ZoneTable) -> Callable[..., Potential]:
    """Return a function that draws potential incidents with defaults for all it is not told."""

    def drawn(days: int = 7, seed: int = 1, **other: Any) -> Potential:
        given: dict[str, Any] = {
            "rates": rates,
            "zones": zones,
            "horizon": horizon(days),
            "streams": Streams(seed=seed),
            "holidays": frozenset(),
            "parameters": parameters,
            **other,
        }
        return draw_potential(given.pop("model", Poisson()), **given)

    return drawn


@pytest.fixture(scope="session")
def happen(parameters: Parameters, rates: Rates, zones: ZoneTable) -> Callable[..., IncidentTable]:
    """Return a function that realises a potential table with defaults for all it is not told."""

    def happened(potential: Potential, **other: Any) -> IncidentTable:
        given: dict[str, Any] = {
            "model": Poisson(),
            "parameters": parameters,
            "rates": rates,
            "zones": zones,
            **other,
        }
        return realise(potential, **given)

    return happened


@pytest.fixture(scope="session")
def zones_of() -> Callable[..., ZoneTable]:
    return make_zones


@pytest.fixture(scope="session")
def days_from() -> Callable[..., Horizon]:
    return horizon


@pytest.fixture(scope="session")
def ages() -> Any:
    return AGES * PEOPLE
