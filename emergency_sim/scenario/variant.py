"""A variant lays remove, set and add by dotted path over its base; ``--set`` does the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from emergency_sim.domain.errors import NOTHING, Fault, nearest_word
from emergency_sim.scenario.schema import FILE_KEYS, PLUG_INS
from emergency_sim.scenario.tree import (
    COMMAND_LINE,
    Path,
    Place,
    Tree,
    UnknownPathError,
    follow,
)
from emergency_sim.scenario.vocabulary import ANY_KEY, known_keys
from emergency_sim.scenario.yaml_file import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

UNKNOWN: Final = "unknown path"
ADDS: Final = "; add makes a new thing"
"""What a variant may do with a path that is not there, and nobody else."""
VARIANT_KEYS: Final = ("schema", "base", "id", "name", "description", "set", "add", "remove")


def apply_variant(
    tree: Tree, variant: Tree, relative: Callable[[str], str], faults: list[Fault]
) -> None:
    """Change ``tree`` in place as the variant file says: remove, then set, then add.

    Parameters
    ----------
    tree
        The resolved base.
    variant
        The variant file.
    relative
        Turns a path written in the variant into one from here.
    faults
        Faults are appended here; each points into the variant.
    """
    for key in variant.value:
        if key not in VARIANT_KEYS:
            message = "unknown key of a variant; what it changes stands under set, add or remove"
            near = nearest_word(key, VARIANT_KEYS)
            faults.append(variant.fault((key,), message, did_you_mean=near))
    tree.value.pop("description", None)
    for key in ("id", "name", "description"):
        if key in variant.value:
            tree.put((key,), variant.below((key,)))
    faults += [
        variant.fault((), f"a required key is missing: {key}")
        for key in ("id", "name")
        if key not in variant.value
    ]
    for n, text in enumerate(_list(variant, "remove", faults)):
        where = ("remove", n)
        path = _existing(tree, text, variant.place(where), faults)
        if path is not None:
            tree.remove(path)
            if len(path) > 1:  # what is wrong without it is to be mended here
                tree.places[path[:-1]] = variant.place(where)
    for name, change in (("set", set_path), ("add", _add_path)):
        for text in _mapping(variant, name, faults):
            place = variant.place((name, text))
            path = change(tree, text, place, faults)
            if path is not None:
                tree.put(path, located(variant.below((name, text)), path, relative))


def apply_sets(tree: Tree, sets: Iterable[str], faults: list[Fault]) -> None:
    """Change ``tree`` in place by ``path=value`` texts; their faults stand at ``--set:1:1``."""
    place = Place(COMMAND_LINE)
    for one in sets:
        text, equals, written = one.partition("=")
        text = text.strip()
        if not equals or not text:
            message = "write path=value, such as run.days=56"
            faults.append(_fault(place, one, message))
            continue
        found: list[Fault] = []
        value = parse(written, name=COMMAND_LINE, faults=found) if written.strip() else None
        if value is None and not found:
            found.append(_fault(place, text, "give a value after ="))
        if found:
            faults.append(_fault(place, text, found[0].message, got=found[0].got))
            continue
        path = set_path(tree, text, place, faults, remedy="")
        if path is not None and value is not None and path[:-1]:
            above = tree.get(path[:-1])
            if above is not None and not isinstance(above, dict):
                message = f"{'.'.join(map(str, path[:-1]))} is no section (any more)"
                faults.append(_fault(place, text, message, got=above))
                continue
        if path is not None and value is not None:
            tree.put(path, Tree(value.value, {(): place}))


class Change(NamedTuple):
    """A value that another file lays over a scenario: dotted path, value, and where each stands."""

    path: str
    value: Tree
    written: Place


def apply_changes(tree: Tree, changes: Iterable[Change], faults: list[Fault]) -> None:
    """Change ``tree`` in place; what is wrong with a path stands where it is written."""
    for text, value, written in changes:
        path = set_path(tree, text, written, faults, remedy="")
        if path is not None:
            tree.put(path, value)


def set_path(
    tree: Tree, text: str, place: Place, faults: list[Fault], remedy: str = ADDS
) -> Path | None:
    """Return the path that ``set`` may give a value; None after a fault.

    It exists, or it is a key with a default that nobody has written.
    """
    path, rest = follow(tree, text)
    try:
        return _descend(tree, path, rest)
    except UnknownPathError as error:
        message = UNKNOWN + remedy
        faults.append(_fault(place, text, message, did_you_mean=error.did_you_mean))
        return None


def _add_path(tree: Tree, text: str, place: Place, faults: list[Fault]) -> Path | None:
    path, rest = follow(tree, text)
    if not rest:
        faults.append(_fault(place, text, "is there already; use set"))
        return None
    try:
        return _descend(tree, path, rest, new=True)
    except UnknownPathError as error:
        message = "cannot be added here"
        faults.append(_fault(place, text, message, did_you_mean=error.did_you_mean))
        return None


def _descend(tree: Tree, path: Path, rest: str, *, new: bool = False) -> Path:
    """Return ``path`` followed by the words of ``rest``, each a known key of what it stands in.

    With ``new`` the last word may be a key of the user's own in a mapping that has such keys; so it
    may always inside a plug-in.
    """
    while rest:
        known = known_keys(tree, path)
        inside = any(path[: len(p)] == p for p in PLUG_INS)
        if known == ANY_KEY and (inside or (new and ("." not in rest or path == ("parameters",)))):
            return (*path, rest)
        word, _, later = rest.partition(".")
        if known == ANY_KEY or word not in known:
            there = tree.get(path)
            candidates = (*known, *there) if isinstance(there, dict) else known
            raise UnknownPathError(path, rest, tuple(w for w in candidates if w != "*"))
        path, rest = (*path, word), later
    return path


def _existing(tree: Tree, text: Any, place: Place, faults: list[Fault]) -> Path | None:
    if not isinstance(text, str):
        faults.append(_fault(place, "remove", "must be a dotted path", got=text))
        return None
    path, rest = follow(tree, text)
    if not rest:
        return path
    there = tree.get(path)
    near = UnknownPathError(path, rest, tuple(there) if isinstance(there, dict) else ())
    message = "there is nothing to remove"
    faults.append(_fault(place, text, message, did_you_mean=near.did_you_mean))
    return None


def located(new: Tree, path: Path, relative: Callable[[str], str]) -> Tree:
    """Return ``new``, to be put at ``path``, with the files in it named from here."""
    for key in FILE_KEYS:
        if key[: len(path)] != path:
            continue
        inside: Path = key[len(path) :]
        value = new.get(inside)
        if isinstance(value, str):
            if inside:
                new.put(inside, Tree(relative(value), {(): new.place(inside)}))
            else:
                new.value = relative(value)
    return new


def _list(variant: Tree, key: str, faults: list[Fault]) -> list[Any]:
    value = variant.value.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        faults.append(variant.fault((key,), "must be a list of dotted paths", got=value))
        return []
    return value


def _mapping(variant: Tree, key: str, faults: list[Fault]) -> dict[str, Any]:
    value = variant.value.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        message = "must be a mapping of dotted path and value"
        faults.append(variant.fault((key,), message, got=value))
        return {}
    return value


def _fault(
    place: Place, path: str, message: str, *, got: Any = NOTHING, did_you_mean: str | None = None
) -> Fault:
    file, line, column = place
    return Fault(
        file=file,
        line=line,
        column=column,
        path=path,
        message=message,
        got=got,
        did_you_mean=did_you_mean,
    )
