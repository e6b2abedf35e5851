"""From pydantic's complaints to faults with file, line, column and the word that was meant."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.domain.errors import NOTHING, Fault, nearest_word
from emergency_sim.scenario.tree import has
from emergency_sim.scenario.vocabulary import inner, keys_of

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from emergency_sim.domain.registry import Registry
    from emergency_sim.scenario.tree import Path, Tree

_PLAIN: Final = {
    "bool_type": "must be true or false",
    "dataclass_type": "must be a mapping",
    "date_from_datetime_parsing": "must be a date such as 2024-01-01",
    "date_parsing": "must be a date such as 2024-01-01",
    "date_type": "must be a date such as 2024-01-01",
    "dict_type": "must be a mapping",
    "float_type": "must be a number",
    "frozen_set_type": "must be a list",
    "int_from_float": "must be a whole number",
    "int_type": "must be a whole number",
    "list_type": "must be a list",
    "missing": "a required key is missing",
    "string_type": "must be text; put it in quotes",
    "too_short": "must have at least one entry",
    "tuple_type": "must be a list",
    "unexpected_keyword_argument": "unknown key",
}
_QUOTED = re.compile(r"'([^']*)'")


@lru_cache(maxsize=256)
def adapter(hint: Any) -> TypeAdapter[Any]:
    """Return the validator of a list of ``hint``: strict, unknown keys forbidden.

    The list is there because pydantic takes a configuration for a plain dataclass only from around
    it. Validation runs on JSON text, where strict means: no "2" for 2, no true for 1.
    """
    from pydantic import ConfigDict, TypeAdapter

    config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
    return TypeAdapter(list[hint], config=config)


def checked(tree: Tree, path: Path, hint: Any, faults: list[Fault], *, raw: Any = ...) -> Any:
    """Return the value at ``path`` as an object of type ``hint``; None after a fault.

    Parameters
    ----------
    tree, path
        Where it stands.
    hint
        A type, with constraints.
    faults
        Faults are appended here.
    raw
        What to check instead of the tree's value (with some keys left out).
    """
    from pydantic import ValidationError

    value = tree.get(path) if raw is ... else raw
    try:
        return adapter(hint).validate_json(json.dumps([value]))[0]
    except ValidationError as error:
        found = [_Complaint(value, e) for e in error.errors(include_url=False)]
        faults.extend(
            _without_echo([c.fault(tree, path, hint) for c in _without_emptied(_one_branch(found))])
        )
        return None


def _without_echo(found: list[Fault]) -> list[Fault]:
    """Return the faults without those of keys that are missing because they are misspelt."""
    meant = {
        f"{f.path.rpartition('.')[0]}.{f.did_you_mean}"
        for f in found
        if f.message == _PLAIN["unexpected_keyword_argument"]
    }
    return [f for f in found if f.message != _PLAIN["missing"] or f.path not in meant]


def _without_emptied(found: list[_Complaint]) -> list[_Complaint]:
    """Return the complaints without those of lists that are too short for their bad items."""
    return [
        one
        for one in found
        if one.type != "too_short"
        or not any(c is not one and c.path[: len(one.path)] == one.path for c in found)
    ]


def plug_in(tree: Tree, path: Path, registry: Registry[Any], faults: list[Fault]) -> Any:
    """Return the plug-in that the mapping at ``path`` names by ``kind``; None after a fault."""
    raw = tree.get(path)
    if not isinstance(raw, dict):
        faults.append(tree.fault(path, "must be a mapping with kind", got=raw))
        return None
    fields = dict(raw)
    kind = fields.pop("kind", None)
    if not isinstance(kind, str) or kind not in registry:
        known = ", ".join(registry)
        if "kind" not in raw:
            faults.append(tree.fault(path, f"kind is missing: one of {known}"))
            return None
        message = f"unknown {registry.kind}; there are {known}"
        near = nearest_word(kind, registry)
        faults.append(tree.fault((*path, "kind"), message, got=kind, did_you_mean=near))
        return None
    return checked(tree, path, registry[kind], faults, raw=fields)


class _Complaint:
    """One of pydantic's errors, its location walked along the raw value."""

    def __init__(self, raw: Any, error: Any) -> None:
        self.type: str = error["type"]
        self.text: str = error["msg"]
        self.got: Any = error["input"]
        self.context: dict[str, Any] = error.get("ctx") or {}
        self.path: Path = ()
        self.branches: dict[Path, str] = {}  # where a union forked, and the branch taken
        node, loc = raw, error["loc"][1:]
        for n, word in enumerate(loc):
            if has(node, word):
                self.path, node = (*self.path, word), node[word]
            elif self.type == "missing" and n == len(loc) - 1:
                self.path = (*self.path, word)
            elif word != "[key]":
                self.branches[self.path] = str(word)

    def fault(self, tree: Tree, at: Path, hint: Any) -> Fault:
        path, message, got = self.path, self._message(), self.got
        near = None
        if self.type == "unexpected_keyword_argument":
            near = nearest_word(path[-1], self._known(hint))
            got = NOTHING
        elif self.type in ("enum", "literal_error"):
            near = nearest_word(got, _QUOTED.findall(str(self.context.get("expected", ""))))
        elif self.type == "missing" or isinstance(got, dict):
            got = NOTHING
        first = message.split(" ", 1)[0]
        if self.type == "value_error" and isinstance(self.got, dict) and first in self.got:
            path, got, message = (*path, first), self.got[first], message.split(" ", 1)[1]
        return tree.fault((*at, *path), message, got=got, did_you_mean=near)

    def _message(self) -> str:
        if self.type in ("enum", "literal_error"):
            return f"must be {self.context['expected']}".replace("'", "")
        if self.type == "value_error":
            return str(self.context["error"])
        if self.type in _PLAIN:
            return _PLAIN[self.type]
        return self.text.replace("Input should", "must").replace("String should", "must")

    def _known(self, hint: Any) -> tuple[str, ...]:
        for word in self.path[:-1]:
            hint = inner(hint, word)
        return keys_of(hint)


def _one_branch(found: list[_Complaint]) -> list[_Complaint]:
    """Return the complaints of one branch of each union: the mapping's, else a single one."""
    kept: list[_Complaint] = []
    seen: set[Path] = set()
    for one in found:
        fork = next(iter(one.branches.items()), None)
        if fork is None:
            kept.append(one)
            continue
        place, branch = fork
        if isinstance(one.got, dict) and one.path == place and not branch.startswith("dict"):
            continue  # a mapping was given: the mapping's branch says what is wrong with it
        if one.path == place and type(one.got) is int:
            if "int" in branch:
                kept.append(one)  # a whole number was given: what is wrong with it
            continue
        if one.path == place:
            if place in seen:
                continue
            seen.add(place)
            one.type, one.text = "union", "must be a mapping or a whole number"
        kept.append(one)
    return kept
