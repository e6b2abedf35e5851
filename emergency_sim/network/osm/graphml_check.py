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


class _Refused(Exception):
    """The file is well-formed so far, but is not taken."""


def look_into(file: Path) -> Contents:
    """Return what a GraphML file holds, without keeping it in memory.

    Raises
    ------
    InputFaults
        It is no XML, is cut off, declares a document type (which can make a small file grow
        without end), is no GraphML, or not the graph of a network of roads.
    """
    found = Contents()
    parser = xml.parsers.expat.ParserCreate()
    opened: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        word = tag.rpartition(":")[2]
        if not opened and word != "graphml":
            raise _Refused(f"is no GraphML but <{word}>: {_AGAIN}")
        opened.append(word)
        if word == "key":
            keys = {"node": found.node_keys, "edge": found.edge_keys}.get(attributes.get("for", ""))
            if keys is not None:
                keys.add(attributes.get("attr.name", ""))
        elif word == "node":
            found.nodes += 1
            identity = attributes.get("id", "")
            found.whole_ids &= identity.removeprefix("-").isdecimal() and len(identity) < 19
        elif word == "edge":
            found.edges += 1
        elif word == "graph" and attributes.get("edgedefault") != "directed":
            raise _Refused(f"its edges have no direction: {_AGAIN}")

    def doctype(*_: object) -> None:
        raise _Refused("declares a document type (DOCTYPE), which osmnx never does: it is refused")

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: opened.pop() and None
    parser.StartDoctypeDeclHandler = doctype
    message = ""
    try:
        with file.open("rb") as stream:
            while piece := stream.read(_PIECE):
                parser.Parse(piece, False)
        parser.Parse(b"", True)
    except _Refused as refusal:
        message = str(refusal)
    except xml.parsers.expat.ExpatError as error:
        why = xml.parsers.expat.ErrorString(error.code)
        cut = "is cut off" if opened else "is no XML"
        message = f"{cut} or damaged ({why}): {_AGAIN}"
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
    if not message:
        message = _unfit(found)
    if message:
        line, column = parser.CurrentLineNumber, parser.CurrentColumnNumber + 1
        raise InputFaults([Fault(file=str(file), line=line, column=column, message=message)])
    return found


def _unfit(found: Contents) -> str:
    """Return why the graph cannot be one of osmnx, or nothing."""
    if not found.nodes or not found.edges:
        return f"the graph is empty ({found.nodes} nodes, {found.edges} edges): {_AGAIN}"
    lacking = sorted({"x", "y"} - found.node_keys) + sorted({"osmid"} - found.edge_keys)
    if lacking:
        return f"was not saved by osmnx: it lacks {', '.join(lacking)}; {_AGAIN}"
    return ""
