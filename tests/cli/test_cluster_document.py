"""The command lines and programs in docs/clusters.md are understood; tests in docs/faults.md exist."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from emergency_sim.cli.main import app

DOCS = Path(__file__).resolve().parents[2] / "docs"
TEXT = (DOCS / "clusters.md").read_text(encoding="utf-8")
LINES = [
    line
    for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("emergency-sim ")
]


def _understood(line: str) -> Any:
    group: Any = typer.main.get_command(app)
    _, name, *words = shlex.split(line, comments=True)
    command = group.commands[name]
    return command.make_context(name, [w.replace("${SLURM_ARRAY_TASK_ID}", "7") for w in words])


@pytest.mark.parametrize("line", LINES)
def test_a_command_line_is_understood(line: str) -> None:
    assert _understood(line).params


def test_there_are_lines_and_a_wrong_one_is_seen() -> None:
    assert len(LINES) >= 8
    with pytest.raises(Exception, match="No such option"):
        _understood("emergency-sim experiment molde-doctors --shards 1/2")


def test_the_programs_are_python() -> None:
    for block in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL):
        compile(block, "docs/clusters.md", "exec")


def test_the_tests_that_the_faults_name_exist() -> None:
    named = set(re.findall(r"`(test_\w+)`", (DOCS / "faults.md").read_text(encoding="utf-8")))
    sources = "".join(p.read_text(encoding="utf-8") for p in (DOCS.parent / "tests").rglob("*.py"))
    assert len(named) > 15
    assert sorted(n for n in named if f"def {n}(" not in sources) == []
