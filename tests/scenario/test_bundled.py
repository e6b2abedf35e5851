"""The scenarios that come with the package are right, and read quickly."""

import time
from datetime import date
from pathlib import Path

import pytest

from emergency_sim.bundled import scenario_names
from emergency_sim.calendar import ShiftCalendar
from emergency_sim.domain.places import DutyForm
from emergency_sim.scenario import duty_lines, load_scenario
from emergency_sim.scenario.schema import Scenario

SATELLITES = {"sat-aukra", "sat-midsund", "sat-sunndal", "sat-rauma"}


def in_service(scenario: Scenario, section: str) -> set[str]:
    return {name for name, place in getattr(scenario, section).items() if place.in_service}


@pytest.mark.parametrize("name", scenario_names())
def test_it_is_valid_and_says_what_it_is_about(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.id == name
    assert scenario.name.nb != scenario.name.en
    assert scenario.description is not None
    assert scenario.groups["concerned"]
    assert 1 <= len(scenario.primary) <= 8
    assert scenario.warnings == ()


@pytest.mark.parametrize("name", scenario_names())
def test_every_number_of_duty_has_status_and_source(name: str) -> None:
    scenario = load_scenario(name)
    for section in ("amk", "legevaktsentraler", "legevakter", "fastlege_offices", "satellites"):
        for place in getattr(scenario, section).values():
            for key in ("operators", "doctors", "nurses"):
                for line in (getattr(place, key, None) or {}).values():
                    assert line.source, (section, place.name, key)


def test_the_whole_county_is_validated_in_less_than_one_and_a_half_seconds() -> None:
    load_scenario("more-og-romsdal")
    began = time.process_time()
    load_scenario("more-og-romsdal")
    assert time.process_time() - began < 1.5


def test_before_the_pilot() -> None:
    before = load_scenario("before-pilot")
    assert before.base == "more-og-romsdal"
    assert not in_service(before, "satellites")
    assert {"aukra-midsund", "rauma", "sunndal", "molde"} <= in_service(before, "legevakter")
    assert not {"sunndal-lokal", "rauma-lokal"} & in_service(before, "legevakter")


def test_the_pilot_as_published() -> None:
    pilot = load_scenario("molde-satellites")
    assert pilot.base == "before-pilot"
    assert in_service(pilot, "satellites") == SATELLITES
    clinics = in_service(pilot, "legevakter")
    assert {"molde", "sunndal-lokal", "rauma-lokal"} <= clinics
    assert not {"aukra-midsund", "rauma", "sunndal"} & clinics
    assert set(pilot.legevakter["molde"].serves) == {
        "1506", "1506-midsund", "1506-nesset", "1547", "1579", "1563", "1539",
    }  # fmt: skip
    for satellite in pilot.satellites.values():
        assert satellite.legevakt == "molde"
        assert not satellite.takes_urgent
        assert sum(line.count for line in satellite.nurses.values()) == 1


def test_two_doctors_in_molde_whenever_the_surgeries_are_closed() -> None:
    pilot = load_scenario("molde-satellites")
    calendar = ShiftCalendar(date(2024, 4, 29), 7)  # Wednesday is a public holiday
    molde = pilot.legevakter["molde"]
    (line,) = duty_lines(molde.doctors, molde.hours, molde).values()
    assert (line.count, line.form) == (2, DutyForm.ONSITE)
    on = calendar.intervals(pilot.opening_hours(line.hours)).slots(7 * 86_400.0)
    surgeries = calendar.intervals("Mo-Fr 08:00-16:00; PH off").slots(7 * 86_400.0)
    assert (on == ~surgeries).all()


@pytest.mark.parametrize("place", ["sunndal", "rauma"])
def test_the_satellite_is_open_when_no_local_doctor_is_on_duty(place: str) -> None:
    pilot = load_scenario("molde-satellites")
    calendar = ShiftCalendar(date(2024, 4, 29), 7)

    def slots(hours: str):  # type: ignore[no-untyped-def]
        return calendar.intervals(pilot.opening_hours(hours)).slots(7 * 86_400.0)

    local = pilot.legevakter[f"{place}-lokal"]
    assert (slots(local.hours) == slots("Mo-Fr 19:00-21:00; Sa-Su,PH 12:00-15:00")).all()
    satellite = slots(pilot.satellites[f"sat-{place}"].hours)
    closed = ~slots("Mo-Fr 08:00-16:00; PH off")
    assert (satellite == (closed & ~slots(local.hours))).all()


def test_six_districts_have_six_clinics_and_all_five_keys() -> None:
    six = load_scenario("six-districts")
    clinics = {n: c for n, c in six.legevakter.items() if c.in_service and c.serves}
    assert set(clinics) - {"has", "orkdal"} == {
        "alesund", "hovdebygda", "sykkylven-stranda", "molde", "kristiansund", "sunndal",
    }  # fmt: skip
    served = [area for clinic in clinics.values() for area in clinic.serves]
    assert len(served) == len(set(served)) == 33
    for name, clinic in clinics.items():
        if name in ("has", "orkdal"):
            continue
        assert clinic.node
        assert clinic.hours
        assert clinic.lvs
        assert clinic.call_out_area is not None
        assert clinic.home_visit_area is not None


def test_one_ambulance_more() -> None:
    today, more = load_scenario("more-og-romsdal"), load_scenario("extra-ambulance")
    assert len(more.units) == len(today.units) + 1


def test_at_night_three_districts_share_a_neighbour_s_clinic() -> None:
    merged = load_scenario("night-merged")
    calendar = ShiftCalendar(date(2024, 1, 8), 7)
    for name in ("sykkylven-stranda", "vanylven", "rauma"):
        on = calendar.intervals(merged.opening_hours(merged.legevakter[name].hours))
        hours = set((on.start % 86_400 / 3600).tolist()) | set((on.end % 86_400 / 3600).tolist())
        assert hours == {8.0, 16.0, 23.0}
        takers = [
            c for c in merged.legevakter.values()
            if c.in_service and set(merged.legevakter[name].serves) <= set(c.serves)
        ]  # fmt: skip
        assert len(takers) == 2
        assert takers[0].priority != takers[1].priority


def test_no_machine_s_path_is_in_the_scenario_files() -> None:
    from emergency_sim.bundled import bundled_root

    for path in (bundled_root() / "scenarios").rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert str(Path.home()) not in text
        assert "/tmp/" not in text
