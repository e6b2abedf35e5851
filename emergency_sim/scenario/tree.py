"""A scenario before it is checked: plain values, and for each the place where it was written."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from emergency_sim.domain.errors import NOTHING, Fault, nearest_word

if TYPE_CHECKING:
    from collections.abc import Iterator

Path = tuple[str | int, ...]

COMMAND_LINE: Final = "--set"
"""Stands for the file of what ``--set`` says."""


class Place(NamedTuple):
    """File, line and column (both from 1) of a key."""

    file: str
    line: int = 1
    column: int = 1


class UnknownPathError(KeyError):
    """A dotted path leads nowhere; ``known`` are the words that would have been right."""

    def __init__(self, at: Path, word: str, known: tuple[str, ...]) -> None:
        super().__init__(word)
        self.at = at
        self.word = word
        self.known = known

    @property
    def did_you_mean(self) -> str | None:
        """Return the whole dotted path that was probably meant."""
        near = nearest_word(self.word, self.known)
        if near is None:
            first = self.word.split(".")[0]
            near = nearest_word(first, self.known)
            near = None if near is None else near + self.word[len(first) :]
        return None if near is None else dotted((*self.at, near))


class Tree:
    """Nested plain values with places.

    Parameters
    ----------
    value
        Mappings, lists and scalars.
    places
        Place of the key (or list item) at each path; ``()`` is the file itself.
    """

    __slots__ = ("places", "value")

    def __init__(self, value: Any, places: dict[Path, Place]) -> None:
        self.value = value
        self.places = places

    def copy(self) -> Tree:
        """Return an independent copy."""
        return Tree(deepcopy(self.value), dict(self.places))

    def place(self, path: Path) -> Place:
        """Return the place of ``path``, or of the nearest thing around it that has one."""
        for n in range(len(path), -1, -1):
            if path[:n] in self.places:
                return self.places[path[:n]]
        return Place("")

    def fault(
        self, path: Path, message: str, *, got: Any = NOTHING, did_you_mean: str | None = None
    ) -> Fault:
        """Return a fault at the place of ``path``."""
        file, line, column = self.place(path)
        return Fault(
            file=file,
            line=line,
            column=column,
            path=dotted(path),
            message=message,
            got=got,
            did_you_mean=did_you_mean,
        )

    def __contains__(self, path: Path) -> bool:
        """Return whether there is a value at ``path``."""
        node = self.value
        for key in path:
            if not has(node, key):
                return False
            node = node[key]
        return True

    def get(self, path: Path, default: Any = None) -> Any:
        """Return the value at ``path``."""
        node = self.value
        if path not in self:
            return default
        for key in path:
            node = node[key]
        return node

    def changed(self, path: Path) -> Path | None:
        """Return what at or below ``path`` was written last: in the top file or by ``--set``."""
        n = len(path)
        top = (self.places[()].file, COMMAND_LINE)
        found = [p for p, place in self.places.items() if p[:n] == path and place.file in top]
        return min(found, key=lambda p: (self.places[p].file != COMMAND_LINE, len(p)), default=None)

    def below(self, path: Path) -> Tree:
        """Return what stands at ``path`` as a tree of its own, a copy."""
        n = len(path)
        places = {p[n:]: place for p, place in self.places.items() if p[:n] == path}
        places.setdefault((), self.place(path))
        return Tree(deepcopy(self.get(path)), places)

    def put(self, path: Path, new: Tree) -> None:
        """Replace the value at ``path``, making mappings on the way."""
        if path in self or path in self.places:  # else there is nothing below it: thousands of rows
            self._forget(path)
        node = self.value
        for key in path[:-1]:
            node = node.setdefault(key, {}) if isinstance(node, dict) else node[key]
        node[path[-1]] = deepcopy(new.value)
        self.places.update({(*path, *p): place for p, place in new.places.items()})

    def remove(self, path: Path) -> None:
        """Take the value at ``path`` away."""
        self._forget(path)
        node = self.get(path[:-1])
        del node[path[-1]]

    def overlay(self, new: Tree, at: Path = ()) -> None:
        """Lay ``new`` over what stands at ``at``: mappings are merged, all else is replaced.

        A mapping of another ``kind`` is another plug-in with other keys: it is replaced too.
        """
        old = self.get(at)
        mappings = isinstance(old, dict) and isinstance(new.value, dict)
        if not mappings or _another_kind(old, new.value):
            self.put(at, new)
            return
        if at and () in new.places and new.value:
            self.places[at] = new.places[()]
        for key in new.value:
            self.overlay(new.below((key,)), (*at, key))

    def _forget(self, path: Path) -> None:
        n = len(path)
        for known in [p for p in self.places if p[:n] == path]:
            del self.places[known]


def _another_kind(old: dict[Any, Any], new: dict[Any, Any]) -> bool:
    return "kind" in old and "kind" in new and old["kind"] != new["kind"]


def has(node: Any, key: object) -> bool:
    """Return whether ``key`` is a key of the mapping, or a place in the list, that ``node`` is."""
    if isinstance(node, dict):
        return key in node
    return isinstance(node, list) and isinstance(key, int) and 0 <= key < len(node)


def dotted(path: Path) -> str:
    """Return the path as it is written in a variant.

    Examples
    --------
    >>> dotted(("primary", 0, "kpi"))
    'primary.0.kpi'
    """
    return ".".join(str(key) for key in path)


def follow(tree: Tree, text: str) -> tuple[Path, str]:
    """Return how far a dotted path leads in the tree, and the words that are left.

    Keys may hold dots themselves (parameters), so at each step the longest key that fits is taken.

    Examples
    --------
    >>> tree = Tree({"parameters": {"a.b": {"value": 1}}, "primary": [{"kpi": "x"}]}, {})
    >>> follow(tree, "parameters.a.b.value")
    (('parameters', 'a.b', 'value'), '')
    >>> follow(tree, "primary.0.name")
    (('primary', 0), 'name')
    """
    words = text.split(".")
    path: Path = ()
    node = tree.value
    while words:
        for n, key in _candidates(node, words):
            path, node, words = (*path, key), node[key], words[n:]
            break
        else:
            break
    return path, ".".join(words)


def _candidates(node: Any, words: list[str]) -> Iterator[tuple[int, str | int]]:
    if isinstance(node, dict):
        for n in range(len(words), 0, -1):
            key = ".".join(words[:n])
            if key in node:
                yield n, key
    elif isinstance(node, list) and words[0].isdecimal() and int(words[0]) < len(node):
        yield 1, int(words[0])
