"""Reading columns of a delimited file, and saying where a cell stands."""

from pathlib import Path

import pytest

from emergency_sim.analysis.observed.text_columns import read_text_columns
from emergency_sim.domain.errors import InputFaults

WANTED = {"a": "En", "b": "To"}


def _read(path: Path, content: bytes, encoding: str = "utf-8"):
    path = path / "x.csv"
    path.write_bytes(content)
    return read_text_columns(path, WANTED, encoding=encoding, separator=";", shown="x.csv")


def _faults(path: Path, content: bytes, encoding: str = "utf-8") -> str:
    with pytest.raises(InputFaults) as caught:
        _read(path, content, encoding)
    return str(caught.value)


def test_byte_order_mark_quotes_and_line_breaks(tmp_path: Path) -> None:
    text = '\ufeffEn;To;Tre\r\n1;"x;\ny";3\r\n\r\n4; "" ;6\r\n'
    found = _read(tmp_path, text.encode())
    assert found.columns["a"].to_pylist() == ["1", "4"]
    assert found.columns["b"].to_pylist()[0] == "x;\ny"
    assert found.places([0, 1], "b") == [(2, 3), (5, 3)]


def test_other_encodings(tmp_path: Path) -> None:
    found = _read(tmp_path, "En;To\næ;ø\n".encode("latin-1"), "latin-1")
    assert found.columns["a"].to_pylist() == ["æ"]


def test_rows_of_another_length_are_named(tmp_path: Path) -> None:
    found = _read(tmp_path, b"En;To\n1;2\n3\n4;5;6\n7;8\n")
    assert found.columns["a"].to_pylist() == ["1", "7"]
    assert found.short == ((1, 3), (3, 4))
    assert found.places([1], "a") == [(5, 1)]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "x.csv:1:1: the file is empty"),
        (b"\n\n", "the file is empty"),
        (b"En;To\n", "x.csv:2:1: there is a header and no row"),
        (b"En,To\n1,2\n", "is the separator ',' and not ';'?"),
        (b"Enn;To\n1;2\n", "En: the column is missing (a), did you mean 'Enn'?"),
        (b"En;To;To\n1;2;3\n", "To: two columns have this name"),
        ("En;To\nå;1\nb;\xe6\n".encode().replace(b"\xc3\xa6", b"\xe6"),
         "x.csv:3:3: is not utf-8 (other lines are: the file mixes encodings)"),
        ("En;To\n\xe6;1\n".encode("latin-1"), "x.csv:2:1: is not utf-8; encoding: latin-1"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file(tmp_path: Path, content: bytes, says: str) -> None:
    assert says in _faults(tmp_path, content)


def test_a_folder_and_nothing(tmp_path: Path) -> None:
    for path, says in ((tmp_path, "is a folder"), (tmp_path / "no.csv", "no such file")):
        with pytest.raises(InputFaults, match=says):
            read_text_columns(path, WANTED, encoding="utf-8", separator=";", shown="x")
