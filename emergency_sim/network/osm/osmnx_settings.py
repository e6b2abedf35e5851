"""Settings of osmnx that keep every tag which the rules read; put back afterwards."""

from __future__ import annotations

import copy
import importlib.metadata
import socket
import threading
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.network.osm.source import NODE_TAGS, WAY_TAGS

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT: Final = "emergency-sim"
_LOCK: Final = threading.RLock()
"""osmnx keeps its settings in a module: one at a time."""


@contextmanager
def osmnx_settings(**changes: Any) -> Iterator[Any]:
    """Give osmnx as our rules need it; afterwards its settings are as before.

    Parameters
    ----------
    **changes
        Further settings of osmnx.

    Yields
    ------
    module
        osmnx: it keeps our tags beside those that were useful before, draws every way in one
        direction only (``all_oneway``: so a way keeps the order of its nodes and its own
        ``oneway``), and stores no answers of servers.

    Raises
    ------
    AttributeError
        osmnx has no such setting.

    Notes
    -----
    To find a server osmnx replaces ``socket.getaddrinfo`` for the whole process; that too is put
    back.
    """
    import osmnx

    settings = osmnx.settings
    ours: dict[str, Any] = {
        "all_oneway": True,
        "cache_only_mode": False,
        "http_user_agent": f"{PROJECT}/{importlib.metadata.version(PROJECT)}",
        "http_referer": PROJECT,
        "use_cache": False,
        "useful_tags_node": _joined(settings.useful_tags_node, NODE_TAGS),
        "useful_tags_way": _joined(settings.useful_tags_way, WAY_TAGS),
    } | changes
    with _LOCK:
        before = {
            name: copy.copy(value)
            for name, value in vars(settings).items()
            if name in settings.__annotations__
        }
        resolve = socket.getaddrinfo
        try:
            for name, value in ours.items():
                if name not in before:
                    raise AttributeError(f"osmnx has no setting {name!r}")
                setattr(settings, name, value)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)
                yield osmnx
        finally:
            socket.getaddrinfo = resolve
            for name, value in before.items():
                setattr(settings, name, value)


def _joined(before: list[str], ours: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys((*before, *ours)))
