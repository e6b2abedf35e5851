"""Where the districts that come with the package are, in a wheel and in a working copy."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def bundled_root() -> Path:
    """Return the folder that holds ``networks/`` and ``scenarios/``.

    Returns
    -------
    Path
        ``emergency_sim/_bundled`` in an installed wheel, otherwise the top of the working copy.

    Raises
    ------
    FileNotFoundError
        Neither place has one of them: the installation is incomplete.

    Examples
    --------
    >>> bundled_root().is_dir()
    True
    """
    for root in (_PACKAGE / "_bundled", _PACKAGE.parent):
        if (root / "networks").is_dir() or (root / "scenarios").is_dir():
            return root
    raise FileNotFoundError(
        f"{_PACKAGE}: no networks inside or beside the package; install emergency-sim again"
    )


def scenario_path(name: str) -> Path:
    """Return the file of a bundled scenario.

    Parameters
    ----------
    name : str
        Name with or without ``.yaml``, such as ``"more-og-romsdal"``; a name in a folder below
        ``scenarios/`` is written with a slash (``"parameters/norway"``).

    Returns
    -------
    Path
        An existing file.

    Raises
    ------
    FileNotFoundError
        There is no such scenario; the message lists those that there are.

    Examples
    --------
    >>> scenario_path("no-such-place")
    Traceback (most recent call last):
    FileNotFoundError: no bundled scenario 'no-such-place'; there are: ...
    """
    folder = bundled_root() / "scenarios"
    path = folder / f"{name.removesuffix('.yaml')}.yaml"
    if not _lies_below(path, folder) or not path.is_file():
        raise FileNotFoundError(_absent("scenario", name, scenario_names()))
    return path


def experiment_path(name: str) -> Path:
    """Return the file of a bundled experiment.

    Parameters
    ----------
    name : str
        Name with or without ``.yaml``, such as ``"molde-doctors"``.

    Returns
    -------
    Path
        An existing file.

    Raises
    ------
    FileNotFoundError
        There is no such experiment; the message lists those that there are.
    """
    folder = bundled_root() / "scenarios" / "experiments"
    path = folder / f"{name.removesuffix('.yaml')}.yaml"
    if not _lies_below(path, folder) or not path.is_file():
        raise FileNotFoundError(_absent("experiment", name, experiment_names()))
    return path


def experiment_names() -> list[str]:
    """Return the names of the bundled experiments, in alphabetical order.

    Returns
    -------
    list of str
        Files in ``scenarios/experiments/``, without ``.yaml``.
    """
    folder = bundled_root() / "scenarios" / "experiments"
    return sorted(path.stem for path in folder.glob("*.yaml"))


def network_path(name: str) -> Path:
    """Return the folder of a bundled network.

    Parameters
    ----------
    name : str
        Name of the region, such as ``"more-og-romsdal"``.

    Returns
    -------
    Path
        An existing folder with ``network.yaml`` and the region's tables.

    Raises
    ------
    FileNotFoundError
        There is no such network; the message lists those that there are.
    """
    folder = bundled_root() / "networks"
    path = folder / name
    if not _lies_below(path, folder) or not path.is_dir():
        raise FileNotFoundError(_absent("network", name, network_names()))
    return path


def scenario_names() -> list[str]:
    """Return the names of the bundled districts and variants, in alphabetical order.

    Returns
    -------
    list of str
        Files directly in ``scenarios/``, without ``.yaml``; parameter sets are not among them.
    """
    return sorted(path.stem for path in (bundled_root() / "scenarios").glob("*.yaml"))


def network_names() -> list[str]:
    """Return the names of the bundled networks, in alphabetical order.

    Returns
    -------
    list of str
        Folders directly in ``networks/``.
    """
    folder = bundled_root() / "networks"
    return sorted(path.name for path in folder.glob("*") if path.is_dir())


def _lies_below(path: Path, folder: Path) -> bool:
    return path.resolve() != folder.resolve() and path.resolve().is_relative_to(folder.resolve())


def _absent(kind: str, name: str, names: list[str]) -> str:
    return f"no bundled {kind} {name!r}; there are: {', '.join(names) or 'none'}"
