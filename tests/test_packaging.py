"""What is declared, what is shipped, and that it works where a user installs it."""

import ast
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DISTRICT = "more-og-romsdal"

# --------------------------------------------------------------------------- what is declared


def _requirements(*extras: str) -> list[Requirement]:
    lines = list(PROJECT["dependencies"])
    for extra in extras:
        lines += PROJECT["optional-dependencies"][extra]
    return [Requirement(line) for line in lines]


def _pins() -> dict[str, str]:
    lines = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    return {canonicalize_name(name): version for name, version in pins.items()}


def test_constraints_are_names_with_exact_versions() -> None:
    lines = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").splitlines()
    faults = [
        line for line in lines if not re.fullmatch(r"#[^/]*|[\w.-]+==[\w.]+(; *python_.+)?", line)
    ]
    assert faults == []


@pytest.mark.parametrize(
    "requirement",
    _requirements(*PROJECT["optional-dependencies"]),
    ids=lambda requirement: requirement.name,
)
def test_each_requirement_has_a_lower_bound_and_a_pin_that_meets_it(
    requirement: Requirement,
) -> None:
    assert {clause.operator for clause in requirement.specifier} == {">="}
    assert requirement.specifier.contains(_pins()[canonicalize_name(requirement.name)])


def _imported_libraries(*, at_import_time: bool) -> dict[str, str]:
    """Return each third-party library that the package imports, with one module that does."""
    found: dict[str, str] = {}
    for path in sorted((REPOSITORY / "emergency_sim").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body if at_import_time else ast.walk(tree):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            for name in names:
                found.setdefault(name.split(".")[0], path.relative_to(REPOSITORY).as_posix())
    own = sys.stdlib_module_names | {"emergency_sim"}
    return {name: module for name, module in found.items() if name not in own}


def _undeclared(libraries: dict[str, str], requirements: list[Requirement]) -> dict[str, str]:
    distributions = importlib.metadata.packages_distributions()
    declared = {canonicalize_name(requirement.name) for requirement in requirements}
    return {
        name: module
        for name, module in libraries.items()
        if not declared & {canonicalize_name(d) for d in distributions.get(name, [name])}
    }


def test_every_imported_library_is_declared() -> None:
    for_users = [extra for extra in PROJECT["optional-dependencies"] if extra != "dev"]
    libraries = _imported_libraries(at_import_time=False)
    assert _undeclared(libraries, _requirements(*for_users)) == {}


def test_version_and_licence_are_the_same_everywhere() -> None:
    package = (REPOSITORY / "emergency_sim" / "__init__.py").read_text(encoding="utf-8")
    assert f'__version__ = "{PROJECT["version"]}"' in package
    citation = (REPOSITORY / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {PROJECT['version']}\n" in citation
    assert f"\nlicense: {PROJECT['license']}\n" in citation


# --------------------------------------------------------------------------- what is shipped

COMMANDS = [["--help"], ["validate", DISTRICT]]


def _run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL"))}
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{done.args}\n{done.stdout}\n{done.stderr}"
    return done


class Installation:
    """A fresh environment with the package in it, used from an empty folder."""

    def __init__(self, folder: Path, *what: str | Path) -> None:
        self.bin = folder / "venv" / "bin"
        self.empty = folder / "empty"
        self.empty.mkdir(parents=True)
        venv.create(folder / "venv", with_pip=True)
        pip = [self.bin / "python", "-m", "pip", "--disable-pip-version-check", "install"]
        if os.environ.get("EMERGENCY_SIM_OFFLINE"):
            # Take the libraries, and not the package, from the environment that runs the tests.
            paths = [entry for entry in sys.path if entry.endswith("site-packages")]
            [target] = (folder / "venv").glob("lib/python*/site-packages")
            (target / "libraries.pth").write_text("\n".join(paths), encoding="utf-8")
            pip += ["--no-deps", "--no-build-isolation", "--no-index", "--ignore-installed"]
        _run(*pip, "-c", REPOSITORY / "constraints.txt", *what, cwd=self.empty)

    def python(self, program: str) -> str:
        return _run(self.bin / "python", "-c", program, cwd=self.empty).stdout.strip()

    def command(self, *arguments: str) -> str:
        return _run(self.bin / "emergency-sim", *arguments, cwd=self.empty).stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel"]
    _run(*pip, "--no-deps", "--no-build-isolation", "--wheel-dir", folder, REPOSITORY, cwd=folder)
    [path] = folder.glob("emergency_sim-*.whl")
    return path


@pytest.fixture(scope="module", params=["wheel", "editable"])
def installation(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, wheel: Path
) -> Installation:
    what = [wheel] if request.param == "wheel" else ["--editable", REPOSITORY]
    return Installation(tmp_path_factory.mktemp(request.param), *what)


def _bundled_files(root: Path) -> dict[str, int]:
    files = [path for folder in ("networks", "scenarios") for path in (root / folder).rglob("*")]
    ignored = {".osm", ".pyc"}
    shipped = [path for path in files if path.is_file() and not ignored & set(path.suffixes)]
    return {path.relative_to(root).as_posix(): path.stat().st_size for path in shipped}


@pytest.mark.slow
def test_the_bundled_files_are_all_there(installation: Installation) -> None:
    root = installation.python("from emergency_sim.bundled import *; print(bundled_root())")
    assert _bundled_files(Path(root)) == _bundled_files(REPOSITORY)


@pytest.mark.slow
def test_the_bundled_district_is_found_by_name(installation: Installation) -> None:
    program = (
        "from emergency_sim.bundled import network_path, scenario_path, scenario_names\n"
        "import json\n"
        f"paths = [scenario_path('{DISTRICT}'), network_path('{DISTRICT}')]\n"
        "print(json.dumps([[path.exists() for path in paths], scenario_names()]))"
    )
    found, names = json.loads(installation.python(program))
    assert found == [True, True]
    assert DISTRICT in names


@pytest.mark.slow
@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_the_command_works_from_an_empty_folder(
    installation: Installation, arguments: list[str]
) -> None:
    installation.command(*arguments)
    assert list(installation.empty.iterdir()) == []


@pytest.mark.slow
def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    listing = _run(sys.executable, "-m", "zipfile", "-l", wheel, cwd=wheel.parent).stdout
    names = [line.split()[0] for line in listing.splitlines()[1:]]
    assert {name.split("/")[0].split("-")[0] for name in names} == {"emergency_sim"}
    assert "emergency_sim/py.typed" in names
