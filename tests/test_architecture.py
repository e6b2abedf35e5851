"""Who may import whom, and which layer each library lives in.

`find_violations` reads one module's source. The first half of the file shows that it catches each
way of writing an import; the second half runs it over the package.
"""

import ast
import graphlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

PACKAGE = "emergency_sim"
REPOSITORY = Path(__file__).resolve().parents[1]

_BELOW_EXPERIMENT = {
    "analysis",
    "calendar",
    "demand",
    "districts",
    "domain",
    "network",
    "planning",
    "policies",
    "scenario",
    "simulation",
}
_LAYERS = _BELOW_EXPERIMENT | {"experiment", "report", "cli", "web"}

# A layer, or a module directly in the package, and what it may import beside itself.
MAY_IMPORT: dict[str, set[str]] = {
    "domain": set(),
    "bundled": set(),
    "calendar": {"domain"},
    "network": {"domain"},
    "districts": {"network", "domain"},
    "demand": {"domain"},
    "policies": {"domain"},
    "analysis": {"domain"},
    "simulation": {"policies", "domain"},
    "scenario": {"calendar", "demand", "policies", "domain", "bundled"},
    "planning": {"analysis", "policies", "calendar", "domain"},
    "report": {"planning", "analysis", "districts", "network", "domain"},
    "experiment": _BELOW_EXPERIMENT | {"bundled"},
    "__init__": _BELOW_EXPERIMENT | {"experiment", "report", "bundled"},
    "web": _LAYERS - {"cli", "web"} | {"bundled", "__init__"},
    "cli": _LAYERS - {"cli"} | {"bundled", "__init__"},
    "__main__": {"cli", "__init__"},
}

# A library that is not in this table has no home yet: decide on one before importing it.
HOMES: dict[str, set[str]] = {
    "PIL": {"report"},
    "SALib": {"experiment"},
    "contourpy": {"districts", "network", "report"},
    "dask": {"experiment"},
    "distributed": {"experiment"},
    "geopandas": {"districts", "network", "report"},
    "highspy": {"planning"},
    "jinja2": {"report"},
    "loky": {"experiment"},
    "matplotlib": {"report"},
    "networkx": {"network"},
    "numpy": _LAYERS | {"__init__"},
    "opening_hours": {"calendar"},
    "ortools": {"planning"},
    "osmium": {"network"},
    "osmnx": {"network"},
    "pandas": {
        "analysis",
        "demand",
        "districts",
        "experiment",
        "network",
        "planning",
        "report",
        "scenario",
    },
    "pyarrow": {"analysis", "experiment", "network"},
    "pydantic": {"scenario"},
    "pydantic_core": {"scenario"},
    "pyogrio": {"districts", "network", "report"},
    "pyproj": {"districts", "network", "report"},
    "pyroutingkit": {"network"},
    "rasterio": {"districts", "network", "report"},
    "rich": {"cli"},
    "ruamel": {"scenario"},
    "scipy": {"analysis", "demand", "districts", "experiment", "network", "planning", "report"},
    "shapely": {"districts", "network", "report"},
    "sim_tools": {"experiment"},
    "simpy": {"simulation"},
    "spopt": {"planning"},
    "starlette": {"web"},
    "typer": {"cli"},
    "uvicorn": {"web"},
    "weasyprint": {"report"},
    "xstatic": {"web"},
}

# These load others by a computed name (lazy public names, lazy commands), and may load any layer.
MAY_COMPUTE_NAMES = {"__init__", "cli"}

_IMPORTERS = {"import_module", "__import__", "resolve_name"}


def find_violations(source: str, module: str) -> list[str]:
    """Return one line for each import that the tables above do not allow.

    Parameters
    ----------
    source : str
        Text of the module.
    module : str
        Its path from the top of the repository, such as ``emergency_sim/domain/clock.py``.

    Returns
    -------
    list of str
        ``path:line: what is wrong``, in the order of the file.
    """
    path = PurePosixPath(module)
    parts = path.with_suffix("").parts
    package = parts[:-1]
    layer = parts[1]
    if layer not in MAY_IMPORT:
        return [f"{module}:1: {layer} is not a layer of {PACKAGE}"]
    violations = []
    for line, name in sorted(set(_imported_names(ast.parse(source), package))):
        fault = _fault(name, layer)
        if fault:
            violations.append(f"{module}:{line}: {fault}")
    return violations


def _imported_names(tree: ast.Module, package: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Yield line and absolute dotted name of all that is imported; ``?`` for a computed name."""
    importers = _IMPORTERS | {
        alias.asname
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name in _IMPORTERS and alias.asname
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            origin = _absolute("." * node.level + (node.module or ""), package)
            for alias in node.names:
                yield node.lineno, f"{origin}.{alias.name}"
        elif isinstance(node, ast.Call) and _called_name(node.func) in importers:
            yield node.lineno, _literal_name(node, package)


def _called_name(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def _literal_name(call: ast.Call, package: tuple[str, ...]) -> str:
    values = [*call.args, *(word.value for word in call.keywords if word.arg == "name")]
    name = values[0] if values else None
    if isinstance(name, ast.Constant) and isinstance(name.value, str):
        return _absolute(name.value, package)
    if isinstance(name, ast.JoinedStr) and len(name.values) > 1:
        first, second = name.values[:2]
        if (
            isinstance(first, ast.FormattedValue)
            and isinstance(first.value, ast.Name)
            and first.value.id in {"__name__", "__package__"}
            and isinstance(second, ast.Constant)
            and str(second.value).startswith(".")
        ):
            return ".".join(package)  # a neighbour in the same package
    return "?"


def _absolute(name: str, package: tuple[str, ...]) -> str:
    level = len(name) - len(name.lstrip("."))
    if level == 0:
        return name
    base = package[: len(package) - level + 1]
    return ".".join([*base, *name[level:].split(".")]).rstrip(".") if base else "?"


def _fault(name: str, layer: str) -> str | None:
    top, *rest = name.split(".")
    if top == "?":
        if layer in MAY_COMPUTE_NAMES:
            return None
        return "imports a module by a computed name; write the name out"
    if top == PACKAGE:
        target = rest[0] if rest and rest[0] in MAY_IMPORT else "__init__"
        if target == layer or target in MAY_IMPORT[layer]:
            return None
        allowed = ", ".join(sorted(MAY_IMPORT[layer])) or "nothing of the package"
        return f"{layer} imports {name}; it may import {allowed}"
    if top in sys.stdlib_module_names:
        return None
    if top not in HOMES:
        return f"{layer} imports {top}, which has no home in tests/test_architecture.py"
    if layer not in HOMES[top]:
        return f"{layer} imports {top}, which lives in {', '.join(sorted(HOMES[top]))}"
    return None


# ------------------------------------------------------------ the checker is seen to fail

FORBIDDEN = [
    # written as: import x
    ("emergency_sim/domain/clock.py", "import emergency_sim.network.osm"),
    ("emergency_sim/domain/clock.py", "import pandas"),
    ("emergency_sim/analysis/event_log.py", "import simpy"),
    ("emergency_sim/simulation/amk.py", "import scipy.stats as st"),
    ("emergency_sim/cli.py", "import osmnx"),
    # written as: from x import y
    ("emergency_sim/analysis/kpis/response_time.py", "from emergency_sim.simulation import amk"),
    ("emergency_sim/analysis/kpis/response_time.py", "from emergency_sim import simulation"),
    ("emergency_sim/network/speeds.py", "from emergency_sim import demand as d"),
    ("emergency_sim/policies/dispatch.py", "from emergency_sim import load_scenario"),
    ("emergency_sim/experiment/work/runner.py", "from emergency_sim.report import maps"),
    ("emergency_sim/simulation/unit.py", "from emergency_sim.scenario.load import load"),
    ("emergency_sim/report/page.py", "from ruamel.yaml import YAML"),
    # written as: from . import x
    ("emergency_sim/bundled.py", "from . import network"),
    ("emergency_sim/__main__.py", "from . import simulation"),
    ("emergency_sim/__init__.py", "from .cli import main"),
    # written as: from .. import x
    ("emergency_sim/domain/clock.py", "from .. import network"),
    ("emergency_sim/domain/__init__.py", "from ..simulation import amk"),
    ("emergency_sim/analysis/kpis/response_time.py", "from ... import simulation"),
    ("emergency_sim/domain/clock.py", "from ..... import network"),
    # by importlib
    ("emergency_sim/domain/clock.py", "import importlib\nimportlib.import_module('osmnx')"),
    ("emergency_sim/domain/clock.py", "import importlib as il\nil.import_module(name='osmnx')"),
    ("emergency_sim/domain/clock.py", "from importlib import import_module as get\nget('osmnx')"),
    (
        "emergency_sim/analysis/event_log.py",
        "from importlib import import_module\nimport_module('..simulation', __package__)",
    ),
    (
        "emergency_sim/analysis/event_log.py",
        "from importlib import import_module\nimport_module(name)",
    ),
    # by the built-in function
    ("emergency_sim/domain/clock.py", "__import__('matplotlib.pyplot')"),
    ("emergency_sim/domain/clock.py", "import builtins\nbuiltins.__import__('simpy')"),
    # where it stands makes no difference
    ("emergency_sim/domain/clock.py", "def draw():\n    import matplotlib.pyplot as plt"),
    (
        "emergency_sim/domain/clock.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pandas",
    ),
    # what has no place in the tables
    ("emergency_sim/helpers/misc.py", "x = 1"),
    ("emergency_sim/analysis/event_log.py", "import polars"),
]

ALLOWED = [
    ("emergency_sim/domain/clock.py", "import math\nimport numpy as np\nfrom . import errors"),
    ("emergency_sim/domain/clock.py", "from emergency_sim.domain.errors import SimulationError"),
    ("emergency_sim/analysis/kpis/response_time.py", "from .. import event_log"),
    ("emergency_sim/analysis/kpis/response_time.py", "from ...domain import indicators"),
    ("emergency_sim/simulation/environment.py", "import simpy\nfrom ..policies import dispatch"),
    ("emergency_sim/experiment/compile.py", "from emergency_sim import demand, network, scenario"),
    ("emergency_sim/cli.py", "import typer\nfrom . import bundled\nfrom .report import maps"),
    ("emergency_sim/__init__.py", "import importlib\nimportlib.import_module(home)"),
    ("emergency_sim/__main__.py", "from .cli import main"),
    (
        "emergency_sim/policies/__init__.py",
        "from importlib import import_module\nimport_module(f'{__name__}.{rule}')",
    ),
]


@pytest.mark.parametrize(("module", "source"), FORBIDDEN)
def test_a_forbidden_import_is_reported(module: str, source: str) -> None:
    assert len(find_violations(source, module)) == 1


@pytest.mark.parametrize(("module", "source"), ALLOWED)
def test_an_allowed_import_is_not_reported(module: str, source: str) -> None:
    assert find_violations(source, module) == []


def test_a_violation_names_file_line_and_remedy() -> None:
    assert find_violations("\n\nimport simpy", "emergency_sim/analysis/compare.py") == [
        "emergency_sim/analysis/compare.py:3: analysis imports simpy, which lives in simulation"
    ]


# ------------------------------------------------------------ the package


def test_the_layers_form_no_circle() -> None:
    graphlib.TopologicalSorter(MAY_IMPORT).prepare()


def test_every_library_lives_in_layers_that_exist() -> None:
    assert set().union(*HOMES.values()) <= set(MAY_IMPORT)


def _modules() -> list[str]:
    folder = REPOSITORY / PACKAGE
    return sorted(path.relative_to(REPOSITORY).as_posix() for path in folder.rglob("*.py"))


@pytest.mark.parametrize("module", _modules())
def test_the_module_keeps_to_its_layer(module: str) -> None:
    violations = find_violations((REPOSITORY / module).read_text(encoding="utf-8"), module)
    assert not violations, "\n".join(violations)


@pytest.mark.parametrize("module", [PACKAGE, f"{PACKAGE}.cli", f"{PACKAGE}.domain"])
def test_importing_it_loads_no_heavy_library(module: str) -> None:
    """`emergency-sim --help` answers at once only as long as this holds."""
    report = f"import sys, {module}; print(*{{name.split('.')[0] for name in sys.modules}})"
    loaded = subprocess.run(
        [sys.executable, "-c", report], capture_output=True, text=True, check=True, cwd=REPOSITORY
    ).stdout.split()
    light = {"numpy", "rich", "typer"}
    assert sorted((HOMES.keys() - light) & set(loaded)) == []
