"""``checksums.sha256``: every file of a results folder, so that any changed byte is seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from emergency_sim.experiment.folder import store
from emergency_sim.experiment.folder.provenance import file_hash

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LATER: Final = ("tables", "maps")
"""Folders that the commands write when the results are in their place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Files of a folder that are not as they were written.

    Parameters
    ----------
    changed, missing
        Files with a checksum.
    unknown
        Files in our folders without one.
    """

    changed: tuple[str, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]


def write(folder: Path) -> None:
    """Write the checksums of all files; ``sha256sum --check`` understands them.

    Parameters
    ----------
    folder
        Results folder.
    """
    found = {name: file_hash(folder / name) for name in _files(folder)}
    _write(folder, found)


def cover(folder: Path) -> None:
    """Add the checksums of tables and maps that a command has written later on.

    Parameters
    ----------
    folder
        Results folder, with checksums.
    """
    known = {
        name: digest
        for name, digest in read(folder).items()
        if name.partition("/")[0] not in LATER
    }  # fmt: skip
    more = {n: file_hash(folder / n) for n in _files(folder) if n.partition("/")[0] in LATER}
    _write(folder, known | more)


def read(folder: Path) -> dict[str, str]:
    """Return SHA-256 by path from the folder; empty where there are none.

    Raises
    ------
    ValueError
        A line that is none of ours.
    """
    path = folder / store.CHECKSUMS
    if not path.is_file():
        return {}
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        digest, gap, name = line.partition("  ")
        if not gap or len(digest) != 64:
            raise ValueError(f"{store.CHECKSUMS} is damaged: {line[:80]!r}")
        found[name] = digest
    return found


def differences(folder: Path) -> Difference:
    """Return which files differ from their checksums.

    Parameters
    ----------
    folder
        Results folder.

    Raises
    ------
    ValueError
        The checksums themselves are damaged.
    """
    known = read(folder)
    there = set(_files(folder))
    return Difference(
        changed=tuple(
            n for n, digest in known.items() if n in there and file_hash(folder / n) != digest
        ),
        missing=tuple(n for n in known if n not in there),
        unknown=tuple(sorted(there - set(known))),
    )


def _files(folder: Path) -> Iterator[str]:
    """Give the path of every file of ours from the folder, in order."""
    for top in sorted(folder.iterdir()):
        if top.name not in store.OURS or top.name == store.CHECKSUMS:
            continue
        inside = sorted(top.rglob("*")) if top.is_dir() else [top]
        yield from (p.relative_to(folder).as_posix() for p in inside if p.is_file())


def _write(folder: Path, found: dict[str, str]) -> None:
    text = "".join(f"{found[name]}  {name}\n" for name in sorted(found))
    with store.aside(folder / store.CHECKSUMS) as path:
        path.write_text(text, encoding="utf-8")
