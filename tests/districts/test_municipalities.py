"""Which municipality a place is in, what it is called, and how many people it has."""

from pathlib import Path

import numpy as np
import pytest

from emergency_sim.districts.sources.cells import Cells
from emergency_sim.districts.sources.data_folder import find_files
from emergency_sim.districts.sources.municipalities import Municipalities, read_municipalities
from emergency_sim.districts.sources.population import read_population
from emergency_sim.domain.errors import InputFaults
from tests.districts.data import feature, real_data, square, write_ages, write_features

X, Y = 100_000.0, 6_900_000.0
TEN = [1, 2, 1, 1, 2, 1, 1, 1, 0]


def written(folder: Path, numbers: tuple[str, ...] = ("0101", "0102", "0103")) -> tuple[Path, Path]:
    """Write three municipalities side by side, 10 km each; the third has two names."""
    names = {"0101": "Vestby", "0102": "Austby", "0103": "Nordre - Davvi"}
    outlines = [
        feature(
            {"kommunenummer": number, "kommunenavn": names[number]},
            "Polygon",
            square(X + 10_000 * k, Y, 10_000, 10_000),
        )
        for k, number in enumerate(numbers)
    ]
    return (
        write_features(folder / "municipalities_2024.geojson.gz", outlines),
        write_ages(folder / "municipality_population_by_age_2026.csv", dict.fromkeys(numbers, TEN)),
    )


@pytest.fixture
def three(tmp_path: Path) -> Municipalities:
    return read_municipalities(*written(tmp_path))


def faults_of(*paths: Path) -> list[str]:
    with pytest.raises(InputFaults) as caught:
        read_municipalities(*paths)
    return [str(fault) for fault in caught.value.faults]


def test_a_place_is_in_the_municipality_that_holds_it_or_is_nearest(three: Municipalities) -> None:
    x = np.array([X + 5_000, X + 15_000, X + 15_000, X + 40_000, X - 400])
    y = np.array([Y + 5_000, Y + 5_000, Y + 11_000, Y + 5_000, Y + 50])

    assert three.holding(x, y).tolist() == [0, 1, 1, 2, 0]


def test_a_place_on_a_border_has_one_municipality(three: Municipalities) -> None:
    assert three.holding(np.array([X + 10_000.0]), np.array([Y + 5_000.0])).size == 1


def test_a_crossed_outline_is_mended(tmp_path: Path) -> None:
    bow_tie = square(X, Y, 10_000, 10_000)
    bow_tie[0][2], bow_tie[0][3] = bow_tie[0][3], bow_tie[0][2]
    crossed = feature({"kommunenummer": "0101", "kommunenavn": "A"}, "Polygon", bow_tie)
    path = write_features(tmp_path / "m.geojson", [crossed])

    mended = read_municipalities(path, write_ages(tmp_path / "a.csv", {"0101": TEN}))

    assert mended.outlines[0].is_valid
    assert mended.outlines[0].area == pytest.approx(50e6, rel=0.01)


def test_any_name_of_a_municipality_finds_it(three: Municipalities) -> None:
    assert three.named("davvi") == three.named("Nordre - Davvi") == three.named("Davvi - Nordre")
    assert three.named("Nordre") == ("0103",)
    assert three.named("Sørby") == ()


def test_municipalities_are_chosen_by_number_or_name(three: Municipalities) -> None:
    assert three.chosen(["0103", "Vestby", "0101"], "--municipalities") == ("0101", "0103")


def test_every_unknown_word_is_named_with_what_was_meant(three: Municipalities) -> None:
    with pytest.raises(InputFaults) as caught:
        three.chosen(["0104", "Vesby", "0101"], "--municipalities")

    assert sorted(str(f).split(": ", 1)[1] for f in caught.value.faults) == [
        "there is no municipality with this number or name (got '0104'), did you mean '0103'?",
        "there is no municipality with this number or name (got 'Vesby'), did you mean 'Vestby'?",
    ]


def test_nothing_chosen_is_a_fault(three: Municipalities) -> None:
    with pytest.raises(InputFaults, match="at least one"):
        three.chosen([], "--municipalities")


def test_the_cells_people_are_brought_to_the_total_of_the_table(three: Municipalities) -> None:
    cells = Cells(
        ids=("a", "b"),
        x=np.zeros(2),
        y=np.zeros(2),
        population=np.array([4.0, 1.0]),
        municipality=("", ""),
        names=("", ""),
        size_m=1000.0,
        file="",
    )

    factors = three.factors(cells, np.array([0, 0]))

    assert factors[0] == 2.0
    assert np.isnan(factors[1:]).all()


def test_a_municipality_must_have_both_outline_and_people(tmp_path: Path) -> None:
    outlines, _ = written(tmp_path, ("0101", "0102"))
    _, ages = written(tmp_path / "other", ("0102", "0103"))

    assert faults_of(outlines, ages) == [
        f"{outlines}:1:1: has no outline of 0103",
        f"{ages}:1:1: has no row for 0101 (Vestby)",
    ]


def test_all_faults_of_both_files_come_at_once(tmp_path: Path) -> None:
    ring = square(X, Y, 1000, 1000)
    outlines = write_features(
        tmp_path / "m.geojson",
        [
            feature({"kommunenummer": "101"}, "Polygon", ring),
            feature({"kommunenummer": "0102"}, "Point", ring[0][0]),
            feature({"kommunenummer": "0103"}, "Polygon", [[[X, Y], [X, Y + 1], [X + 1, Y]]]),
            feature({"kommunenummer": "0104"}, "Polygon", ring),
            feature({"kommunenummer": "0104"}, "Polygon", ring),
            {"type": "Feature", "properties": {"kommunenummer": "0105"}, "geometry": None},
        ],
    )
    ages = write_ages(tmp_path / "a.csv", {"0101": [-1] + TEN[1:], "0102": TEN})

    said = [fault.split(": ", 1)[1] for fault in faults_of(outlines, ages)]

    assert [one.partition(" (got")[0] for one in said] == [
        "0-5: must be at least 0",
        "features[1]: kommunenummer must have four digits",
        "features[2]: must be a polygon",
        "features[3]: lies outside the degrees of the globe: save it in EPSG:4326",
        "features[5]: the municipality stands twice",
        "features[6]: has no geometry that can be read",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"type": "FeatureCollection", "features": [', "cut short"),
        ('{"type": "Feature"}', "is no FeatureCollection"),
        ('{"type": "FeatureCollection", "features": []}', "there are no features"),
        ('{"type": "FeatureCollection", "features": 1}', "no list of features"),
        ('{"type": "FeatureCollection", "crs": "EPSG:25833", "features": []}', "another CRS"),
        ("", "the file is empty"),
    ],
)
def test_a_file_that_is_no_geojson_is_refused(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "m.geojson"
    path.write_text(content, encoding="utf-8")

    faults = faults_of(path, write_ages(tmp_path / "a.csv", {"0101": TEN}))

    assert said in faults[0]


def test_all_missing_files_are_named_together(tmp_path: Path) -> None:
    written(tmp_path / "norway")

    with pytest.raises(InputFaults) as caught:
        find_files(tmp_path, ("population", "municipalities", "legevakter"))

    said = str(caught.value)
    assert "ssb_population_1km_*.csv.gz" in said
    assert "legevakter_*.geojson" in said
    assert "municipalities" not in said


def test_the_newest_file_is_taken(tmp_path: Path) -> None:
    for year in (2023, 2025, 2024):
        (tmp_path / f"legevakter_{year}.geojson").write_text("{}", encoding="utf-8")

    found = find_files(tmp_path, ["legevakter"])["legevakter"]

    assert (found.path.name, found.year) == ("legevakter_2025.geojson", "2025")


def test_norway_has_357_municipalities_and_every_cell_is_in_one(repository: Path) -> None:
    files = find_files(real_data(repository), ("population", "municipalities", "ages"))
    norway = read_municipalities(files["municipalities"].path, files["ages"].path)
    cells = read_population(files["population"].path)

    inside = norway.holding(cells.x, cells.y)
    factors = norway.factors(cells, inside)

    assert len(norway) == 357
    assert (len(cells), cells.people) == (54_988, 5_317_737)
    assert norway.people.sum() == 5_627_400
    assert np.isfinite(factors).all()
    # Seven years' growth: Gamvik lost an eighth, Lørenskog grew by two fifths.
    assert factors.min() > 0.85
    assert factors.max() < 1.45
    assert norway.named("Karasjok") == ("5610",)
    assert norway.named("Våler") == ("3114", "3419")
