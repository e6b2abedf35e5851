"""R9: people belong to their municipality's clinic; by the lever, to the nearest with a doctor."""

import json
from pathlib import Path

import numpy as np
import pytest

from emergency_sim.cli.main import main
from emergency_sim.domain.errors import InputFaults
from emergency_sim.experiment.comparing.outlook import hours_without_service
from emergency_sim.experiment.compile import Compiled, compile_scenario
from emergency_sim.experiment.compile.areas import Areas
from emergency_sim.scenario import Scenario, load_scenario, scenario_hash
from emergency_sim.scenario.policies_schema import ClinicChoice
from tests.experiment.toys import TOY, toy
from tests.simulation.scenes import events, same_rows

NEAREST = "policies.clinic_choice=nearest"
AT_QUAY = "legevakter.oy.node=n07"
"""The island's clinic on the mainland's quay, where zone ``kai`` of the valley's area lies."""
WITHOUT_SATELLITE = "satellites.dal.in_service=false"
"""So that decay is on in the valley, and patients go to the clinic."""
OFFICES, VALLEY, KAI, ISLAND = slice(32, 64), 3, 5, 6
"""Quarters 08-16, and zones: ``bygd``, ``kai`` and ``oy``."""


def both(*sets: str) -> tuple[Compiled, Compiled]:
    """Return the toy compiled with the municipality's clinic and with the nearest one."""
    own = toy(*sets)
    return compile_scenario(own), compile_scenario(toy(*sets, NEAREST), own)


def serving(found: Compiled, zone: int) -> list[str]:
    """Return the clinic of a zone in the quarters of a plain Monday."""
    indices = found.access.serving[zone, found.access.state[:96]]
    return [found.plans[i].id for i in indices]


def test_by_default_it_is_the_municipalitys() -> None:
    assert toy().policies.clinic_choice is ClinicChoice.MUNICIPALITY
    assert toy(NEAREST).policies.clinic_choice is ClinicChoice.NEAREST
    assert scenario_hash(toy()) != scenario_hash(toy(NEAREST))
    with pytest.raises(InputFaults, match="clinic_choice"):
        toy("policies.clinic_choice=neerest")


def test_a_zone_leaves_its_area_for_the_nearer_clinic() -> None:
    own, nearest = both(AT_QUAY)
    assert set(serving(own, KAI)) == {"by", "by-dag"}
    there = serving(nearest, KAI)
    assert set(there[:32] + there[64:]) == {"oy"}
    assert set(there[OFFICES]) == {"by-dag"}  # the duty office keeps its hours (R10)


def test_equally_near_is_not_nearer() -> None:
    """``bygd`` has 18 minutes to both clinics."""
    own, nearest = both(AT_QUAY)
    assert serving(nearest, VALLEY) == serving(own, VALLEY)


def test_the_nearest_follows_ferries_and_doctors() -> None:
    """The island's doctor is there in the evening only; the ferry comes by day and in the evening."""
    hours = 'legevakter.oy.doctors={h: {hours: "Mo-Su 20:00-23:00", form: home}}'
    _, nearest = both(hours, "legevakter.oy.may_be_empty=true")
    found = serving(nearest, ISLAND)
    assert set(found[:24]) == {"oy"}  # nobody there, and no ferry
    assert set(found[24:32] + found[64:80]) == {"by"}
    assert set(found[OFFICES]) == {"oy-dag"}
    assert set(found[80:92]) == {"oy"}
    assert set(found[92:]) == {"oy"}


@pytest.mark.parametrize("sets", [(), (AT_QUAY,), ("legevakter.by.node=n06",)])
def test_nobody_travels_longer(sets: tuple[str, ...]) -> None:
    own, nearest = both(*sets)
    _never_longer(own, nearest)


@pytest.mark.parametrize("name", ["more-og-romsdal", "six-districts"])
def test_nobody_travels_longer_in_the_county(name: str, repository: Path) -> None:
    path = repository / "scenarios" / f"{name}.yaml"
    base = load_scenario(path)
    own, nearest = compile_scenario(base), compile_scenario(load_scenario(path, [NEAREST]), base)
    shorter = _never_longer(own, nearest)
    assert shorter.any()
    assert hours_without_service(nearest) == {}
    outside = own.ground.zones.outside
    assert not shorter[outside].any()


def _never_longer(own: Compiled, nearest: Compiled) -> np.ndarray:
    a = own.access.doctor_s[:, own.access.state]
    b = nearest.access.doctor_s[:, nearest.access.state]
    assert (b <= a).all()
    changed = (
        own.access.serving[:, own.access.state] != nearest.access.serving[:, nearest.access.state]
    )
    assert (b[changed] < a[changed]).all()
    return np.asarray(b < a)


def test_only_the_clinic_changes_of_the_five_keys() -> None:
    own, nearest = both(AT_QUAY)
    a, b = own.world(0), nearest.world(0)
    changed = []
    for zone, (x, y) in enumerate(zip(a.zone_area, b.zone_area, strict=True)):
        assert a.area_ids[x] == b.area_ids[y]
        for kind in ("call_out_of", "home_visit_of", "satellite_of", "lvs_of", "amk_of"):
            assert getattr(a, kind)[x] == getattr(b, kind)[y], (zone, kind)
        if a.clinic_of[x] != b.clinic_of[y]:
            changed.append(zone)
    assert changed == [KAI]


def test_its_patients_set_out_for_it() -> None:
    sets = (AT_QUAY, "run.days=14", "demand.distance_decay=false", WITHOUT_SATELLITE)
    own, nearest = both(*sets)
    first = {e.incident: e for e in events(own.replicate(0)[0]) if e.kind == "sets_out"}
    then = {e.incident: e for e in events(nearest.replicate(0)[0]) if e.kind == "sets_out"}
    away = [
        (first[i].actor, e.actor, e.place)
        for i, e in then.items()
        if i in first and e.actor != first[i].actor
    ]
    assert ("by", "oy", "kai") in away
    assert {place for _, _, place in away} == {"kai"}


def test_distance_decay_follows() -> None:
    """``kai`` has 12 kilometres less, so people come who stayed away."""
    own, nearest = both(AT_QUAY, "run.days=28", WITHOUT_SATELLITE)
    evening = 17 * 4
    assert own.access.decay_km(at_satellites=False)[KAI, evening] == pytest.approx(12)
    assert nearest.access.decay_km(at_satellites=False)[KAI, evening] == 0
    a, b = own.incidents(0), nearest.incidents(0, own.potential(0))
    further = ~np.isin(b["id"], a["id"])
    assert np.isin(a["id"], b["id"]).all()
    assert further.any()
    assert set(b["zone"][further]) == {KAI}
    assert b["presents"].all()


def test_nearer_than_the_envelope_holds_is_a_fault() -> None:
    sets = ("legevakter.oy.node=n06", WITHOUT_SATELLITE)
    own = toy(*sets, "demand.factor.all=4.0")
    with pytest.raises(InputFaults, match=r"demand\.envelope"):
        compile_scenario(toy(*sets, "demand.factor.all=4.0", NEAREST), own).incidents(0)


def test_without_legevakter_there_is_nothing_to_choose() -> None:
    shut = ("legevakter.by.in_service=false", "legevakter.oy.in_service=false")
    always = [f"fastlege_offices.{k}.hours=24/7" for k in ("by-dag", "oy-dag")]
    own, nearest = both(*shut, WITHOUT_SATELLITE, *always)
    assert own.world(0).clinic_of[0] == nearest.world(0).clinic_of[0]


def test_people_from_outside_stay_with_their_clinic() -> None:
    own, nearest = both(AT_QUAY, "legevakter.by.outside_population=2000", "legevakter.by.node=n05")
    outside = np.flatnonzero(own.ground.zones.outside)
    assert len(outside) == 1
    zone = int(outside[0])
    a = own.access.serving[zone, own.access.state]
    assert (nearest.access.serving[zone, nearest.access.state] == a).all()
    same_rows(
        [own.world(0).clinic_of[own.areas.of_zone[zone]]],
        [nearest.world(0).clinic_of[nearest.areas.of_zone[zone]]],
    )


def test_areas_are_rows_only_where_somebody_chooses() -> None:
    own, nearest = both()
    assert isinstance(own.areas, Areas)
    assert own.areas.names == ("9001", "9002", "9003")
    assert own.areas.of_zone.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert nearest.areas.names == nearest.ground.zones.area


def test_reference_and_variant_have_the_same_people() -> None:
    base: Scenario = toy()
    own, nearest = compile_scenario(base), compile_scenario(toy(NEAREST), base)
    assert own.ground.zones.ids == nearest.ground.zones.ids
    assert [p.serves for p in own.frame.places] == [p.serves for p in nearest.frame.places]


def test_validate_says_whose_clinic_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(TOY), "--set", NEAREST]) == 0
    assert "Clinic choice: nearest" in capsys.readouterr().out
    assert main(["validate", str(TOY), "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["scenarios"]
    assert found["clinic_choice"] == "municipality"


def test_the_default_district_validates_with_either_choice(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for choice in ClinicChoice:
        assert (
            main(["validate", "more-og-romsdal", "--set", f"policies.clinic_choice={choice}"]) == 0
        )
        assert "Hours of a plain week without service: none" in capsys.readouterr().out
