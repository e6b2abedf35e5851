"""What a uniform is looked up for when the columns hold none (R6): a number that is never re-used."""

from __future__ import annotations

from enum import IntEnum


class Purpose(IntEnum):
    """Second part of the key (incident, purpose, ordinal); values are never changed or re-used."""

    DRIVE_AGAIN = 1
    """Ferry wait of a unit that is sent to the same incident a second time."""
    TRANSPORT = 2
    """Ferry wait on the way with the patient."""
    DOCTOR_BACK = 3
    """Ferry wait on a doctor's way back."""
    NURSE_BACK = 4
    """Ferry wait on a satellite nurse's way back."""
    SENT_ON = 5
    """Ferry wait from the satellite to the clinic."""
    REDIAL = 10
    """Whether a caller rings a third time or more."""
