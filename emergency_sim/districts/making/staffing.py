"""How many people and cars a first scenario has, by rules from national figures (assumption A55)."""

from __future__ import annotations

import math
from typing import Final

VAKT: Final = "Mo-Fr 00:00-08:00,16:00-24:00; Sa-Su,PH 00:00-24:00"
"""A legevakt's hours: whenever the surgeries are closed."""
DAG: Final = "Mo-Fr 08:00-16:00; PH off"
KVELD: Final = "Mo-Fr 16:00-23:00; PH off"
HELG: Final = "Sa-Su,PH 08:00-23:00"
NATT: Final = "Mo-Su,PH 00:00-08:00,23:00-24:00"
DAY_CAR: Final = "Mo-Su,PH 08:00-20:00"

LOAD: Final = {DAG: 1.0, KVELD: 1.9, HELG: 2.0, NATT: 0.4}
"""Work in a shift per mean hour of the week (shape of parameters.md 8: legevakt by hour)."""
HOURS_A_YEAR: Final = 8766.0
CALLS, CALL_H = 0.583, 6.5 / 60
"""Calls to 116117 a person and year (R1), and hours that one takes with what is written after it."""
CONSULTATIONS, CONSULTATION_H = 0.230, 23.0 / 60
"""Consultations a person and year (R2, ``ssb``), and hours of each (parameters.md 31)."""
AMK_CALLS, AMK_CALL_H = 0.137, 12.0 / 60
"""Calls to 113 a person and year (R1), and hours that the work with one takes, dispatch included."""
ACTIVE_FROM, ONSITE_FROM = 50_000.0, 15_000.0
"""People from whom a legevakt's doctors work actively in the evening, and wait on site at all."""
ROTA_PEOPLE, ROTA_SHARE = 984.0, 0.75
"""People per fastlege, and the share of fastleger in a legevakt's rota (R15)."""
DAYTIME_PEOPLE: Final = 10_000.0
"""People per doctor of a municipality's duty office by day."""

NATIONAL_CARS: Final = 526
"""Ambulance cars of Norway (R16)."""
TOWN_CARS, RURAL_CARS = 0.5 / 10_000, 1.6 / 10_000
"""Cars per person in towns of more than 10,000 people and elsewhere.

60.5 % of the people live in such towns, so that 0.5 and 1.6 per 10,000 make the national 526. In
Møre og Romsdal they make 33, against 42-43 published (-22 %; R16 allows 25 %).
"""
CAR_HOURS_A_YEAR: Final = 7_500.0
"""Hours on duty of a car (parameters.md 6, check of the fleet's utilisation)."""
DAY_CAR_SHARE: Final = (1 - CAR_HOURS_A_YEAR / HOURS_A_YEAR) * 2
"""Share of cars that are staffed 12 hours a day, so that the mean is as above."""


def operators(people: float, shift: str) -> int:
    """Return the operators of a legevaktsentral in a shift.

    Examples
    --------
    >>> [operators(66_000, shift) for shift in (DAG, KVELD, HELG, NATT)]
    [2, 2, 2, 1]
    """
    load = people * CALLS / HOURS_A_YEAR * CALL_H * LOAD[shift]
    return max(1, math.ceil(load + math.sqrt(load)))


def doctors(people: float, shift: str) -> int:
    """Return the doctors of a legevakt in a shift.

    Examples
    --------
    >>> [doctors(66_000, shift) for shift in (KVELD, HELG, NATT)]
    [2, 2, 1]
    """
    load = people * CONSULTATIONS / HOURS_A_YEAR * CONSULTATION_H * LOAD[shift]
    return max(1, math.ceil(load + 0.5 * math.sqrt(load)))


def amk_operators(people: float, *, night: bool) -> int:
    """Return the operators of an AMK, at least two.

    Examples
    --------
    >>> amk_operators(273_000, night=False), amk_operators(273_000, night=True)
    (4, 3)
    """
    load = people * AMK_CALLS / HOURS_A_YEAR * AMK_CALL_H * (0.7 if night else 1.25)
    return max(2, math.ceil(load + 2 * math.sqrt(load)))


def rota(people: float) -> int:
    """Return the doctors who share a legevakt's duty (R15).

    Examples
    --------
    >>> rota(66_000)
    50
    """
    return max(1, round(people / ROTA_PEOPLE * ROTA_SHARE))


def daytime_doctors(people: float) -> int:
    """Return the doctors on duty in a municipality's office by day."""
    return max(1, math.ceil(people / DAYTIME_PEOPLE))


def cars_by_ratio(town_people: float, other_people: float) -> float:
    """Return the ambulance cars of so many people before rounding."""
    return town_people * TOWN_CARS + other_people * RURAL_CARS


def cars(town_people: float, other_people: float) -> int:
    """Return the ambulance cars of so many people, at least one.

    Examples
    --------
    >>> cars(3_403_600, 2_223_800), cars(0, 900)
    (526, 1)
    """
    return max(1, round(cars_by_ratio(town_people, other_people)))
