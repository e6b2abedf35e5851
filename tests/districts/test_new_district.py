"""A district of the toy country and of Norway: written whole, valid, and ready to run."""

import csv
import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from emergency_sim import simulate
from emergency_sim.cli import district, main
from emergency_sim.districts.making.access import MOST_SPREAD
from emergency_sim.districts.making.district_sites import _shared_legevakt
from emergency_sim.districts.making.district_texts import ASSUMED
from emergency_sim.districts.making.first_scenario import scenario_text
from emergency_sim.districts.making.new_district import NewDistrict, new_district
from emergency_sim.districts.making.site_rows import COLUMNS
from emergency_sim.districts.making.zone_rows import whole_people
from emergency_sim.domain.errors import InputFaults
from emergency_sim.experiment import compile as compiling
from emergency_sim.experiment.comparing.outlook import hours_without_service
from emergency_sim.network import Driving, FerryClass, Profile, read_region
from emergency_sim.scenario import load_scenario
from emergency_sim.scenario.policies_schema import UnitsServe
from tests.districts.country import AGES, write_country
from tests.districts.data import real_data


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def made(out: Path, country: tuple[Path, Path], **choice: Any) -> NewDistrict:
    return new_district(*country, out, **choice)


@pytest.fixture(scope="module")
def toy(country: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> NewDistrict:
    out = tmp_path_factory.mktemp("made") / "Vestby og Austby"
    return made(out, country, legevakter=["vestby og austby"])


def test_people_by_age_are_those_of_the_table(toy: NewDistrict) -> None:
    zones = rows(toy.folder / "zones.csv")
    labels = [label for label in zones[0] if label.startswith("age_")]
    for number in ("0101", "0102"):
        here = [z for z in zones if z["municipality"] == number]
        assert [sum(int(z[label]) for z in here) for label in labels] == AGES[number]
    assert {z["municipality"] for z in zones} == {"0101", "0102"}
    assert toy.figures["people"] == 12_830
    assert max(int(z["population"]) for z in zones if z["tettbygd"] == "1") <= 1_500


def test_an_islet_by_boat_is_told_and_kept(toy: NewDistrict) -> None:
    boat = [z for z in rows(toy.folder / "zones.csv") if z["note"]]

    assert [z["population"] for z in boat] == ["30"]
    assert float(boat[0]["access_mean_s"]) > 1_200
    assert "30 people in 1 zones" in toy.notes[0]
    assert toy.notes[0].endswith("Austby")
    assert "30 people" in (toy.folder / "README.md").read_text(encoding="utf-8")


def test_nothing_assumed_is_called_published(toy: NewDistrict) -> None:
    sites = rows(toy.folder / "sites.csv")

    assert list(sites[0]) == list(COLUMNS)
    assert {s["kind"] for s in sites if s["status"] == "published"} == {"legevakt", "hospital"}
    assert all(s["source"] and s["status"] for s in sites)
    assert all("assumed" in s["note"] for s in sites if s["status"] == "published")


def test_the_network_is_cut_without_a_change_of_times(
    toy: NewDistrict, country: tuple[Path, Path]
) -> None:
    before, after = read_region(country[0]), read_region(toy.folder)

    assert "f" not in after.node_ids  # the island is another district
    shared = [n for n in before.node_ids if n in after.node_ids]
    assert "h" in shared  # the hospital in the north is the nearest outside
    for driving in (Driving(), Driving(profile=Profile.AMBULANCE_BLUE, hours=FerryClass.NIGHT)):
        old, new = (
            region.travel_times(driving).rows([region.index(n) for n in shared])[
                :, [region.index(n) for n in shared]
            ]
            for region in (before, after)
        )
        assert np.abs(old - new).max() < 0.05


def test_the_first_scenario_is_valid_without_a_gap(toy: NewDistrict) -> None:
    scenario = load_scenario(toy.scenario)
    compiled = compiling.compile_scenario(scenario)

    assert hours_without_service(compiled) == {}
    assert scenario.name.nb == "Vestby og Austby IK legevakt"
    assert scenario.id == "vestby-austby"
    assert not read_region(toy.folder).warnings


def test_the_first_scenario_and_its_template_run(
    toy: NewDistrict, capsys: pytest.CaptureFixture[str]
) -> None:
    quick = ["--days", "1", "--replications", "2", "--jobs", "1", "--set", "run.run_out_days=0"]
    template = toy.folder / "variant-template.yaml"
    assert main(["compare", str(toy.scenario), str(template), *quick, "--json"]) == 0
    kpis = {row["kpi"]: row for row in json.loads(capsys.readouterr().out)["rows"]}

    assert 2 < kpis["response_time_median"]["base"] < 40
    assert kpis["oncall_hours_per_week"]["base"] > 0


def test_what_the_template_proposes_is_valid(toy: NewDistrict, tmp_path: Path) -> None:
    copy = shutil.copytree(toy.folder, tmp_path / "district")
    template = copy / "variant-template.yaml"
    text = re.sub(r"(?m)^#(?=  |set:)", "", template.read_text(encoding="utf-8"))
    (copy / "all.yaml").write_text(text, encoding="utf-8")
    scenario = load_scenario(copy / "all.yaml")
    (satellite,) = scenario.satellites.values()

    assert "set:" in text
    assert satellite.nurses["vakt"].count == 1
    assert hours_without_service(compiling.compile_scenario(scenario)) == {}


def test_a_part_of_a_legevakts_district_counts_the_others_as_outside(
    country: tuple[Path, Path], tmp_path: Path
) -> None:
    part = made(tmp_path / "austby", country, municipalities=["Austby"])

    clinic = next(s for s in rows(part.folder / "sites.csv") if s["kind"] == "legevakt")
    assert (clinic["serves"], clinic["outside_population"]) == ("0102", "12300")
    assert hours_without_service(compiling.compile_scenario(load_scenario(part.scenario))) == {}


def test_all_of_a_country(country: tuple[Path, Path], tmp_path: Path) -> None:
    whole = made(tmp_path / "land", country, all_norway=True)

    assert whole.figures["municipalities"] == 4
    assert whole.figures["people"] == sum(map(sum, AGES.values())) + 9
    assert hours_without_service(compiling.compile_scenario(load_scenario(whole.scenario))) == {}


def test_a_countrys_scenario_stands_where_it_is_wanted(
    country: tuple[Path, Path], tmp_path: Path
) -> None:
    file = tmp_path / "scenarios" / "my-country.yaml"
    whole = made(tmp_path / "networks" / "land", country, all_norway=True, scenario=file)
    assert whole.scenario == file
    scenario = load_scenario(file)
    assert scenario.id == "my-country"
    assert scenario.network.path.resolve() == (tmp_path / "networks" / "land").resolve()
    assert scenario.network.engine == "fast"
    assert scenario.policies.units_serve is UnitsServe.OWN_AMK
    assert (scenario.run.days, scenario.run.replications) == (365, 1)
    before = file.read_bytes()
    with pytest.raises(InputFaults, match="exists already"):
        made(tmp_path / "again", country, all_norway=True, scenario=file)
    assert file.read_bytes() == before
    assert not (tmp_path / "again").exists()


def test_municipalities_that_share_a_legevakt_have_the_same_amk() -> None:
    class Listed:
        """The list: who serves whom."""

        legevakter = tuple(SimpleNamespace(name=name) for name in ("a", "b", "c"))

        def served(self, k: int) -> tuple[str, ...]:
            return (("1", "2"), ("3",), ("2", "4", "9"))[k]

    data: Any = SimpleNamespace(legevakter=Listed())
    clinics: Any = Listed.legevakter
    assert _shared_legevakt(data, clinics, ["1", "2", "3", "4"]) == [["1", "2", "4"], ["3"]]


def test_groups_are_health_regions() -> None:
    about: Any = SimpleNamespace(
        id="land", name="Land", as_of="2024", numbers=("1506", "1101", "5001"), all_norway=True,
        figures=dict.fromkeys(("municipalities", "people", "legevakter", "cars", "stations"), 1),
    )  # fmt: skip
    text = scenario_text(about)
    assert '  "Helse Midt-Norge": ["1506", "5001"]\n  "Helse Vest": ["1101"]\n' in text
    assert "Assumed" in text


def test_ones_own_people_keep_their_number(country: tuple[Path, Path], tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text(
        "x,y,population,municipality\n101500,6905500,777,\n112500,6905500,12.4,0102\n",
        encoding="utf-8",
    )

    there = made(tmp_path / "own", country, municipalities=["0101", "0102"], population=own)

    assert there.figures["people"] == 789
    scenario = load_scenario(there.scenario)
    assert hours_without_service(compiling.compile_scenario(scenario)) == {}


def test_the_same_twice_is_the_same_file_by_file(
    toy: NewDistrict, country: tuple[Path, Path], tmp_path: Path
) -> None:
    again = made(tmp_path / "Vestby og Austby", country, legevakter=["vestby og austby"])

    names = sorted(p.name for p in toy.folder.iterdir())
    assert names == sorted(p.name for p in again.folder.iterdir())
    for name in names:
        assert (toy.folder / name).read_bytes() == (again.folder / name).read_bytes(), name


def test_what_is_assumed_has_a_number_where_the_folder_says_so(toy: NewDistrict) -> None:
    text = (toy.folder / "network.yaml").read_text(encoding="utf-8")

    for number in ASSUMED:
        assert f"\n  {number}: " in text
    assert text.count("sha256") == 6
    assert str(toy.folder.parent) not in text


def test_all_faults_come_at_once_and_nothing_is_written(
    country: tuple[Path, Path], tmp_path: Path
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "other").write_text("mine", encoding="utf-8")

    with pytest.raises(InputFaults) as caught:
        new_district(
            tmp_path / "no-network", country[1], tmp_path / "full", municipalities=["0109", "Vesby"]
        )

    said = "\n".join(str(fault) for fault in caught.value.faults)
    assert "--out:1:1: the folder holds something else" in said
    assert "no-network" in said
    assert "(got '0109'), did you mean '0104'?" in said
    assert "(got 'Vesby'), did you mean 'Vestby'?" in said
    assert [p.name for p in (tmp_path / "full").iterdir()] == ["other"]
    assert [p.name for p in tmp_path.iterdir()] == ["full"]


@pytest.mark.parametrize(
    "choice",
    [{}, {"all_norway": True, "legevakter": ["x"]}, {"municipalities": [], "legevakter": []}],
)
def test_one_of_three_ways_is_chosen(
    country: tuple[Path, Path], tmp_path: Path, choice: dict[str, Any]
) -> None:
    with pytest.raises(InputFaults, match="give one of"):
        made(tmp_path / "out", country, **choice)


def test_a_network_that_covers_a_part_only_is_refused(
    country: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emergency_sim.districts.making.district_figures.FAR_M", 50.0)
    with pytest.raises(InputFaults, match="build a network that covers the whole district"):
        new_district(*country, tmp_path / "out", legevakter=["Øyna"])
    assert not (tmp_path / "out").exists()
    module = "emergency_sim.districts.making.new_district.MANY_FAR"
    monkeypatch.setattr(module, 1.0)
    found = new_district(*country, tmp_path / "out", legevakter=["Øyna"])
    assert any("does it cover the district?" in note for note in found.notes)


def test_a_site_off_the_network_is_named_with_its_distance(tmp_path: Path) -> None:
    network, data = write_country(tmp_path)
    links = network / "links.csv"
    kept = [
        line
        for line in links.read_text().splitlines()
        if not line.startswith(("l1", "l2", "l3", "ferry"))
    ]
    links.write_text("\n".join(kept) + "\n", encoding="utf-8")

    with pytest.raises(InputFaults) as caught:
        new_district(network, data, tmp_path / "out", legevakter=["Øyna"])

    assert "Øyna legevakt lies 17.2 km from the network's nearest road" in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_the_command_prints_what_was_made(
    country: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    district.new(
        country[0], country[1], tmp_path / "one", municipalities="0103, Austby", as_json=True
    )
    told = json.loads(capsys.readouterr().out)
    district.new(country[0], country[1], tmp_path / "two", legevakt=["Øyna"])

    assert (told["municipalities"], told["people"]) == (2, 830)
    assert "Next: emergency-sim run" in capsys.readouterr().out


def test_whole_people_add_up_both_ways() -> None:
    rng = np.random.default_rng(3)
    people, ages = rng.uniform(0.2, 900, 60), rng.integers(0, 4_000, 9)

    found = whole_people(people, ages)

    assert found.sum(axis=0).tolist() == ages.tolist()
    assert (found >= 0).all()
    expected = people / people.sum() * ages.sum()
    assert np.abs(found.sum(axis=1) - expected).max() < 3


@pytest.fixture(scope="module")
def norway(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the network of all Norway, built once, and the folder of real data."""
    data = real_data(repository)
    network = tmp_path_factory.mktemp("real") / "norway"
    extract = data / "norway" / "norway_n1000.osm.pbf"
    assert main(["network", "build", "--osm", str(extract), "--out", str(network)]) == 0
    return network, data


@pytest.fixture(scope="module")
def molde(norway: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> NewDistrict:
    out = tmp_path_factory.mktemp("molde") / "molde"
    return new_district(*norway, out, legevakter=["Molde IK legevakt"])


def test_the_district_of_molde_is_up_and_running(molde: NewDistrict) -> None:
    scenario = load_scenario(molde.scenario)
    assert hours_without_service(compiling.compile_scenario(scenario)) == {}
    assert molde.figures["people"] == 57_703
    assert molde.figures["cars"] == 7
    assert molde.figures["car_hours_a_week"] == pytest.approx(7 * 144, rel=0.25)
    zones = rows(molde.folder / "zones.csv")
    assert all(
        float(z["access_sd_s"]) <= MOST_SPREAD * float(z["access_mean_s"]) + 1 for z in zones
    )

    results = simulate(scenario, replications=4, days=28, jobs=1)

    kpis = results.kpis
    mean = kpis[kpis.group_kind == "all"].groupby("kpi").value.mean()
    # Published: median 9.7 min in towns, 15.1 outside, two doctors in the evening (parameters.md).
    assert 8 < mean["response_time_median"] < 18
    assert 60 < 100 * mean["response_within_target"] < 95
    assert 2 < mean["oncall_hours_per_week"] < 10
    assert 400 < mean["contacts_per_1000"] < 560


def test_the_cut_network_of_molde_has_the_times_of_norways(
    molde: NewDistrict, norway: tuple[Path, Path]
) -> None:
    before, after = read_region(norway[0]), read_region(molde.folder)
    shared = [n for n in before.node_ids if n in set(after.node_ids)]
    assert len(shared) > 200
    assert len(after.node_ids) < len(before.node_ids) / 10
    assert after.zones is not None
    ends = np.unique(after.zones.node)
    night = Driving(profile=Profile.AMBULANCE, hours=FerryClass.NIGHT)
    # Between a zone's node and a node both networks have, the short way round cannot be shorter.
    for driving in (Driving(), night):
        old = before.travel_times(driving).rows([before.index(n) for n in shared])
        new = after.travel_times(driving).rows([after.index(n) for n in shared])
        difference = (
            new[:, [after.index(n) for n in shared]] - old[:, [before.index(n) for n in shared]]
        )
        assert difference.min() > -0.5
    near = [n for n in shared if after.index(n) in set(ends.tolist())]
    assert near
    old = before.travel_times(night).rows([before.index(n) for n in near])
    new = after.travel_times(night).rows([after.index(n) for n in near])
    columns = [before.index(n) for n in near], [after.index(n) for n in near]
    assert np.abs(old[:, columns[0]] - new[:, columns[1]]).max() < 0.5


@pytest.mark.slow
def test_all_norway_is_a_valid_district(norway: tuple[Path, Path], tmp_path: Path) -> None:
    whole = new_district(*norway, tmp_path / "norge", all_norway=True)

    assert whole.figures["people"] == 5_627_400
    assert whole.figures["municipalities"] == 357
    assert 8_000 < whole.figures["zones"] < 15_000
    assert whole.figures["cars"] == pytest.approx(526, rel=0.05)
    assert whole.figures["amk"] == 16
    assert whole.figures["car_hours_a_week"] == pytest.approx(526 * 144, rel=0.25)
    assert (whole.folder / "zones.csv").stat().st_size < 5_000_000
    compiled = compiling.compile_scenario(load_scenario(whole.scenario))
    assert hours_without_service(compiled) == {}
