"""Simulates today's structure and fills the column "simulated" of MODEL.md's validation table.

``python docs/validation.py [REPLICATIONS]`` from the top of the repository; it prints the rows and
writes them between their markers in MODEL.md. The published figures, and what each was used for, are
data in ``emergency_sim/experiment/observed/validation_table.py``.
"""

from __future__ import annotations

import math
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from emergency_sim.experiment.observed.validation_table import Kind, validation_table

if TYPE_CHECKING:
    import pandas as pd

ROOT = Path(__file__).resolve().parents[1]


def lines(table: pd.DataFrame) -> str:
    """Return the Markdown table: mean over replications and their standard error."""
    found = ["| figure | published | simulated | kind |", "|---|---|---|---|"]
    for row in table.to_dict("records"):
        digits = 0 if row["simulated"] > 1000 else 1
        shown = f"{row['simulated']:,.{digits}f}"
        if not math.isnan(row["standard_error"]):
            shown += f" ± {row['standard_error']:,.{digits}f}"
        kind = f"**{row['kind']}**" if row["kind"] == Kind.INDEPENDENT else row["kind"]
        found.append(f"| {row['figure']} | {row['published']} | {shown} | {kind} |")
    return "\n".join(found)


def main() -> None:
    """Simulate, print, and write MODEL.md."""
    replications = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    text = lines(validation_table(replications))
    note = (
        f"Mean over {replications} replications of 28 days spread over the year ± standard error of "
        "the mean; quantiles are those of each replication, averaged; the two rows about the "
        "population's travel hold no chance.\n\n"
    )
    model = ROOT / "MODEL.md"
    begin, end = "<!-- validation: begin -->", "<!-- validation: end -->"
    old = model.read_text(encoding="utf-8")
    new = re.sub(
        f"{begin}.*?{end}", lambda _: f"{begin}\n{note}{text}\n{end}", old, flags=re.DOTALL
    )
    model.write_text(new, encoding="utf-8")
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
