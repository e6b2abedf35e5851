"""Write the golden log of the toy region anew: ``python -m tests.toy.renew``."""

import csv
from pathlib import Path

from tests.simulation.scenes import Event, Played, play

FOLDER = Path(__file__).parent
GOLDEN = FOLDER / "golden.csv"


def played() -> Played:
    """Return the toy's replication 0."""
    return play(FOLDER / "toy.yaml")


def lines(run: Played) -> list[list[str]]:
    """Return the log as text, ``d hh:mm:ss.mmm`` first, empty for null."""

    def clock(seconds: float) -> str:
        ms = round(seconds * 1000)
        day, ms = divmod(ms, 86_400_000)
        hour, ms = divmod(ms, 3_600_000)
        minute, ms = divmod(ms, 60_000)
        return f"{day} {hour:02}:{minute:02}:{ms / 1000:06.3f}"

    def text(cell: object) -> str:
        return "" if cell is None else f"{cell:.6g}" if isinstance(cell, float) else str(cell)

    return [[clock(e.time), *map(text, e[1:])] for e in run.rows]


def main() -> None:
    """Write the file."""
    with GOLDEN.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(Event._fields)
        writer.writerows(lines(played()))


if __name__ == "__main__":
    main()
