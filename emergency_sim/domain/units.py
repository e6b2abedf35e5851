"""Units of time used inside the model: float seconds; minutes only in reports."""

from typing import Final

MS_PER_S: Final = 1000
MINUTE: Final = 60.0
HOUR: Final = 3600.0
DAY: Final = 86_400.0
WEEK: Final = 604_800.0
DAYS_PER_YEAR: Final = 365.25
SLOT: Final = 900.0
"""Length in seconds of one slot of the service calendar (a quarter of an hour)."""
