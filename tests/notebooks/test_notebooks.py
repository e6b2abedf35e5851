"""The notebooks: they define nothing, and say today what they said when they were committed.

Outputs are committed, so that a reader sees the pictures without running anything. What a picture
says is kept as text beside it (:class:`emergency_sim.Chart`), so comparing the texts of a new
execution with the committed ones shows that pictures and tables are those of today's program.

``python tests/notebooks/test_notebooks.py [NAME ...]`` executes them and writes them anew.
"""

import ast
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NAMES = sorted(path.stem for path in FOLDER.glob("*.ipynb"))
REMEDY = "run: python tests/notebooks/test_notebooks.py"
MOST_BYTES = 450_000
SECONDS_A_CELL = 900
"""A guard against a hanging kernel, no measure of speed."""


def read(name: str) -> Any:
    """Return a notebook as it is committed."""
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def code_cells(notebook: Any) -> list[Any]:
    """Return the cells with code."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def definitions(source: str) -> list[str]:
    """Return what a cell defines and should not: functions and classes."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    return [type(node).__name__ for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]


def texts(cell: Any) -> list[str]:
    """Return what a cell has said, as plain text; of a picture, its words."""
    said = []
    for output in cell.outputs:
        if output.output_type == "stream":
            said.append(f"{output.name}: {output.text}")
        else:
            said.append(output.data["text/plain"])
    return said


def executed(name: str) -> Any:
    """Return a notebook executed from an empty kernel in an empty folder."""
    notebook = read(name)
    for cell in code_cells(notebook):
        cell.outputs, cell.execution_count = [], None
    with TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook,
            timeout=SECONDS_A_CELL,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
            record_timing=False,
        )
        client.execute()
    for cell in code_cells(notebook):
        cell.outputs = joined(cell.outputs)
    return notebook


def joined(outputs: list[Any]) -> list[Any]:
    """Return outputs in which a stream that came in pieces is one: the pieces are chance."""
    found: list[Any] = []
    for output in outputs:
        last = found[-1] if found else None
        if last and output.output_type == "stream" and last.get("name") == output.name:
            last.text += output.text
        else:
            found.append(output)
    return found


def test_they_are_all_there() -> None:
    assert NAMES == [
        "01_first_run",
        "02_compare_structures",
        "03_travel_time_maps",
        "04_batch_experiment",
        "05_validation",
    ]


@pytest.mark.parametrize(
    "source",
    ["def f():\n    pass", "f = lambda x: x", "class A:\n    pass", "async def f():\n    pass"],
)
def test_a_definition_is_seen(source: str) -> None:
    assert len(definitions(source)) == 1


@pytest.mark.parametrize("name", NAMES)
def test_it_defines_nothing(name: str) -> None:
    found = [word for cell in code_cells(read(name)) for word in definitions(cell.source)]
    assert found == [], "a function worth writing belongs in the package, with a test"


@pytest.mark.parametrize("name", NAMES)
def test_it_is_committed_as_executed_from_top_to_bottom(name: str) -> None:
    notebook = read(name)
    nbformat.validate(notebook)
    counts = [cell.execution_count for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1)), REMEDY
    outputs = [output for cell in code_cells(notebook) for output in cell.outputs]
    assert all(output.output_type != "error" for output in outputs)
    streams = [output.text for output in outputs if output.output_type == "stream"]
    assert not [text for text in streams if "Warning" in text]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_small_and_names_no_machine(name: str) -> None:
    text = (FOLDER / f"{name}.ipynb").read_text(encoding="utf-8")
    assert len(text) < MOST_BYTES
    assert str(Path.home()) not in text
    assert gettempdir() not in text


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_is_followed_by_what_it_shows_and_does_not_know(name: str) -> None:
    cells = read(name).cells
    for cell, after in zip(cells, [*cells[1:], None], strict=True):
        if cell.cell_type == "code" and any("image/png" in o.get("data", {}) for o in cell.outputs):
            assert after is not None
            assert after.source.startswith("*What it shows: ")
            assert "What it does not know: " in after.source.partition("\n\n")[0]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_it_said(name: str) -> None:
    before, now = code_cells(read(name)), code_cells(executed(name))
    for old, new in zip(before, now, strict=True):
        assert texts(new) == texts(old), f"{REMEDY} {name}; cell:\n{old.source}"


def main(names: list[str]) -> None:
    """Execute notebooks and write them with their outputs."""
    os.environ.setdefault("PYTHONPATH", str(FOLDER.parent))
    for name in names or NAMES:
        notebook = executed(name)
        nbformat.write(notebook, FOLDER / f"{name}.ipynb")
        print(f"{name}: {(FOLDER / f'{name}.ipynb').stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
