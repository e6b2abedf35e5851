"""Reading YAML 1.2 strictly, with the place of every key.

ruamel.yaml splits the text into events; what they mean is decided here by the core schema of YAML
1.2: ``no`` and ``08:00`` are text, dates are text, keys are always text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.domain.errors import NOTHING, Fault, InputFaults
from emergency_sim.domain.text_file import LARGEST_FILE, read_text
from emergency_sim.scenario.tree import Path, Place, Tree

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path as FilePath

DEEPEST: Final = 20
_INT = re.compile(r"[-+]?[0-9]{1,18}")
_BASE = re.compile(r"0o[0-7]{1,18}|0x[0-9a-fA-F]{1,15}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: Final = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip


def read_yaml(path: FilePath, *, name: str, faults: list[Fault]) -> Tree | None:
    """Return the file's content, or None when it cannot be read at all.

    Parameters
    ----------
    path
        The file, at most 5 MB.
    name
        How faults name it.
    faults
        Faults are appended here: anchors, aliases, tags, duplicate keys, nesting deeper than 20,
        several documents, what is no YAML.
    """
    try:
        text = read_text(path, name=name, limit=LARGEST_FILE)
    except InputFaults as error:
        faults.extend(error.faults)
        return None
    return parse(text, name=name, faults=faults)


def parse(text: str, *, name: str, faults: list[Fault]) -> Tree | None:
    """Return the content of a YAML text; see :func:`read_yaml`."""
    tree, found = _parsed(text, name)
    faults.extend(found)
    return None if tree is None else tree.copy()


@lru_cache(maxsize=16)
def _parsed(text: str, name: str) -> tuple[Tree | None, tuple[Fault, ...]]:
    """Return content and faults; kept, because variants share their base and its parameters."""
    faults: list[Fault] = []
    return _parse(text, name, faults), tuple(faults)


def _parse(text: str, name: str, faults: list[Fault]) -> Tree | None:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    builder = _Builder(name, faults)
    try:
        builder.take(YAML(typ="safe", pure=True).parse(text))
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = (
            getattr(error, "problem", None) or getattr(error, "reason", None) or "not readable"
        )
        message = f"no YAML: {problem}"
        if "\\t" in str(problem) or _indented_by_tab(text, line):
            message = "a tab: indent with spaces"
        faults.append(Fault(file=name, line=line, column=column, message=message))
        return None
    if builder.stopped:
        return None
    if builder.empty:
        faults.append(Fault(file=name, message="the file is empty"))
        return None
    return Tree(builder.root, builder.places)


def _indented_by_tab(text: str, line: int) -> bool:
    lines = text.splitlines()
    return 0 < line <= len(lines) and "\t" in lines[line - 1][: _first_word(lines[line - 1])]


def _first_word(line: str) -> int:
    return len(line) - len(line.lstrip())


class _Builder:
    """Puts values and places together from the parser's events."""

    def __init__(self, name: str, faults: list[Fault]) -> None:
        self.name = name
        self.faults = faults
        self.places: dict[Path, Place] = {(): Place(name)}
        self.root: Any = None
        self.empty = True
        self.stopped = False
        # One entry per open collection: container, its path, the key that waits for its value.
        self._open: list[tuple[Any, Path, list[str]]] = []

    def take(self, events: Iterable[Any]) -> None:
        from ruamel.yaml import events as e

        documents = 0
        for event in events:
            if isinstance(event, e.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._fault(event, "a second document; write one per file")
                    return
            elif isinstance(event, e.AliasEvent):
                self._fault(event, f"aliases are refused: write it out (got '*{event.anchor}')")
                self._add(event, None)
            elif isinstance(event, e.NodeEvent):
                self._check_node(event)
                if isinstance(event, e.ScalarEvent):
                    self._scalar(event)
                elif not self._enter(event, {} if isinstance(event, e.MappingStartEvent) else []):
                    return
            elif isinstance(event, (e.MappingEndEvent, e.SequenceEndEvent)):
                self._open.pop()

    def _check_node(self, event: Any) -> None:
        if event.anchor is not None:
            self._fault(event, f"anchors are refused: write it out (got '&{event.anchor}')")
        if event.tag is not None and str(event.tag) != "!":
            self._fault(event, f"tags are refused (got {str(event.tag)!r})")

    def _enter(self, event: Any, container: Any) -> bool:
        if len(self._open) >= DEEPEST:
            self._fault(event, f"nested deeper than {DEEPEST}")
            self.stopped = True
            return False
        if self._waits_for_key():
            self._fault(event, "a key must be plain text")
            self.stopped = True
            return False
        path = self._add(event, container)
        self._open.append((container, path, []))
        return True

    def _waits_for_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1][0], dict) and not self._open[-1][2]

    def _scalar(self, event: Any) -> None:
        if self._waits_for_key():
            container, path, key = self._open[-1]
            here = (*path, event.value)
            if event.value in container:
                first = self.places[here]
                self._fault(event, f"the key stands already on line {first.line}", here)
            else:
                self.places[here] = self._at(event)
            key.append(event.value)
            return
        plain = event.style is None or event.style == ""
        self._add(event, self._meaning(event) if plain else event.value)

    def _meaning(self, event: Any) -> Any:
        text = event.value
        if text in _WORDS:
            return _WORDS[text]
        if _INT.fullmatch(text):
            return int(text)
        if _BASE.fullmatch(text):
            return int(text, 0)
        if _FLOAT.fullmatch(text) and abs(float(text)) < float("inf"):
            return float(text)
        if _NOT_FINITE.fullmatch(text) or _FLOAT.fullmatch(text):
            self._fault(event, "must be a finite number", got=text)
            return 0
        return text

    def _add(self, event: Any, value: Any) -> Path:
        self.empty = self.empty and value is None and not self._open
        if not self._open:
            self.root = value
            return ()
        container, path, key = self._open[-1]
        if isinstance(container, dict):
            if not key:  # an alias as key, reported already
                key.append("")
                return path
            here: Path = (*path, key.pop())
            container[here[-1]] = value
        else:
            here = (*path, len(container))
            container.append(value)
            self.places[here] = self._at(event)
        return here

    def _at(self, event: Any) -> Place:
        return Place(self.name, event.start_mark.line + 1, event.start_mark.column + 1)

    def _fault(self, event: Any, message: str, path: Path = (), *, got: Any = NOTHING) -> None:
        _, line, column = self._at(event)
        self.faults.append(
            Fault(
                file=self.name,
                line=line,
                column=column,
                path=".".join(str(key) for key in path or self._here()),
                message=message,
                got=got,
            )
        )

    def _here(self) -> Path:
        if not self._open:
            return ()
        container, path, key = self._open[-1]
        if isinstance(container, dict):
            return (*path, *key)
        return (*path, len(container))
