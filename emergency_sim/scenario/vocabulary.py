"""Which keys may stand where: read from the dataclasses themselves."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin, get_type_hints

from emergency_sim.domain.parameters import Parameter
from emergency_sim.scenario.schema import KEYS, PLUG_INS, type_of

if TYPE_CHECKING:
    from emergency_sim.scenario.tree import Path, Tree

ANY_KEY = ("*",)
"""Stands for a mapping with keys of the user's own choice."""


def known_keys(tree: Tree, path: Path) -> tuple[str, ...]:
    """Return the keys that a mapping at ``path`` may have; ANY_KEY: free; empty: no mapping."""
    if not path:
        return KEYS
    hint = _type_at(tree, path)
    kind = ("kind",) if path in PLUG_INS else ()
    return (*kind, *keys_of(hint))


def keys_of(hint: Any) -> tuple[str, ...]:
    """Return the keys of a mapping of this type."""
    hint = _mapping_arm(hint)
    if is_dataclass(hint):
        return tuple(f.name for f in fields(hint))
    return ANY_KEY if get_origin(hint) is dict else ()


def _type_at(tree: Tree, path: Path) -> Any:
    hint: Any = None
    for n, key in enumerate(path):
        here = path[: n + 1]
        if here == ("parameters",):
            hint = dict[str, Parameter]
        elif here == ("network",):
            hint = None
        elif here in PLUG_INS:
            registry = PLUG_INS[here]  # type: ignore[index]
            kind = tree.get((*here, "kind"))
            hint = registry[kind] if isinstance(kind, str) and kind in registry else None
        else:
            hint = type_of(str(key)) if n == 0 else inner(hint, key)
        if hint is None:
            return None
    return hint


def inner(hint: Any, key: str | int) -> Any:
    """Return the type of what stands under ``key`` in a value of type ``hint``; None: unknown."""
    hint = _bare(hint)
    if isinstance(key, int):
        arms = [a for a in _arms(hint) if get_origin(a) in (tuple, list)]
        return get_args(arms[0])[0] if arms else None
    hint = _mapping_arm(hint)
    if is_dataclass(hint) and isinstance(hint, type):
        return _hints(hint).get(key)
    return get_args(hint)[1] if get_origin(hint) is dict else None


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls, include_extras=True)


def _bare(hint: Any) -> Any:
    while get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    return hint


def _arms(hint: Any) -> list[Any]:
    hint = _bare(hint)
    if get_origin(hint) in (Union, UnionType):
        return [_bare(arm) for arm in get_args(hint) if arm is not NoneType]
    return [hint]


def _mapping_arm(hint: Any) -> Any:
    arms = _arms(hint)
    return next((a for a in arms if is_dataclass(a) or get_origin(a) is dict), arms[0])
