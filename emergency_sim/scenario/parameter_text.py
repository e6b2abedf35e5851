"""Parameters written as a parameter file is, and as a variant that lays them over a scenario."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from emergency_sim.scenario.schema import PARAMETERS_SCHEMA, VARIANT_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from emergency_sim.domain.parameters import Parameter


def parameter_text(items: Mapping[str, Parameter], *, head: Iterable[str] = ()) -> str:
    """Return parameters in the form of ``scenarios/parameters/norway.yaml``.

    Parameters
    ----------
    items
        Parameter by key.
    head
        Lines of comment above them.

    Examples
    --------
    >>> from emergency_sim.domain.parameters import Parameter, Status
    >>> one = Parameter(value=0.8, unit="share", source="a log", status=Status.DERIVED)
    >>> print(parameter_text({"convey.share": one}), end="")
    schema: emergency_sim/parameters/1
    convey.share:
      {value: 0.8, unit: share, range: null, status: derived,
       source: "a log"}
    """
    lines = [f"schema: {PARAMETERS_SCHEMA}", *(f"# {line}" for line in head)]
    for key, one in items.items():
        lines.append(f"{key}:")
        lines += [f"  {line}" for line in _flow(one)]
    return "\n".join(lines) + "\n"


def variant_text(items: Mapping[str, Parameter], *, base: str, name: str) -> str:
    """Return a variant of the scenario in the file ``base`` that has these parameters.

    Parameters
    ----------
    items
        Parameter by key.
    base
        Path from the variant's folder.
    name
        The variant's id.
    """
    said = _plain(name.replace("-", " "))
    lines = [
        f"schema: {VARIANT_SCHEMA}", f"base: {_plain(base)}", f"id: {name}",
        f"name: {{nb: {said}, en: {said}}}", "set:",
    ]  # fmt: skip
    for key, one in items.items():
        lines.append(f"  parameters.{key}:")
        lines += [f"    {line}" for line in _flow(one)]
    return "\n".join(lines) + "\n"


def _flow(one: Parameter) -> list[str]:
    limits = "null" if one.range is None else _plain(list(one.range))
    value, unit = _plain(one.value), _plain(one.unit)
    return [
        f"{{value: {value}, unit: {unit}, range: {limits}, status: {one.status.value},",
        f" source: {json.dumps(one.source, ensure_ascii=False)}}}",
    ]


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {_plain(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_plain(v) for v in value) + "]"
    if isinstance(value, str):
        harmless = value.replace("/", "").replace(" ", "").isalnum() and value[0].isalnum()
        plain = harmless and not value.replace(" ", "").isdigit()
        return value if plain else json.dumps(value, ensure_ascii=False)
    return f"{value:g}" if isinstance(value, float) else str(value)
