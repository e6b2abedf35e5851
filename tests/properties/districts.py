"""Random small districts: a few points, a few people and units, a busy day or two."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

DISPOSITIONS = ("advice", "consultation", "home_visit", "doctor_phone", "fastlege", "ambulance")
ENTRIES = ("call_113", "professional_amk", "booked", "call_116117", "walk_in", "professional_lvs")
OUTCOMES = ("nurse_alone", "nurse_and_video", "sent_on", "sent_on_after_video")
URGENCIES = ("acute", "urgent", "regular")
PROBLEMS = ("stroke", "chest_pain", "trauma", "infection", "birth", "other")
NIGHT = "23:00-08:00"
DAYTIME = "08:00-15:30"
EVENING = "15:30-23:00"
SHIFTS = ("24/7", "07:00-19:00", "19:00-07:00", EVENING, NIGHT, "06:00-09:00,12:00-13:00")
FORMS = ("onsite", "active", "home", "backup")


class Dice:
    """Choices from one seed, so that an example is small and shrinks by its flags."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.Generator(np.random.Philox(seed))

    def one(self, options: Any) -> Any:
        """Return one of the options."""
        return options[int(self._rng.integers(len(options)))]

    def whole(self, low: int, high: int) -> int:
        """Return a whole number, both ends included."""
        return int(self._rng.integers(low, high + 1))

    def chance(self, p: float) -> bool:
        """Return True with probability p."""
        return bool(self._rng.random() < p)


def lines(dice: Dice, *, forms: tuple[str, ...] = ("active",), most: int = 2) -> dict[str, Any]:
    """Return a duty plan that leaves no hour empty, and perhaps further lines."""
    form = dice.one(forms)
    if dice.chance(0.5):
        plan = {"all": {"hours": "24/7", "count": dice.whole(1, most), "form": form}}
    else:
        plan = {
            "day": {"hours": DAYTIME, "form": dice.one(forms)},
            "evening": {"hours": EVENING, "form": form},
            "night": {"hours": NIGHT, "form": form},
        }
    if dice.chance(0.4):
        plan["more"] = {"hours": dice.one(SHIFTS), "form": dice.one(forms)}
    return plan


def incidents(
    dice: Dice, points: list[str], n: int, seconds: int, *, ties: bool
) -> list[dict[str, Any]]:
    """Return a record of incidents; with ``ties`` everything lasts whole minutes."""
    rows = []
    for i in range(n):
        row: dict[str, Any] = {
            "time_s": dice.whole(0, seconds) if not ties else 60 * dice.whole(0, seconds // 60),
            "id": f"i{i}",
            "zone": dice.one(points),
            "urgency": dice.one(URGENCIES),
            "entry": dice.one(ENTRIES),
            "problem": dice.one(PROBLEMS),
            "disposition": dice.one(DISPOSITIONS),
            "satellite_outcome": dice.one(OUTCOMES),
            "transport": dice.one(("yes", "no")),
            "destination": dice.one(("hospital", "legevakt")),
            "hospital_after": dice.one(("no", "no", "yes")),
            "doctor": dice.one(("yes", "no")),
            "own_car": dice.one(("yes", "no")),
            "units": dice.whole(1, 2),
            "patience_s": dice.one(("9000", "60", "")),
        }
        if row["entry"] == "booked":
            row |= {"urgency": "regular"}
        if row["entry"] == "walk_in":
            row["disposition"] = dice.one(("consultation", "advice"))
        if row["entry"] in ("professional_amk", "booked"):
            row |= {"doctor": "no", "units": 1}
        if ties:
            row |= {
                name: 60 * dice.whole(0, 5)
                for name in (
                    "amk_pickup_s", "lvs_pickup_s", "amk_interview_s", "amk_wrap_s",
                    "lvs_interview_s", "lvs_wrap_s", "turnout_s", "redial_s",
                )
            }  # fmt: skip
            row |= {
                name: 300 * dice.whole(0, 6)
                for name in (
                    "on_scene_s", "on_scene2_s", "handover_s", "leave_home_s", "nurse_s",
                    "consultation_s", "documentation_s", "doctor_phone_s", "home_visit_s",
                    "doctor_leave_s", "video_s",
                )
            }  # fmt: skip
            row["satellite_nurse_s"] = row["video_s"] + 300 * dice.whole(0, 6)
        rows.append(row)
    return sorted(rows, key=lambda r: r["time_s"])


@st.composite
def districts(draw: st.DrawFn) -> dict[str, Any]:
    """Return points, seconds between them, incidents, and the keys of a scenario."""
    dice = Dice(draw(st.integers(0, 2**32 - 1)))
    ties = draw(st.booleans())
    satellite = draw(st.booleans())
    second_clinic = draw(st.booleans())
    fastlege = draw(st.booleans())
    days = draw(st.integers(1, 2))
    n = draw(st.integers(1, 60))
    points = [f"p{i}" for i in range(draw(st.integers(4, 8)))]
    xy = [(dice.whole(0, 30), dice.whole(0, 30)) for _ in points]
    seconds = [
        [0 if a == b else 60 * (abs(a[0] - b[0]) + abs(a[1] - b[1])) for b in xy] for a in xy
    ]
    far = points[-2:] if second_clinic else []
    near = [p for p in points if p not in far]
    hours = f"{EVENING[:5]}-{DAYTIME[:5]}" if fastlege else "24/7"
    main: dict[str, Any] = {
        "node": points[0], "serves": near, "hours": hours, "lvs": "sentral", "rooms": dice.whole(1, 2),
        "doctors": lines(dice, forms=FORMS), "may_be_empty": True,
        "call_out_area": points, "home_visit_area": points,
    }  # fmt: skip
    if dice.chance(0.6):
        main["nurses"] = lines(dice, forms=("active", "onsite"))
    legevakter = {"main": main}
    if second_clinic:
        legevakter["far"] = {
            "node": far[0], "serves": far, "hours": "24/7", "lvs": "sentral", "rooms": 1,
            "doctors": lines(dice, forms=("home",), most=1), "may_be_empty": True,
        }  # fmt: skip
    keys: dict[str, Any] = {
        "run": {"days": days, "warm_up_days": 0, "run_out_days": 2, "replications": 1, "seed": 1},
        "amk": {"nodnett": {"node": points[0], "operators": lines(dice)}},
        "legevaktsentraler": {"sentral": {"node": points[0], "operators": lines(dice)}},
        "legevakter": legevakter,
        "hospitals": {"sykehus": {"node": points[1]}} if dice.chance(0.8) else {},
        "stations": {"s1": {"node": points[0]}, "s2": {"node": points[-1]}},
        "units": {
            "u1": {"station": "s1", "crew": dice.one(("station", "home"))},
            **{
                f"u{k + 2}": {
                    "station": dice.one(("s1", "s2")), "hours": dice.one(SHIFTS),
                    "crew": dice.one(("station", "home")),
                }
                for k in range(dice.whole(0, 2))
            },
        },
        "policies": {
            "dispatch": {"kind": "nearest", "regular_reserve": 0}, "queue": dice.one(("urgency", "fcfs")),
            "after_mission": dice.one(("return", "stay")),
        },
    }  # fmt: skip
    if fastlege:
        keys["fastlege_offices"] = {
            "office": {
                "node": points[2], "serves": points, "hours": "Mo-Su " + DAYTIME, "lvs": "sentral",
                "doctors": dice.whole(1, 2),
            }
        }  # fmt: skip
    if satellite:
        keys["satellites"] = {
            "sat": {
                "node": points[2], "legevakt": "main", "serves": near[-2:],
                "hours": dice.one(("24/7", "08:00-23:00")), "nurses": lines(dice, forms=("onsite",)),
                "takes_urgent": dice.chance(0.5), "home_visits": dice.chance(0.5),
                "first_response_min": dice.one((0, 15, 60)),
            }
        }  # fmt: skip
    record = incidents(dice, points, n, days * 86_400 - 1, ties=ties)
    return {"points": points, "seconds": seconds, "incidents": record, "keys": keys}
