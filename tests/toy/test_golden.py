"""The log of the toy region, event by event, against the one in the repository."""

import csv
from itertools import zip_longest

from emergency_sim.domain.events import Kind
from tests.properties.checks import CHECKS
from tests.toy.renew import FOLDER, GOLDEN, lines, played

NOT_IN_IT = {"doctor_unavailable", "not_presented", "unserved"}
"""Kinds that one day of twelve places does not bring forth; tests/simulation has them by hand."""


def test_the_log_is_the_golden_one() -> None:
    with GOLDEN.open(newline="", encoding="utf-8") as stream:
        golden = list(csv.reader(stream))[1:]
    for number, (was, now) in enumerate(zip_longest(golden, lines(played())), start=2):
        assert now == was, (
            f"{GOLDEN.name}, line {number}: was {was}, is {now}. If the change is meant, "
            "renew the file (python -m tests.toy.renew), read its difference, and write what "
            "changed under 'Results change' in CHANGELOG.md"
        )


def test_it_shows_nearly_every_kind_of_event() -> None:
    kinds = {e.kind for e in played().rows}
    assert kinds == {k.name.lower() for k in Kind} - NOT_IN_IT


def test_it_keeps_all_the_rules() -> None:
    run = played()
    for check in CHECKS:
        check(run)


def test_the_region_is_as_small_as_it_is_drawn() -> None:
    with (FOLDER / "region" / "nodes.csv").open(encoding="utf-8") as stream:
        assert len(list(csv.DictReader(stream))) == 12
