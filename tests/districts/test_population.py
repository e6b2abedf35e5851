"""People by place: SSB's grid, a table of one's own, and what can be wrong with either."""

import gzip
from pathlib import Path

import pytest

from emergency_sim.districts.sources.population import MOST_FAULTS, read_population
from emergency_sim.domain.errors import InputFaults

GRID = """SSBID1000M;pop_tot;pop_ave2
21230006962000;9;48,8
21240006962000;125,5;39,0
"""


def written(folder: Path, text: str, name: str = "cells.csv") -> Path:
    path = folder / name
    if name.endswith(".gz"):
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")
    return path


def faults_of(path: Path) -> list[str]:
    with pytest.raises(InputFaults) as caught:
        read_population(path)
    return [str(fault).removeprefix(f"{path}:") for fault in caught.value.faults]


@pytest.mark.parametrize("name", ["cells.csv", "cells.csv.gz"])
def test_a_cell_of_the_grid_is_at_its_middle(tmp_path: Path, name: str) -> None:
    cells = read_population(written(tmp_path, GRID, name))

    assert cells.ids == ("21230006962000", "21240006962000")
    assert cells.x.tolist() == [123_500.0, 124_500.0]
    assert cells.y.tolist() == [6_962_500.0, 6_962_500.0]
    assert cells.population.tolist() == [9.0, 125.5]
    assert (cells.people, cells.size_m, len(cells)) == (134.5, 1000.0, 2)


def test_the_size_of_the_grid_is_in_its_header(tmp_path: Path) -> None:
    cells = read_population(written(tmp_path, "SSBID0250M;pop_tot\n21232506962750;4\n"))

    assert (cells.size_m, cells.x[0], cells.y[0]) == (250.0, 123_375.0, 6_962_875.0)


def test_a_table_of_ones_own_is_in_metres_or_degrees(tmp_path: Path) -> None:
    metres = read_population(
        written(tmp_path, "x,y,population,municipality,name\n123500,6962500,9,1506,Molde\n")
    )
    degrees = read_population(written(tmp_path, "id,lon,lat,population\na,15,62,9\n", "other.csv"))

    assert (metres.municipality, metres.names, metres.size_m) == (("1506",), ("Molde",), 0.0)
    assert degrees.ids == ("a",)
    assert degrees.x[0] == pytest.approx(500_000)
    assert degrees.y[0] == pytest.approx(6_874_180, abs=1)


def test_cells_are_chosen_by_mask_or_index(tmp_path: Path) -> None:
    cells = read_population(written(tmp_path, GRID))

    assert cells.where(cells.population > 10).ids == ("21240006962000",)
    assert cells.where(cells.x.argsort()[::-1]).population.tolist() == [125.5, 9.0]


def test_all_faults_of_a_grid_come_at_once_with_their_lines(tmp_path: Path) -> None:
    text = f"""{GRID}21250006962000;-3;40,0
21230006962000;1;40,0
2126000696200;1;40,0
2126000696200x;1;40,0
21260506962000;1;40,0
41260006962000;1;40,0
21260006962000;many;40,0
21270006962000;1
"""

    assert faults_of(written(tmp_path, text)) == [
        "4:16: pop_tot: must not be negative (got '-3')",
        "5:1: SSBID1000M: stands already on line 2 (got '21230006962000')",
        "6:1: SSBID1000M: must be 14 digits: x + 2,000,000 and y of the corner (got '2126000696200')",
        "7:1: SSBID1000M: must be 14 digits: x + 2,000,000 and y of the corner (got '2126000696200x')",
        "8:1: SSBID1000M: is no corner of a grid of 1000 m (got '21260506962000')",
        "9:1: SSBID1000M: lies outside Norway (x 2126000, y 6962000, EPSG:25833) (got '41260006962000')",
        "10:16: pop_tot: must be a number (got 'many')",
        "11:16: pop_tot: the row has 2 cells, the header 3 (got '21270006962000;1')",
    ]


def test_a_file_full_of_faults_shows_the_first_ones(tmp_path: Path) -> None:
    rows = "".join(f"{2_100_000 + 1000 * k}6962000;-1;40,0\n" for k in range(60))

    faults = faults_of(written(tmp_path, GRID + rows))

    assert len(faults) == MOST_FAULTS + 1
    assert faults[-1].endswith("and 10 more faults of this file")


def test_all_faults_of_ones_own_table_come_at_once(tmp_path: Path) -> None:
    text = "id,lon,lat,population\na,7,62,-1\na,7,62,3\nb,7,99,3\nc,7,62,\n"

    assert faults_of(written(tmp_path, text)) == [
        "2:8: population: must be at least 0 (got '-1')",
        "3:1: id: stands already on line 2 (got 'a')",
        "4:5: lat: must be at most 90 (got '99')",
        "5:8: population: must be a number (got '')",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x,y,population\n7.1,62.7,3\n", "look like degrees"),
        ("x,y,people\n123500,6962500,3\n", "'population' is missing"),
        ("x,y,population\n123500,99996962500,3\n", "must be at most"),
        ("x,y,population\n123500,6962500,0\n", "nobody lives"),
        ("SSBID1000M;pop_tot\n21230006962000;0\n", "nobody lives"),
        ("SSBID1000M;pop_tot\n", "nobody lives"),
        ("SSBID1000M;people\n21230006962000;1\n", "one 'pop_tot'"),
        ("", "empty"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_a_reason(
    tmp_path: Path, text: str, said: str
) -> None:
    assert said in " ".join(faults_of(written(tmp_path, text)))


def test_an_archive_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, GRID * 100, "cells.csv.gz")
    path.write_bytes(path.read_bytes()[:-30])

    assert faults_of(path) == ["1:1: the archive is cut short or damaged: fetch it again"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("cells.csv.gz", b"SSBID1000M;pop_tot", "is no gzip archive"),
        ("cells.csv.gz", gzip.compress(b"", mtime=0), "the file is empty"),
        ("cells.csv.gz", gzip.compress(b"x,y,population\n1,2,3\n", mtime=0), "holds no grid"),
        ("cells.csv.gz", gzip.compress(b"\xff\xfe", mtime=0), "holds no grid"),
        ("cells.csv", None, "there is no such file"),
        ("cells.csv.gz", None, "there is no such file"),
    ],
)
def test_what_is_no_population_at_all_is_refused(
    tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)

    assert said in " ".join(faults_of(path))
