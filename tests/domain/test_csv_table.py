"""A table is read strictly, and everything wrong with it is said at once and in its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergency_sim.domain import csv_cells as ct
from emergency_sim.domain.csv_rows import Table
from emergency_sim.domain.csv_table import read_table, records
from emergency_sim.domain.errors import InputFaults

COLUMNS = {
    "id": ct.identifier,
    "minutes": ct.within(ct.number, 0, 100),
    "open": ct.optional(ct.yes_no, False),
    "serves": ct.optional(ct.words, ()),
}


@pytest.fixture
def write(tmp_path: Path):
    def written(content: str | bytes, name: str = "t.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


def faults_of(path: Path, columns=COLUMNS, **options) -> list[str]:
    with pytest.raises(InputFaults) as caught:
        read_table(path, columns, name="t.csv", **options)
    return [str(fault) for fault in caught.value.faults]


def test_rows_are_converted_in_order(write):
    table = read_table(write("minutes,id,serves,open\n1.5,a,x  y,yes\n\n2,b,,\n"), COLUMNS)
    assert table.column("id") == ["a", "b"]
    assert table.column("minutes") == [1.5, 2.0]
    assert table.column("serves") == [("x", "y"), ()]
    assert table.column("open") == [True, False]
    assert [row.line for row in table] == [2, 4]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_byte_order_mark_and_any_newline(write, newline, mark):
    content = mark + newline.join(["id,minutes", "å,1", '"b, ""c""",2', ""]).encode()
    table = read_table(write(content), COLUMNS)
    assert table.column("id") == ["å", 'b, "c"']
    assert [row.line for row in table] == [2, 3]


def test_every_fault_at_once_in_its_place(write):
    path = write('id,minutes,open,serves\na,1,yes,\n"b,\nc",x,yess,\na,-1,no,\n,3,,\n')
    assert faults_of(path, key="id") == [
        "t.csv:4:4: minutes: must be a number (got 'x')",
        "t.csv:4:6: open: must be yes or no (got 'yess'), did you mean 'yes'?",
        "t.csv:5:1: id: stands already on line 2 (got 'a')",
        "t.csv:5:3: minutes: must be at least 0 (got '-1')",
        "t.csv:6:1: id: must not be empty (got '')",
    ]


def test_faults_can_be_gathered_from_several_files(write):
    gathered: list = []
    table = read_table(write("id,minutes\na,1\nb,x\n"), COLUMNS, key="id", faults=gathered)
    assert [row["id"] for row in table] == ["a"]
    assert table.keys == {"a", "b"}
    read_table(write("", "u.csv"), COLUMNS, name="u.csv", faults=gathered)
    assert len(gathered) == 2


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("id,minuts", ["t.csv:1:1: the column 'minutes' is missing",
                       "t.csv:1:4: unknown column (got 'minuts'), did you mean 'minutes'?"]),
        ("id,minutes,id", ["t.csv:1:12: the column stands twice (got 'id')"]),
        ("id,minutes,", ["t.csv:1:12: a column without a name (got '')"]),
        ("id,minutes,opne", ["t.csv:1:12: unknown column (got 'opne'), did you mean 'open'?"]),
        ("id;minutes", ["t.csv:1:1: is separated by semicolons: save it with commas"]),
    ],
)  # fmt: skip
def test_faults_of_the_header(write, header, expected):
    found = faults_of(write(header + "\na,not read\n"))
    assert found == expected


@pytest.mark.parametrize(("row", "place"), [("a", "2:1"), ("a,1,yes", "2:5"), ("a,1,,,", "2:5")])
def test_ragged_rows(write, row, place):
    (fault,) = faults_of(write(f"id,minutes\n{row}\n"))
    assert fault.startswith(f"t.csv:{place}: the row has ")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "t.csv:1:1: the file is empty"),
        (b" \n\n", "t.csv:1:1: the file is empty"),
        (b"\xef\xbb\xbf", "t.csv:1:1: the file is empty"),
        (b"id,minutes\na\xe5,1\n", "t.csv:2:2: is not UTF-8 (byte 0xe5): save it as UTF-8"),
        ("id\n".encode("utf-16"), "t.csv:1:1: is UTF-16, not UTF-8: save it as UTF-8"),
        (b"id,minutes\na,1\0\n", "t.csv:2:4: holds a NUL byte: it is not a text file"),
        (b'id,minutes\na,"1\nb,2\n', "t.csv:2:1: broken row: unexpected end of data"),
    ],
)
def test_files_that_are_no_tables(write, content, expected):
    assert faults_of(write(content)) == [expected]


def test_missing_file_and_folder(tmp_path):
    assert faults_of(tmp_path / "none.csv") == ["t.csv:1:1: there is no such file"]
    assert faults_of(tmp_path) == ["t.csv:1:1: is a folder, not a file"]


def test_a_file_over_five_megabytes_is_refused(write):
    path = write(b"id,minutes\n" + b"a,1\n" * (5 * 1024 * 1024 // 4))
    assert faults_of(path) == ["t.csv:1:1: the file is larger than 5 MB"]


@pytest.mark.parametrize("cell", ["nan", "inf", "1e999", "1_000", "0x10", "", "1 000", "١"])
def test_only_plain_numbers(cell):
    with pytest.raises(ValueError, match="number"):
        ct.number(cell)


def test_decimal_comma_is_explained():
    with pytest.raises(ValueError, match="point"):
        ct.number("1,5")


def test_other_columns_by_choice(write):
    path = write("id,minutes,remark\na,1,x\n")
    assert len(read_table(path, COLUMNS, other_columns=True)) == 1
    assert len(faults_of(path)) == 1


def test_key_of_several_columns(write):
    path = write("kind,id\nduty,a\nunit,a\nduty,a\n")
    columns = {"kind": ct.identifier, "id": ct.identifier}
    (fault,) = faults_of(path, columns, key=("kind", "id"))
    assert fault == "t.csv:4:6: id: stands already on line 2 (got 'duty,a')"


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=6)


@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=5))
def test_a_place_is_where_the_cell_begins(rows):
    """Whatever quoting and line breaks come before it."""
    quoted = [",".join('"' + c.replace('"', '""') + '"' for c in row) for row in rows]
    content = "\n".join(quoted) + "\n"
    lines, found = records(content, "t.csv", [])
    table = Table(file="t.csv", header=("a", "b"), _lines=lines)
    for line, _ in found:
        place_line, character = table.place(line, "b")
        before = "".join(lines[: place_line - 1]) + lines[place_line - 1][: character - 1]
        assert before.endswith('",')
        assert before.count('"') % 2 == 0
