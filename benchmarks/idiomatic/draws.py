"""Incidents, one at a time: scalar uniforms of the streams, in the order of their columns."""

from __future__ import annotations

import math
from bisect import bisect_right
from statistics import NormalDist
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.demand.draws import DRAWS
from emergency_sim.demand.profiles import Profiles, season
from emergency_sim.domain.distributions import Constant, Exponential, LogNormal, MeanSpread
from emergency_sim.domain.incident import (
    AGE_GROUPS,
    Disposition,
    Entry,
    IfNotPresented,
    Problem,
    SatelliteOutcome,
    Urgency,
)
from emergency_sim.domain.streams import Streams
from emergency_sim.domain.units import DAY, DAYS_PER_YEAR, HOUR

if TYPE_CHECKING:
    from collections.abc import Callable

    from emergency_sim.experiment.compile.compiled import Compiled

HOURS = np.arange(25.0)
BY_LVS = (Entry.CALL_116117, Entry.WALK_IN, Entry.PROFESSIONAL_LVS)
INQUIRIES = (Entry.INQUIRY_113, Entry.INQUIRY_116117)
standard_normal = NormalDist().inv_cdf


class Incident(SimpleNamespace):
    """Everything chance decides about one incident, and what the run notes about it."""


def normal(u: float) -> float:
    """Return the standard normal quantile; 0 is kept out."""
    return standard_normal(max(u, 2.0**-54))


def quantile(distribution: Any) -> Callable[[float], float]:
    """Return a scalar quantile function in seconds."""
    if isinstance(distribution, Constant):
        seconds = distribution.minutes * 60
        return lambda _: seconds
    if isinstance(distribution, Exponential):
        mean = distribution.mean_minutes * 60
        return lambda u: -math.log1p(-u) * mean
    if isinstance(distribution, LogNormal):
        sigma, median = distribution.sigma, distribution.median_minutes * 60
        return lambda u: math.exp(sigma * normal(u)) * median
    if isinstance(distribution, MeanSpread):
        variance = math.log1p((distribution.sd_minutes / distribution.mean_minutes) ** 2)
        scale, mean = math.sqrt(variance), distribution.mean_minutes * 60
        return lambda u: mean * math.exp(scale * normal(u) - variance / 2)
    raise TypeError(f"no scalar quantile for {distribution!r}")


def of_package(distribution: Any) -> Callable[[float], float]:
    """Return the package's quantile function for one number."""
    return lambda u: float(distribution.quantile(u))


def choice(u: float, shares: list[float]) -> int:
    """Return the index of the share in whose interval ``u`` falls."""
    total = 0.0
    last = 0
    for index, share in enumerate(shares):
        total += share
        if share > 0:
            last = index
            if u < total:
                return index
    return last


class Draws:
    """The demand of a scenario, for any replication: everything that is not random.

    Parameters
    ----------
    compiled, replication
        What is drawn.
    package_quantiles
        Call the package's own quantile functions, which are made for arrays, with one number at a
        time, instead of :func:`quantile`: many times slower, so not the default.

    Raises
    ------
    ValueError
        The scenario replays recorded incidents or has changed distances: the benchmark has neither.
    """

    def __init__(
        self, compiled: Compiled, *, replication: int, package_quantiles: bool = False
    ) -> None:
        scenario = compiled.scenario
        if compiled.rates is None or compiled.reference_km is not None:
            raise ValueError("the idiomatic model draws its own incidents, without distance decay")
        parameters = scenario.parameters
        self.horizon = compiled.horizon(replication)
        self.streams = Streams(seed=scenario.run.seed, replication=replication)
        self.envelope = scenario.demand.envelope
        self.rates = rates = compiled.rates
        zones = compiled.ground.zones
        self.zone_area = list(zones.area)
        self.outside = [bool(x) for x in zones.outside]
        days = [self.horizon.date_of(d) for d in range(self.horizon.total_days)]
        from emergency_sim.calendar.holidays import public_holidays

        profiles = Profiles(
            parameters,
            public_holidays(days[0], self.horizon.date_of(self.horizon.total_days)),
        )
        by_month = season(parameters, zones.municipality)
        self.mean: dict[tuple[Entry, int], float] = {}
        self.hours: dict[tuple[Entry, int], Any] = {}
        self.cells: dict[tuple[Entry, int], list[float]] = {}
        known: dict[tuple[Entry, int], list[float]] = {}
        for entry in Entry:
            if rates.per_1000[entry] <= 0:
                continue
            for d, day in enumerate(days):
                if (entry, day.month) not in known:
                    rate = zones.population * rates.per_person[entry]
                    if entry not in BY_LVS:
                        rate = rate * ~np.asarray(zones.outside, bool)[:, None]
                    rate = rate * by_month[:, day.month - 1, None]
                    known[entry, day.month] = np.cumsum(rate).tolist()
                cells = self.cells[entry, d] = known[entry, day.month]
                factor = self.envelope * cells[-1] * profiles.day_factor(entry, day)
                self.mean[entry, d] = factor / DAYS_PER_YEAR
                self.hours[entry, d] = profiles.hour_cdf(entry, day)
        self.entries = [e for e in Entry if rates.per_1000[e] > 0]
        factor = scenario.demand.factor
        self.weight = [
            [factor.all * factor.entry.get(e.name.lower(), 1.0) * factor.age.get(a, 1.0)
             / self.envelope for a in AGE_GROUPS]
            for e in Entry
        ]  # fmt: skip
        self.area_factor = factor.area

        self.true_share = rates.true_share.tolist()
        self.amk_matrix = rates.amk_matrix.tolist()
        self.lvs_matrix = rates.lvs_matrix.tolist()
        self.problem = rates.problem.tolist()
        self.disposition = rates.disposition.tolist()
        self.walk_in_disposition = rates.walk_in_disposition.tolist()
        self.hospital_after = rates.hospital_after.tolist()
        self.to_legevakt = rates.to_legevakt.tolist()
        outcomes = parameters.value("satellite.outcome")
        self.satellite = [float(outcomes[o.name.lower()]) for o in SatelliteOutcome]
        self.own_car = list(parameters.numbers("patients.own_car"))
        self.redial = parameters.number("calls.redial_probability")
        self.noise = parameters.number("drive.noise_sigma")
        make = of_package if package_quantiles else quantile
        self.q = {key: make(parameters.distribution(key)) for key in sorted(_DISTRIBUTIONS)}
        self.access = []
        for mean, sd in zip(zones.access_mean_s.tolist(), zones.access_sd_s.tolist(), strict=True):
            variance = math.log1p((sd / mean) ** 2) if mean > 0 else 0.0
            self.access.append((mean, math.sqrt(variance), variance / 2))

    def day(self, d: int) -> list[Incident]:
        """Draw all potential incidents of a day, in order of time."""
        incidents = []
        for entry in self.entries:
            name = entry.name.lower()
            count = self.streams.generator(f"{name}.count", d).poisson(self.mean[entry, d])
            random = {
                draw: self.streams.generator(f"{name}.{draw}", d).random for draw in DRAWS[entry]
            }
            cells = self.cells[entry, d]
            for _ in range(count):
                u = {draw: uniform() for draw, uniform in random.items()}
                hours = np.interp(u["time"], self.hours[entry, d], HOURS)
                cell = min(bisect_right(cells, u["place"] * cells[-1]), len(cells) - 1)
                zone, age = divmod(cell, len(AGE_GROUPS))
                weight = self.weight[entry][age] * self.area_factor.get(self.zone_area[zone], 1.0)
                incident = Incident(
                    time=min(d * DAY + float(hours) * HOUR, math.nextafter((d + 1) * DAY, 0)),
                    entry=entry, zone=zone, age=age, happens=u["present"] < weight,
                )  # fmt: skip
                if incident.happens:
                    self.need(incident, u)
                    self.triage(incident, u)
                    self.branches(incident, u)
                    self.durations(incident, u)
                incidents.append(incident)
        incidents.sort(key=lambda incident: incident.time)
        return incidents

    def need(self, i: Incident, u: dict[str, float]) -> None:
        """Draw how urgent it really is and what is the matter."""
        shares = self.true_share[i.entry]
        if "true_urgency" in u:
            i.urgency = Urgency(choice(u["true_urgency"], shares))
        else:
            i.urgency = Urgency(shares.index(max(shares)))
        i.patient = i.urgency != Urgency.NONE
        i.problem = Problem.NONE
        if i.patient:
            i.problem = Problem(choice(u["problem"], self.problem[i.entry][i.urgency][i.age]))

    def triage(self, i: Incident, u: dict[str, float]) -> None:
        """Draw what AMK and LVS would assign, and what LVS or reception would decide."""
        i.amk_urgency = i.lvs_urgency = i.urgency
        if i.patient and i.entry not in (Entry.PROFESSIONAL_AMK, Entry.BOOKED):
            i.amk_urgency = Urgency(choice(u["amk_triage"], self.amk_matrix[i.urgency]))
        if i.patient and i.entry != Entry.BOOKED:
            i.lvs_urgency = Urgency(choice(u["lvs_triage"], self.lvs_matrix[i.urgency]))
        i.by_lvs = i.entry in BY_LVS or (
            i.entry == Entry.CALL_113 and i.amk_urgency == Urgency.REGULAR
        )
        if not i.patient:
            i.disposition = Disposition.ADVICE
        elif not i.by_lvs:
            i.disposition = Disposition.CONSULTATION
        else:
            shares = self.walk_in_disposition if i.entry == Entry.WALK_IN else self.disposition
            i.disposition = Disposition(choice(u["disposition"], shares[i.lvs_urgency]))
        if self.outside[i.zone] and i.disposition == Disposition.AMBULANCE:
            i.disposition = Disposition.ADVICE

    def branches(self, i: Incident, u: dict[str, float]) -> None:
        """Draw every yes or no."""
        rates = self.rates
        i.presents = True
        i.if_not_presented = IfNotPresented.NOWHERE
        i.at_once = i.by_lvs and i.disposition == Disposition.AMBULANCE
        if i.at_once and i.entry != Entry.CALL_113:
            i.amk_urgency = i.lvs_urgency
        by_amk = i.patient and not i.by_lvs and i.entry != Entry.BOOKED
        acute = (by_amk and i.amk_urgency == Urgency.ACUTE) or (
            i.at_once and i.lvs_urgency == Urgency.ACUTE
        )
        i.hospital_after = (
            i.by_lvs
            and i.disposition in (Disposition.CONSULTATION, Disposition.HOME_VISIT)
            and not self.outside[i.zone]
            and u["hospital_after"] < self.hospital_after[i.urgency]
        )
        share = rates.alerted_lvs if i.at_once else rates.alerted_113
        i.doctor_alerted = acute and u["alerted"] < share
        i.doctor_goes = i.doctor_alerted and u["goes"] < rates.doctor_goes
        i.units_needed = 2 if acute and u["second_unit"] < rates.second_unit else 1
        i.conveyed = i.entry == Entry.BOOKED or i.hospital_after
        if not i.conveyed and i.patient:
            i.conveyed = u["conveyed"] < rates.conveyed
        i.to_legevakt = by_amk and i.conveyed and u["to_legevakt"] < self.to_legevakt[i.problem]
        # Where an entry has no such draw the table's uniform is 0, so the branch is taken.
        i.own_car = i.patient and u.get("own_car", 0.0) < self.own_car[i.age]
        i.redials = u.get("redials", 0.0) < self.redial
        i.satellite_outcome = SatelliteOutcome(choice(u.get("satellite", 0.0), self.satellite))

    def durations(self, i: Incident, u: dict[str, float]) -> None:
        """Draw every duration that an incident of this entry can need."""
        q = self.q
        i.doctor_leave, i.car_noise = 0.0, 1.0  # for entries that do not draw them
        acute, regular = i.amk_urgency == Urgency.ACUTE, i.amk_urgency == Urgency.REGULAR
        inquiry = i.entry in INQUIRIES
        by_113 = i.entry in (Entry.CALL_113, Entry.INQUIRY_113)
        professional = i.entry in (Entry.PROFESSIONAL_AMK, Entry.PROFESSIONAL_LVS)
        booked = i.entry == Entry.BOOKED
        if not booked:
            key = "professional" if professional else "amk" if by_113 else "lvs"
            i.patience = q[f"{key}.patience"](u["patience"])
            key = "calls.redial_pause_113" if by_113 else "calls.redial_pause"
            i.redial_pause = q[key](u["redial_pause"])
        if "amk_interview" in u:
            if inquiry:
                key = "amk.interview_inquiry"
            elif booked:
                key = "amk.interview_booked"
            elif i.entry == Entry.PROFESSIONAL_AMK:
                key = "amk.interview_professional"
            elif (i.at_once or i.hospital_after) and i.entry != Entry.CALL_113:
                key = "amk.transfer_interview"
            elif regular:
                key = "amk.interview_regular"
            else:
                key = "amk.interview_acute" if acute else "amk.interview_urgent"
            i.amk_interview = q[key](u["amk_interview"])
            i.amk_wrap = q["amk.wrap_up_inquiry" if inquiry else "amk.wrap_up"](u["amk_wrap"])
            i.amk_pickup = q["amk.answer"](u["amk_pickup"]) if "amk_pickup" in u else 0.0
        if "lvs_interview" in u:
            i.lvs_pickup = q["lvs.answer"](u["lvs_pickup"])
            key = "lvs.interview_inquiry" if inquiry else "lvs.interview"
            i.lvs_interview = q[key](u["lvs_interview"])
            i.lvs_wrap = q["lvs.wrap_up_inquiry" if inquiry else "lvs.wrap_up"](u["lvs_wrap"])
        if inquiry:
            return
        mean, scale, half = self.access[i.zone]
        i.access = mean * math.exp(scale * normal(u["access"]) - half)
        i.turnout = [
            tuple(q[f"chute.{kind}"](u[draw]) for kind in ("station_day", "station_night", "home"))
            for draw in ("turnout", "turnout2") if draw in u
        ]  # fmt: skip
        i.drive_noise = [
            math.exp(self.noise * normal(u[draw])) for draw in ("drive", "drive2") if draw in u
        ]
        i.transport_noise = math.exp(self.noise * normal(u["transport_drive"]))
        i.ferry, i.ferry2 = u["ferry"], u["ferry2"]
        if booked:
            key = "scene.booked"
        elif i.hospital_after:
            key = "scene.at_clinic"
        elif i.problem == Problem.CARDIAC_ARREST:
            key = "scene.cardiac_arrest"
        elif i.conveyed:
            key = "scene.stroke" if i.problem == Problem.STROKE else "scene.conveyed"
        else:
            key = "scene.not_conveyed"
        i.on_scene = q[key](u["on_scene"])
        i.handover = q["handover.booked" if booked else "handover.hospital"](u["handover"])
        if booked:
            return
        i.nurse = q["clinic.reception_nurse"](u["nurse"])
        i.documentation = q["doctors.documentation"](u["documentation"])
        total = q["clinic.consultation"](u["consultation"])
        i.consultation = max(total - i.documentation, total / 2)
        if "home_visit" not in u:
            return
        i.on_scene2 = q["scene.second_unit"](u["on_scene2"])
        i.car_noise = math.exp(self.noise * normal(u["car_drive"]))
        i.leave_home = q[f"patients.leave_home_{i.lvs_urgency.name.lower()}"](u["leave_home"])
        i.doctor_phone = q["doctors.phone"](u["doctor_phone"])
        i.home_visit = q["doctors.home_visit"](u["home_visit"])
        i.doctor_leave = q["doctors.leave"](u["doctor_leave"])
        i.video = q["satellite.video"](u["video"])
        i.satellite_nurse = max(q["satellite.nurse"](u["satellite_nurse"]), i.video)


_DISTRIBUTIONS = {
    "professional.patience", "amk.patience", "lvs.patience", "calls.redial_pause_113",
    "calls.redial_pause", "amk.interview_inquiry", "amk.interview_booked",
    "amk.interview_professional", "amk.transfer_interview", "amk.interview_regular",
    "amk.interview_acute", "amk.interview_urgent", "amk.wrap_up_inquiry", "amk.wrap_up",
    "amk.answer", "lvs.answer", "lvs.interview_inquiry", "lvs.interview", "lvs.wrap_up_inquiry",
    "lvs.wrap_up", "chute.station_day", "chute.station_night", "chute.home", "scene.booked",
    "scene.at_clinic", "scene.cardiac_arrest", "scene.conveyed", "scene.stroke",
    "scene.not_conveyed", "scene.second_unit", "handover.booked", "handover.hospital",
    "clinic.reception_nurse", "doctors.documentation", "clinic.consultation",
    "patients.leave_home_acute", "patients.leave_home_urgent", "patients.leave_home_regular",
    "doctors.phone", "doctors.home_visit", "doctors.leave", "satellite.video", "satellite.nurse",
}  # fmt: skip
