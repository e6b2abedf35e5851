"""Indicators of legevakt, satellites and the duty doctor's visits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emergency_sim.analysis.groups import INCIDENT_GROUPS
from emergency_sim.analysis.kpis.registry import kpi
from emergency_sim.analysis.measures import Observations
from emergency_sim.domain.indicators import Aggregation, Better

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from emergency_sim.analysis.tables import Tables

_COLOURS = {"acute": "rød", "urgent": "gul", "regular": "grønn"}
_WITHOUT_URGENCY = tuple(g for g in INCIDENT_GROUPS if g != "urgency")


def _file_wait(urgency: str, quantile: float, relevant: float) -> None:
    name = {0.5: "median", 0.9: "p90"}[quantile]
    nb = {0.5: "Median", 0.9: "90-persentil"}[quantile]
    en = {0.5: "Median", 0.9: "90th percentile of"}[quantile]

    def wait(t: Tables) -> Observations:
        i = t.incidents
        # Whoever has seen no doctor when the run ends has waited so long at least: to leave them out
        # would show a clinic that cannot cope by those it has coped with.
        waits = np.isnan(i["consultation_starts_s"]) & i.text("outcome").equals("open_at_end")
        until = np.where(waits, i["closed_s"], i["consultation_starts_s"])
        seconds = until - i["clinic_arrives_s"]
        own = i.text("clinic_urgency").equals(urgency) & i["at_legevakt"] & i["legevakt_hours"]
        rows = np.flatnonzero(own & (seconds >= 0))
        return Observations(rows, seconds[rows] / 60.0)

    kpi(
        f"clinic_wait_{urgency}_{name}",
        unit="min",
        better=Better.LOWER,
        aggregation=Aggregation.QUANTILE,
        quantile=quantile,
        relevant_difference=relevant,
        source="Arrival at the legevakt to the doctor's start, legevakt hours (R10); who still waits "
        "when the run ends counts with the wait so far",
        title_nb=f"{nb} ventetid på legevakt, {_COLOURS[urgency]}",
        title_en=f"{en} wait at the legevakt, {urgency}",
        groups=_WITHOUT_URGENCY,
        common=True,
    )(wait)


for _urgency, _relevant in (("acute", 2.0), ("urgent", 5.0), ("regular", 10.0)):
    _file_wait(_urgency, 0.5, _relevant)
    _file_wait(_urgency, 0.9, 2 * _relevant)


def _rate(
    name: str,
    chosen: Callable[[Tables], NDArray[Any]],
    *,
    title_nb: str,
    title_en: str,
    source: str,
    relevant: float,
    better: Better = Better.NEITHER,
    unit: str = "1/1000/yr",
    per: str = "person_years",
    true_urgency: bool = False,
) -> None:
    """File the number of incidents that ``chosen`` gives, per 1000 people and year or per week."""

    def count(t: Tables) -> Observations:
        rows = np.flatnonzero(chosen(t))
        extra = {"urgency": t.incidents.text("true_urgency").take(rows)} if true_urgency else {}
        return Observations(rows, np.ones(len(rows)), extra)

    kpi(
        name,
        unit=unit,
        better=better,
        aggregation=Aggregation.TOTAL,
        relevant_difference=relevant,
        source=source,
        title_nb=title_nb,
        title_en=title_en,
        groups=INCIDENT_GROUPS,
        per=per,
    )(count)


_rate(
    "not_presented",
    lambda t: ~t.incidents["presented"],
    title_nb="Møter ikke frem på grunn av avstand, per 1000 innbyggere og år",
    title_en="Stay away because of the distance, per 1000 people and year",
    source="Distance decay; by true urgency (R3)",
    relevant=2.0,
    better=Better.LOWER,
    true_urgency=True,
)
_rate(
    "contacts_per_1000",
    lambda t: t.incidents["contact"],
    title_nb="Kontakter med legevakt per 1000 innbyggere og år",
    title_en="Legevakt contacts per 1000 people and year",
    source="Incidents that legevakt, legevaktsentral or duty doctor dealt with (R1)",
    relevant=10.0,
)
_rate(
    "consultations_per_1000",
    lambda t: np.isfinite(t.incidents["consultation_starts_s"]),
    title_nb="Konsultasjoner på legevakt per 1000 innbyggere og år",
    title_en="Consultations at the legevakt per 1000 people and year",
    source="Patients seen by a doctor at the clinic; video apart (R1)",
    relevant=5.0,
)
_rate(
    "video_consultations",
    lambda t: np.isfinite(t.incidents["video_starts_s"]),
    title_nb="Videokonsultasjoner per uke",
    title_en="Video consultations per week",
    source="Patients at a satellite or at home with the doctor on video (R11)",
    relevant=2.0,
    unit="1/week",
    per="weeks",
)
_rate(
    "video_consultations_per_1000",
    lambda t: np.isfinite(t.incidents["video_starts_s"]),
    title_nb="Videokonsultasjoner per 1000 innbyggere og år",
    title_en="Video consultations per 1000 people and year",
    source="Patients at a satellite or at home with the doctor on video (R11)",
    relevant=2.0,
)
_rate(
    "home_visits_doctor",
    lambda t: np.isfinite(t.incidents["home_visit_starts_s"]),
    title_nb="Sykebesøk av lege per 1000 innbyggere og år",
    title_en="Home visits by a doctor per 1000 people and year",
    source="Doctor's home visits, call-outs apart (R2)",
    relevant=1.0,
)
_rate(
    "home_visits_nurse_video",
    lambda t: t.incidents["video_at_home"],
    title_nb="Sykebesøk av sykepleier med videolege per 1000 innbyggere og år",
    title_en="Home visits by a nurse with video doctor per 1000 people and year",
    source="Video consultations whose place is the patient's zone",
    relevant=1.0,
)
_rate(
    "call_outs",
    lambda t: np.isfinite(t.incidents["call_out_starts_s"]),
    title_nb="Utrykninger med lege per 1000 innbyggere og år",
    title_en="Doctor's call-outs per 1000 people and year",
    source="Acute incidents at which the duty doctor was with the patient (R2)",
    relevant=1.0,
)


@kpi(
    "call_out_delay_p90",
    unit="min",
    better=Better.LOWER,
    aggregation=Aggregation.QUANTILE,
    quantile=0.9,
    relevant_difference=3.0,
    source="Doctor alerted to doctor with the patient (R15)",
    title_nb="90-persentil tid fra varsling til lege hos pasienten",
    title_en="90th percentile from alert to doctor with the patient",
    common=True,
)
def call_out_delay_p90(t: Tables) -> Observations:
    """Return the minutes from the doctor's alert to the patient."""
    i = t.incidents
    seconds = i["doctor_on_scene_s"] - i["doctor_alerted_s"]
    rows = np.flatnonzero(np.isfinite(seconds))
    return Observations(rows, seconds[rows] / 60.0)


@kpi(
    "call_outs_missed",
    unit="share",
    better=Better.LOWER,
    aggregation=Aggregation.RATIO,
    relevant_difference=0.02,
    source="Of the incidents to which a duty doctor was to drive out: none came in time. Stands beside "
    "the time from alert to patient, which only those have to whom one came (R15)",
    title_nb="Andel utrykninger der ingen lege kom i tide",
    title_en="Share of call-outs at which no doctor came in time",
    common=True,
)
def call_outs_missed(t: Tables) -> Observations:
    """Return 1 for each call-out at which no doctor came, 0 where one did."""
    i = t.incidents
    came = np.isfinite(i["doctor_on_scene_s"])
    missed = np.isfinite(i["doctor_alerted_s"]) & i["doctor_unavailable"] & ~came
    rows = np.flatnonzero(missed | (np.isfinite(i["doctor_alerted_s"]) & came))
    return Observations(rows, missed[rows].astype("float64"))


@kpi(
    "redirected_share",
    unit="share",
    better=Better.LOWER,
    aggregation=Aggregation.RATIO,
    relevant_difference=0.02,
    source="Of the patients who went to a clinic or satellite: sent on to another one (R9)",
    title_nb="Andel pasienter som sendes videre til et annet sted",
    title_en="Share of patients sent on to another site",
)
def redirected_share(t: Tables) -> Observations:
    """Return 1 for each patient who was sent to another site than first named."""
    i = t.incidents
    rows = np.flatnonzero(np.isfinite(i["sets_out_s"]) | (i["redirected"] > 0))
    return Observations(rows, (i["redirected"][rows] > 0).astype("float64"))
