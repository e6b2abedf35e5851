"""YAML 1.2, strictly, with places."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from emergency_sim.domain.errors import Fault
from emergency_sim.scenario.tree import Tree
from emergency_sim.scenario.yaml_file import parse, read_yaml


def read(text: str) -> tuple[Tree | None, list[str]]:
    faults: list[Fault] = []
    tree = parse(text, name="f.yaml", faults=faults)
    return tree, [str(f) for f in faults]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("off", "off"),
        ("08:00", "08:00"),
        ("1_000", "1_000"),
        ("2024-01-01", "2024-01-01"),
        ("true", True),
        ("1506", 1506),
        ('"1506"', "1506"),
        ("0o17", 15),
        ("0x1F", 31),
        ("-1.5e3", -1500.0),
        ("1.", 1.0),
        (".5", 0.5),
        ("~", None),
        ("null", None),
        ("", None),
        ("24/7", "24/7"),
        ("1/1000/yr", "1/1000/yr"),
        ("[1, [a]]", [1, ["a"]]),
        ("{1506: x}", {"1506": "x"}),
        ("'true'", "true"),
    ],
)
def test_what_a_value_means(written: str, value: object) -> None:
    tree, faults = read(f"key: {written}\n")
    assert faults == []
    assert tree is not None
    assert tree.value == {"key": value}
    assert type(tree.value["key"]) is type(value)


def test_places_of_keys_and_items() -> None:
    tree, _ = read("a:\n  b: {c: 1,\n    d: 2}\n  e:\n    - x\n    - {f: 3}\n")
    assert tree is not None
    at = {path: (place.line, place.column) for path, place in tree.places.items()}
    assert at[("a",)] == (1, 1)
    assert at[("a", "b", "c")] == (2, 7)
    assert at[("a", "b", "d")] == (3, 5)
    assert at[("a", "e", 1)] == (6, 7)
    assert at[("a", "e", 1, "f")] == (6, 8)
    assert tree.place(("a", "e", 1, "f", "not there"))[1:] == (6, 8)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "f.yaml:1:1: the file is empty"),
        ("# only words\n", "f.yaml:1:1: the file is empty"),
        ("---\n", "f.yaml:1:1: the file is empty"),
        ("a: &x 1\n", "f.yaml:1:4: a: anchors are refused: write it out (got '&x')"),
        ("a: 1\nb: *x\n", "f.yaml:2:4: b: aliases are refused: write it out (got '*x')"),
        ("a: !!python/object x\n", "f.yaml:1:4: a: tags are refused"),
        ("a: 1\nb: 2\na: 3\n", "f.yaml:3:1: a: the key stands already on line 1"),
        ("a:\n  - {b: 1, b: 2}\n", "f.yaml:2:12: a.0.b: the key stands already on line 2"),
        ("a:\n\tb: 1\n", "f.yaml:2:1: a tab: indent with spaces"),
        ("a: .inf\n", "f.yaml:1:4: a: must be a finite number (got '.inf')"),
        ("a: 1e999\n", "f.yaml:1:4: a: must be a finite number (got '1e999')"),
        ("a: [.nan]\n", "f.yaml:1:5: a.0: must be a finite number (got '.nan')"),
        ("a: 1\n---\nb: 2\n", "f.yaml:2:1: a second document; write one per file"),
        ("{[a]: 1}\n", "f.yaml:1:2: a key must be plain text"),
        ("a: [1\n", "f.yaml:2:1: no YAML: "),
        ("a: 'x\n", "f.yaml:2:1: no YAML: "),
        ("a: " + "[" * 20 + "]" * 20, "f.yaml:1:23: a.0"),
    ],
)
def test_a_fault_has_its_place(text: str, fault: str) -> None:
    _, faults = read(text)
    assert len(faults) == 1
    assert faults[0].startswith(fault)


def test_nesting_of_twenty_is_allowed() -> None:
    assert read("[" * 20 + "]" * 20)[1] == []
    assert "nested deeper than 20" in read("[" * 100_000)[1][0]


def test_several_faults_of_one_file_are_all_reported() -> None:
    _, faults = read("a: &x 1\nb: *x\nb: 2\n")
    assert [f.split(":")[1] for f in faults] == ["1", "2", "3"]


def test_a_large_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_text("a: " + "x" * (5 * 1024 * 1024), encoding="utf-8")
    faults: list[Fault] = []
    assert read_yaml(path, name="large.yaml", faults=faults) is None
    assert "larger than 5 MB" in str(faults[0])


def test_an_empty_file_is_line_1_column_1(tmp_path: Path) -> None:
    path = tmp_path / "empty.yaml"
    path.write_text("", encoding="utf-8")
    faults: list[Fault] = []
    assert read_yaml(path, name="empty.yaml", faults=faults) is None
    assert str(faults[0]).startswith("empty.yaml:1:1: ")


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text("abæ1:- ", max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abc1", min_size=1, max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text("abc", min_size=1, max_size=4), PLAIN, min_size=1, max_size=4))
def test_what_ruamel_writes_is_read_back(value: dict[str, object]) -> None:
    from io import StringIO

    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    stream = StringIO()
    yaml.dump(value, stream)
    tree, faults = read(stream.getvalue())
    assert faults == []
    assert tree is not None
    assert tree.value == value
