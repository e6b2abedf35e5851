"""Opening hours and public holidays as plain arrays of start and end."""

from emergency_sim.calendar.holidays import half_days, public_holidays
from emergency_sim.calendar.shifts import (
    ShiftCalendar,
    check,
    coverage_of_week,
    hidden_rules,
    hours_of_week,
    quarters_of_week,
)

__all__ = [
    "ShiftCalendar",
    "check",
    "coverage_of_week",
    "half_days",
    "hidden_rules",
    "hours_of_week",
    "public_holidays",
    "quarters_of_week",
]
