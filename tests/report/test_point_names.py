"""Points of a design by their factor values in short."""

from typing import Any

from emergency_sim.report.comparison_words import structure_name
from emergency_sim.report.point_names import point_names, point_values

WINTER = "parameters.drive.winter_factor.value"


def manifest(*values: dict[str, Any]) -> dict[str, Any]:
    points = [{"id": f"a.{n:03d}", "of": "a", "values": v} for n, v in enumerate(values, 1)]
    return {"experiment": {"points": points}}


def test_the_end_of_a_path_is_enough() -> None:
    path = "legevakter.molde.doctors.vakt.count"
    found = point_values(manifest({path: 1, WINTER: 1.123456}, {path: 2}))
    assert found == {"a.001": "vakt.count=1, drive.winter_factor=1.123", "a.002": "vakt.count=2"}


def test_paths_with_the_same_end_are_longer() -> None:
    first, second = (f"legevakter.{name}.doctors.vakt.count" for name in ("molde", "rauma"))
    found = point_values(manifest({first: 1, second: 2, "demand.envelope": 3}))
    assert (
        found["a.001"]
        == "molde.doctors.vakt.count=1, rauma.doctors.vakt.count=2, demand.envelope=3"
    )


def test_values_and_staffing_stand_in_one_bracket() -> None:
    names = point_names(manifest({"legevakter.by.rooms": 3}))
    assert structure_name("a.001", names, "en") == "a.001 (by.rooms=3)"
    assert structure_name("a.001@equal_service", names, "nb") == (
        "a.001 (by.rooms=3, lik tjeneste)"
    )
    assert structure_name("a@equal_service", names, "nb") == "a (lik tjeneste)"


def test_results_without_a_design_have_no_points() -> None:
    assert point_values({"experiment": None}) == {}
    assert point_values({}) == {}
