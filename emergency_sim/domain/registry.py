"""Plug points: a frozen dataclass registered under a name, whose fields are the scenario's keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")
C = TypeVar("C", bound=type)


class Registry(Generic[T]):
    """Classes of one plug point by name.

    Parameters
    ----------
    kind
        What the plug point is called in messages (``dispatch policy``).

    Examples
    --------
    >>> policies = Registry("policy")
    >>> @policies.register("first")
    ... class First: ...
    >>> policies["first"] is First, list(policies)
    (True, ['first'])
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._classes: dict[str, type[T]] = {}

    def register(self, name: str) -> Callable[[C], C]:
        """Return a class decorator that files the class under ``name``."""

        def add(cls: C) -> C:
            if name in self._classes:
                raise ValueError(f"{self.kind} {name!r} is registered already")
            self._classes[name] = cls
            return cls

        return add

    def __getitem__(self, name: str) -> type[T]:
        return self._classes[name]

    def __contains__(self, name: object) -> bool:
        return name in self._classes

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._classes))

    def name_of(self, instance: T) -> str:
        """Return the name under which the class of ``instance`` is filed."""
        return next(n for n, c in self._classes.items() if type(instance) is c)
