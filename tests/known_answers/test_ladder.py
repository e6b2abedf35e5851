"""Every rung of the ladder: the product against the theory. README.md holds the same rows."""

from pathlib import Path

import pytest

from tests.known_answers.ladder import HEAD, README, RUNGS, Rung, rows, steps


@pytest.mark.parametrize(
    "rung",
    [pytest.param(r, id=r.id, marks=pytest.mark.slow if r.slow else ()) for r in RUNGS],
)
def test_rung(rung: Rung, tmp_path: Path) -> None:
    figures = rung.run(tmp_path)
    for figure in figures:
        print(figure)
    assert all(f.tells for f in figures), "the run is too short to tell"
    assert all(f.agrees for f in figures)
    shown = README.read_text(encoding="utf-8").splitlines()
    missing = [line for line in rows(rung, figures) if line not in shown]
    assert not missing, f"run: python docs/verification.py {rung.id}"


def test_the_readme_holds_every_rung_and_its_theory() -> None:
    text = README.read_text(encoding="utf-8")
    assert steps() in text
    assert HEAD in text
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    assert list(dict.fromkeys(line.split("`")[1] for line in lines)) == [r.id for r in RUNGS]


def test_no_two_rungs_share_a_name() -> None:
    assert len({r.id for r in RUNGS}) == len(RUNGS)
