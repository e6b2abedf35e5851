"""A run in pieces: the log does not depend on where it is cut, and what is over takes no memory."""

import gc
from typing import Any

import numpy as np
import pytest

from emergency_sim.domain.events import EventColumns, KeptLog, Kind
from emergency_sim.domain.incident import INCIDENT_COLUMNS, IncidentTable
from emergency_sim.domain.streams import Streams
from emergency_sim.experiment.compile import Compiled, compile_scenario
from emergency_sim.scenario import load_scenario
from emergency_sim.simulation.drawn import Drawn, stretches
from emergency_sim.simulation.recorder import ROW, Names, Recorder
from emergency_sim.simulation.replication import play, run
from tests.simulation.scenes import events, same_rows
from tests.toy.renew import FOLDER


@pytest.fixture(scope="module")
def toy() -> Compiled:
    return compile_scenario(load_scenario(FOLDER / "toy.yaml", ["run.days=2"]))


def lookup(compiled: Compiled) -> Any:
    return Streams(seed=compiled.scenario.run.seed).lookup()


def in_parts(table: IncidentTable, rows: int) -> list[IncidentTable]:
    return [
        IncidentTable({name: table[name][k : k + rows] for name in INCIDENT_COLUMNS})
        for k in range(0, len(table), rows)
    ]


class Pieces:
    """Keeps the pieces apart."""

    def __init__(self) -> None:
        self.pieces: list[EventColumns] = []

    def take(self, events: EventColumns) -> None:
        self.pieces.append(events)


@pytest.mark.parametrize("piece", [0, 170, 10**9])
@pytest.mark.parametrize("rows", [1, 17])
def test_the_log_does_not_depend_on_where_it_is_cut(toy: Compiled, piece: int, rows: int) -> None:
    world, table, kept = toy.world(0), toy.incidents(0), KeptLog()
    play(world, iter(in_parts(table, rows)), lookup(toy), kept, piece=piece)
    same_rows(events(kept.log()), events(run(world, table, lookup(toy))))


def test_pieces_follow_one_another(toy: Compiled) -> None:
    sink = Pieces()
    play(toy.world(0), toy.incidents(0), lookup(toy), sink, piece=0)
    assert len(sink.pieces) > 6
    for before, after in zip(sink.pieces, sink.pieces[1:], strict=False):
        assert before.time_ms[-1] < after.time_ms[0]
        assert after.names[: len(before.names)] == before.names


def test_what_is_over_takes_no_memory() -> None:
    """A stretch of the table is forgotten when the last of its incidents has ended."""
    compiled = compile_scenario(load_scenario("more-og-romsdal", ["run.days=1"]))
    alive: list[int] = []

    class Counts:
        def take(self, events: EventColumns) -> None:
            alive.append(sum(isinstance(o, Drawn) for o in gc.get_objects()))

    play(compiled.world(0), compiled.incidents(0), lookup(compiled), Counts(), piece=500)
    assert len(alive) > 30
    assert max(alive) < 30


def test_no_incidents_no_incident_in_the_log(toy: Compiled) -> None:
    log = run(toy.world(0), [], lookup(toy))
    assert len(log)
    assert (log.incident == -1).all()


def test_tables_in_the_wrong_order_are_refused(toy: Compiled) -> None:
    parts = in_parts(toy.incidents(0), 20)
    with pytest.raises(ValueError, match="come after others"):
        run(toy.world(0), [parts[1], parts[0]], lookup(toy))


def test_stretches_hold_every_row_once(toy: Compiled) -> None:
    table = toy.incidents(0)
    cut = list(stretches([table], 7))
    assert [s.begin for s in cut[1:]] == [s.end for s in cut[:-1]]
    assert (cut[0].begin, cut[-1].end) == (0, len(table))
    assert {s.end - s.begin for s in cut[:-1]} == {7}


def test_what_was_known_before_comes_first_within_a_millisecond() -> None:
    """Also where a piece of the run ends within that millisecond."""

    def log(*until: float) -> list[int]:
        sink = KeptLog()
        recorder = Recorder(Names(), sink)
        known = np.zeros(1, ROW)
        known["time_s"], known["kind"] = 10.0004, Kind.INCIDENT
        recorder.write((9.0, Kind.RINGS, 0, 0, 0, 0, 0, 0.0, 0))
        recorder.write((10.0, Kind.ANSWERED, 0, 0, 0, 0, 0, 0.0, 0))
        for end in until:
            recorder.hand_on(known[:0], end)
        recorder.hand_on(known)
        assert sink.log().time_ms.tolist() == [9_000, 10_000, 10_000]
        return list(sink.log().kind)

    assert log() == log(9.5) == log(10.0) == [Kind.RINGS, Kind.INCIDENT, Kind.ANSWERED]
