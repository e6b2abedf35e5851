"""Which municipalities a legevakt serves, by their names on the list; hospitals."""

from pathlib import Path
from typing import Any

import pytest

from emergency_sim.districts.sources.data_folder import find_files
from emergency_sim.districts.sources.legevakter import LegevaktList, read_legevakter
from emergency_sim.districts.sources.municipalities import Municipalities, read_municipalities
from emergency_sim.districts.sources.register import read_hospitals
from emergency_sim.domain.errors import InputFaults
from tests.districts.data import feature, lonlat, real_data, square, write_ages, write_features

X, Y = 100_000.0, 6_900_000.0
NAMES = {"0101": "Tvilling", "0102": "Austby", "0103": "Nordre - Davvi", "0104": "Tvilling"}


@pytest.fixture
def four(tmp_path: Path) -> Municipalities:
    """Return four municipalities from west to east, 10 km each; the outer two have one name."""
    outlines = [
        feature(
            {"kommunenummer": number, "kommunenavn": name},
            "Polygon",
            square(X + 10_000 * k, Y, 10_000, 10_000),
        )
        for k, (number, name) in enumerate(NAMES.items())
    ]
    return read_municipalities(
        write_features(tmp_path / "m.geojson", outlines),
        write_ages(tmp_path / "a.csv", dict.fromkeys(NAMES, [1] * 9)),
    )


def clinic(name: str, serves: str, east_km: float) -> dict[str, Any]:
    at = lonlat(X + 1000 * east_km, Y + 5000)
    return feature({"navn": name, "kommune": serves, "poststed": "BY"}, "Point", at)


def listed(folder: Path, four: Municipalities, *clinics: dict[str, Any]) -> LegevaktList:
    return read_legevakter(write_features(folder / "l.geojson", list(clinics)), four)


def test_names_are_matched_in_any_language_and_order(tmp_path: Path, four: Municipalities) -> None:
    found = listed(tmp_path, four, clinic("A", "Davvi - Nordre,Austby", 15))

    assert found.legevakter[0].municipalities == ("0102", "0103")
    assert found.legevakter[0].host == "0102"
    assert found.unmatched == ()


def test_of_two_municipalities_of_one_name_the_nearer_is_meant(
    tmp_path: Path, four: Municipalities
) -> None:
    found = listed(
        tmp_path,
        four,
        clinic("Vest", "Tvilling (Vestfylket)", 5),
        clinic("Aust", "Tvilling, Austby", 28),
    )

    assert [one.municipalities for one in found.legevakter] == [("0101",), ("0102", "0104")]
    assert found.by_distance == (
        ("Vest", "Tvilling (Vestfylket)", "0101"),
        ("Aust", "Tvilling", "0104"),
    )


def test_a_name_that_nobody_bears_is_told(tmp_path: Path, four: Municipalities) -> None:
    found = listed(tmp_path, four, clinic("A", "Austby, Rømskog", 15))

    assert found.unmatched == (("A", "Rømskog"),)
    assert found.legevakter[0].municipalities == ("0102",)


def test_who_has_no_legevakt_goes_to_the_nearest(tmp_path: Path, four: Municipalities) -> None:
    found = listed(tmp_path, four, clinic("A", "Austby", 15), clinic("B", "Tvilling", 38))

    assert found.without == ("0101", "0103")
    assert found.fallback == {"0101": 0, "0103": 0}
    assert found.served(0) == ("0101", "0102", "0103")
    assert found.served(1) == ("0104",)
    assert found.own(four).tolist() == [0, 0, 0, 1]


def test_of_two_legevakter_that_serve_one_municipality_the_nearer_is_its_own(
    tmp_path: Path, four: Municipalities
) -> None:
    found = listed(
        tmp_path, four, clinic("Far", "Nordre, Austby", 15), clinic("Near", "Nordre", 25)
    )

    assert found.serving("0103") == (0, 1)
    assert found.own(four)[2] == 1


def test_a_legevakt_is_found_by_name_or_part_of_it(tmp_path: Path, four: Municipalities) -> None:
    names = ("Nes legevakt", "Finnsnes interkommunale legevakt", "Austby IK legevakt")
    found = listed(tmp_path, four, *(clinic(name, "Austby", 15) for name in names))

    assert found.find(["nes", "AUSTBY", "Nes legevakt"], "--legevakt") == (0, 2)
    with pytest.raises(InputFaults) as caught:
        found.find(["Osterby IK legevakt", "interkommunal", "legevakt", "xyz"], "--legevakt")
    said = [str(fault).split(": ", 1)[1] for fault in caught.value.faults]
    assert said[0].endswith("(got 'Osterby IK legevakt'), did you mean 'Austby IK legevakt'?")
    assert said[1].startswith("several legevakter answer to this name")
    assert said[2] == "no legevakt of the list has this name (got 'xyz')"
    assert len(said) == 3


def test_all_faults_of_the_list_come_at_once(tmp_path: Path, four: Municipalities) -> None:
    ring = square(X, Y, 1000, 1000)
    wrong = [
        clinic("A", "Austby", 15),
        clinic("A", "Austby", 15),
        clinic("", "Austby", 15),
        clinic("B", "", 15),
        feature({"navn": "C", "kommune": "Austby"}, "Polygon", ring),
    ]

    with pytest.raises(InputFaults) as caught:
        listed(tmp_path, four, *wrong)

    assert [str(f).split(": ", 1)[1] for f in caught.value.faults] == [
        "features[2]: stands already as features[1] (got 'A')",
        "features[3]: has no navn",
        "features[4]: has no kommune: the municipalities that it serves (got 'B')",
        "features[5]: must be a point (got 'Polygon')",
    ]


def test_a_hospital_is_told_by_its_town_where_its_name_does_not(tmp_path: Path) -> None:
    rows = [("Sykehuset Innlandet", "Hamar"), ("Volda sjukehus", "Volda"), ("Ullevål", "")]
    at = lonlat(X, Y)
    path = write_features(
        tmp_path / "h.geojson",
        [feature({"navn": name, "poststed": town}, "Point", at) for name, town in rows],
    )

    hospitals = read_hospitals(path)

    assert [h.name for h in hospitals] == [
        "Sykehuset Innlandet, Hamar",
        "Volda sjukehus",
        "Ullevål",
    ]
    assert (hospitals[0].x, hospitals[0].y) == pytest.approx((X, Y), abs=0.01)


def test_a_hospital_without_name_is_refused(tmp_path: Path) -> None:
    path = write_features(tmp_path / "h.geojson", [feature({"navn": None}, "Point", lonlat(X, Y))])

    with pytest.raises(InputFaults, match="has no navn"):
        read_hospitals(path)


def test_every_municipality_of_norway_has_a_district_or_is_named(repository: Path) -> None:
    kinds = ("municipalities", "ages", "legevakter", "hospitals")
    files = find_files(real_data(repository), kinds)
    norway = read_municipalities(files["municipalities"].path, files["ages"].path)

    found = read_legevakter(files["legevakter"].path, norway)

    assert len(found) == 167
    assert found.unmatched == ()
    assert {number for _, _, number in found.by_distance} == {"1515", "1818", "3114", "3419"}
    assert found.without == ("1580", "4648")  # Haram and Bremanger
    assert found.legevakter[found.fallback["1580"]].name == "Ålesund legevakt"
    assert (found.own(norway) >= 0).all()
    assert sum(len(one.municipalities) for one in found.legevakter) == 355
    assert len(read_hospitals(files["hospitals"].path)) == 41
