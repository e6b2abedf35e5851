"""Base against variants: same incidents, equal service, decay on and off, groups of one's own."""

import dataclasses
from pathlib import Path

import pytest

import emergency_sim as es
from emergency_sim.experiment.comparing.groups import shared_groups
from emergency_sim.experiment.comparing.pilots import SearchSettings
from tests.experiment.toys import one_clinic, toy, tree, variant_file

QUICK_SEARCH = SearchSettings(replications=1, rounds=1, days=1, warm_up_days=0)
OPTIONS = es.CompareOptions(search=QUICK_SEARCH)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> es.Comparison:
    folder = tmp_path_factory.mktemp("compare")
    variant = one_clinic(folder)
    return es.compare(toy(), variant, out=folder / "out", options=OPTIONS)


def test_a_structural_variant_is_shown_in_two_staffings(found: es.Comparison) -> None:
    ids = {row.variant_id for row in found.rows}
    assert ids == {"one-clinic", "one-clinic@equal_service", "one-clinic@decay_off"}
    assert set(found.equal_service) == {"one-clinic"}


def test_distance_decay_is_relative_to_the_base(found: es.Comparison) -> None:
    stays = {
        row.variant_id: row
        for row in found.rows
        if row.kpi == "not_presented" and row.group == "all"
    }
    assert stays["one-clinic"].base == 0
    assert stays["one-clinic"].variant is not None
    assert stays["one-clinic"].variant > 0
    assert stays["one-clinic@decay_off"].variant == 0


def test_rows_with_decay_off_are_load_and_contacts_only(found: es.Comparison) -> None:
    off = [row for row in found.rows if row.variant_id == "one-clinic@decay_off"]
    assert {row.kpi for row in off} >= {"contacts_per_1000", "active_hours_per_week"}
    assert all("distance decay off" in row.note and row.p_holm is None for row in off)
    assert "response_time_median" not in {row.kpi for row in off}


def test_base_and_variant_have_the_same_incidents(found: es.Comparison) -> None:
    overlaps = {o.variant_id: o for o in found.overlaps}
    overlap, off = overlaps["one-clinic"], overlaps["one-clinic@decay_off"]
    assert overlap.both > 50
    assert 0 < overlap.only_base < 10  # who stays away in the variant is in common with nobody
    assert overlap.only_variant < 5  # somebody has a shorter way than in the base
    assert off.only_base == off.only_variant == 0


def test_the_table_is_the_rows(found: es.Comparison) -> None:
    assert len(found.table) == len(found.rows)
    assert found.to_json()["rows"][0]["kpi"] == found.rows[0].kpi


def test_a_variant_leaves_the_base_as_it_is(found: es.Comparison, tmp_path: Path) -> None:
    es.simulate(toy(), out=tmp_path / "alone", events=False)
    part = "replications/toy/0001/incidents.parquet"
    assert tree(found.results.folder)[part] == tree(tmp_path / "alone")[part]


def test_checks_are_run_by_choice(tmp_path: Path) -> None:
    options = es.CompareOptions(staffing="as_given", decay_check=False)
    found = es.compare(toy(), one_clinic(tmp_path), options=options)
    assert {row.variant_id for row in found.rows} == {"one-clinic"}
    only = es.CompareOptions(staffing="equal_service", decay_check=False, search=QUICK_SEARCH)
    found = es.compare(toy(), one_clinic(tmp_path), options=only)
    assert {row.variant_id for row in found.rows} == {"one-clinic@equal_service"}


def test_what_is_no_structure_is_run_as_given(tmp_path: Path) -> None:
    path = variant_file(tmp_path, "more-cars", set={"units.a2.hours": "24/7"})
    found = es.compare(toy(), es.load_scenario(path), options=OPTIONS)
    assert {row.variant_id for row in found.rows} == {"more-cars"}


def test_two_scenarios_of_one_id_are_refused(tmp_path: Path) -> None:
    variant = one_clinic(tmp_path)
    with pytest.raises(es.InputFaults, match="stands for two scenarios"):
        es.compare(toy(), variant, variant)


def test_other_people_are_refused(tmp_path: Path) -> None:
    path = variant_file(tmp_path, "visitors", set={"legevakter.by.outside_population": 500})
    with pytest.raises(es.InputFaults, match="other zones or people"):
        es.compare(toy(), es.load_scenario(path))


def test_no_variant_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one variant"):
        es.compare(toy())


def test_a_group_of_ones_own_is_scored_in_its_own_areas(tmp_path: Path) -> None:
    base = dataclasses.replace(toy(), groups={"concerned": ("9002",)})
    other = dataclasses.replace(
        one_clinic(tmp_path), groups={"concerned": ("9003",), "all_of_it": ("9001", "9002", "9003")}
    )
    shared = shared_groups(base, [other])
    assert shared.groups == {
        "concerned": ("9002",),
        "concerned@one-clinic": ("9003",),
        "all_of_it@one-clinic": ("9001", "9002", "9003"),
    }
    options = es.CompareOptions(staffing="as_given", decay_check=False)
    found = es.compare(base, other, options=options)
    rows = {
        row.group: row
        for row in found.rows
        if row.group_kind == "concerned" and row.kpi == "clinic_travel_time_median"
    }
    assert set(rows) == {"concerned", "all_of_it"}
    island = rows["concerned"]
    assert island.base is not None
    assert island.variant is not None
    assert island.variant > island.base + 5  # the island's people now take the ferry


def test_side_runs_may_have_fewer_replications(tmp_path: Path) -> None:
    base = toy("run.replications=3")
    options = es.CompareOptions(equal_replications=2, side_replications=2, search=QUICK_SEARCH)
    found = es.compare(base, one_clinic(tmp_path), options=options)
    counts = {"toy": 3, "one-clinic": 3, "one-clinic@equal_service": 2, "one-clinic@decay_off": 2}
    assert found.findings.replications == counts
    equal = [row for row in found.rows if row.variant_id == "one-clinic@equal_service"]
    assert equal
    assert all("exploratory" in row.note and "2 replications" in row.note for row in equal)
    both = {row.kpi for row in equal} & {"response_time_median", "oncall_hours_per_week"}
    assert len(both) == 2


def test_serial_and_parallel_write_the_same_bytes(found: es.Comparison, tmp_path: Path) -> None:
    es.compare(toy(), one_clinic(tmp_path), out=tmp_path / "out", options=OPTIONS, jobs=2)
    assert tree(tmp_path / "out") == tree(found.results.folder)
