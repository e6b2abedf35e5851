"""A first look into a GraphML file, piece by piece: is it one, is it whole, is it harmless."""

from __future__ import annotations

import xml.parsers.expat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from emergency_sim.domain.errors import Fault, InputFaults

if TYPE_CHECKING:
    from pathlib import Path

_PIECE: Final = 1 << 20
_AGAIN: Final = "save it again with osmnx.save_graphml"


@dataclass(slots=True, kw_only=True)
class Contents:
    """What a file holds.

    Parameters
    ----------
    node_keys, edge_keys
        Names of the attributes that some node, or some edge, has.
    nodes, edges
        How many.
    whole_ids
        All ids of nodes are whole numbers, as OpenStreetMap's.
    """

    node_keys: set[str] = field(default_factory=set)
    edge_keys: set[str] = field(default_factory=set)
    nodes: int = 0
    edges: int = 0
    whole_ids: bool = True


class _RefusedError(Exception):
    """The file is well-formed so far, but is not taken."""


def look_into(file: Path) -> Contents:
    """Return what a GraphML file holds, without keeping it in memory.

    Raises
    ------
    InputFaults
        It is no XML, is cut off, declares a document type (which can make a small file grow
        without end), is no GraphML, or not the graph of a network of roads.
    """
    look = _Look()
    message = ""
    try:
        with file.open("rb") as stream:
            while piece := stream.read(_PIECE):
                look.parser.Parse(piece, False)
        look.parser.Parse(b"", True)
    except _RefusedError as refusal:
        message = str(refusal)
    except xml.parsers.expat.ExpatError as error:
        why = xml.parsers.expat.ErrorString(error.code)
        cut = "is cut off or damaged" if look.depth else "is no XML"
        message = f"{cut} ({why}): {_AGAIN}"
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
    message = message or _unfit(look.found)
    if message:
        line, column = look.parser.CurrentLineNumber, look.parser.CurrentColumnNumber + 1
        raise InputFaults([Fault(file=str(file), line=line, column=column, message=message)])
    return look.found


class _Look:
    """The parser and what it has met."""

    def __init__(self) -> None:
        self.found = Contents()
        self.depth = 0
        self.parser = xml.parsers.expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        word, found = tag.rpartition(":")[2], self.found
        if self.depth == 0 and word != "graphml":
            raise _RefusedError(f"is no GraphML but <{word}>: {_AGAIN}")
        self.depth += 1
        if word == "key":
            keys = {"node": found.node_keys, "edge": found.edge_keys}.get(attributes.get("for", ""))
            if keys is not None:
                keys.add(attributes.get("attr.name", ""))
        elif word == "graph" and attributes.get("edgedefault") != "directed":
            raise _RefusedError(f"its edges have no direction: {_AGAIN}")
        elif word == "node":
            found.nodes += 1
            identity = attributes.get("id", "")
            found.whole_ids &= identity.removeprefix("-").isdecimal() and len(identity) < 19
        elif word == "edge":
            found.edges += 1

    def _end(self, _: str) -> None:
        self.depth -= 1

    def _doctype(self, *_: object) -> None:
        raise _RefusedError("declares a document type (DOCTYPE), as osmnx never does: refused")


def _unfit(found: Contents) -> str:
    """Return why the graph cannot be one of osmnx, or nothing."""
    if not found.nodes or not found.edges:
        return f"the graph is empty ({found.nodes} nodes, {found.edges} edges): {_AGAIN}"
    lacking = sorted({"x", "y"} - found.node_keys) + sorted({"osmid"} - found.edge_keys)
    if lacking:
        return f"was not saved by osmnx: it lacks {', '.join(lacking)}; {_AGAIN}"
    return ""
