"""``network.yaml``: where a network comes from, what it holds and what was left out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def as_yaml(values: Mapping[str, Any], indent: int = 0) -> str:
    """Return nested mappings, lists of scalars and scalars as YAML; None is left out.

    Examples
    --------
    >>> print(as_yaml({"id": "a", "ferries": ["X: Y"], "km": {"primary": 1.5}, "none": []}), end="")
    id: a
    ferries:
      - "X: Y"
    km:
      primary: 1.5
    none: []
    """
    space, lines = "  " * indent, []
    for key, value in values.items():
        if value is None:
            continue
        head = f"{space}{_scalar(str(key))}:"
        if isinstance(value, dict):
            lines.append(f"{head}\n{as_yaml(value, indent + 1)}" if value else f"{head} {{}}\n")
        elif isinstance(value, (list, tuple)):
            items = "".join(f"{space}  - {_scalar(item)}\n" for item in value)
            lines.append(f"{head}\n{items}" if items else f"{head} []\n")
        else:
            lines.append(f"{head} {_scalar(value)}\n")
    return "".join(lines)


_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
_TAKEN = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def _scalar(value: Any) -> str:
    """Return a scalar; text that could be taken for something else in quotes."""
    if isinstance(value, str):
        plain = set(value) <= _PLAIN and value[:1].isalpha() and value.lower() not in _TAKEN
        return value if plain else json.dumps(value, ensure_ascii=False)
    return json.dumps(value, allow_nan=False)
