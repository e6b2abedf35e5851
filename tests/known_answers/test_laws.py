"""A law of queues that needs no distribution and no interval; the others are rungs of the ladder."""

from itertools import pairwise
from pathlib import Path

from tests.known_answers.queues import traffic
from tests.known_answers.runs import unit_waits, units


def test_more_units_never_worsen_the_mean_wait(tmp_path: Path) -> None:
    """First come first served, the same traffic: not only the mean, nobody waits longer."""
    cars = traffic("more-units", 5_000, load=2.7, service_s=60.0)
    waits = []
    for count in (3, 4, 5, 8):
        folder = tmp_path / str(count)
        folder.mkdir()
        waits.append(unit_waits(units(folder, "more-units", cars, count)))
    for fewer, more in pairwise(waits):
        assert (more <= fewer + 0.002).all()
        assert more.mean() < fewer.mean()
