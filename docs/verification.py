"""Climbs the ladder of known answers and writes its table in tests/known_answers/README.md.

``python docs/verification.py [RUNG ...]`` from the top of the repository; without names all rungs, a few
minutes. It prints the rows and ends with 1 if a figure misses the theory.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.known_answers.ladder import HEAD, README, RUNGS, rows, steps  # noqa: E402


def main() -> int:
    """Run the named rungs, print their rows and renew them."""
    named = sys.argv[1:]
    unknown = set(named) - {rung.id for rung in RUNGS}
    if unknown:
        sys.stderr.write(f"no such rung: {', '.join(sorted(unknown))}\n")
        return 2
    text = README.read_text(encoding="utf-8")
    known: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.startswith("| `"):
            known.setdefault(line.split("`")[1], []).append(line)
    missed = False
    for rung in RUNGS:
        if named and rung.id not in named:
            continue
        with TemporaryDirectory() as folder:
            figures = rung.run(Path(folder))
        known[rung.id] = rows(rung, figures)
        sys.stdout.write("\n".join(known[rung.id]) + "\n")
        for figure in figures:
            if not (figure.agrees and figure.tells):
                missed = True
                sys.stdout.write(f"MISSES: {figure}\n")
    lines = [line for rung in RUNGS for line in known.get(rung.id, [])]
    for name, part in (("steps", steps()), ("ladder", "\n".join([HEAD, *lines]))):
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        new = f"{begin}\n{part}\n{end}"
        text = re.sub(f"{begin}.*?{end}", lambda _, new=new: new, text, flags=re.DOTALL)
    README.write_text(text, encoding="utf-8")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
