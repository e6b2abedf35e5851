"""Colours and words of what people and units are doing."""

from __future__ import annotations

import re
from typing import Any, Final

from emergency_sim.analysis.spans import PATIENT, PHASES

COLOURS: Final = {
    "waits": "#d5dbe0", "telephone": "#56b4e9", "prepares": "#f0e442", "drives": "#0072b2",
    "at_scene": "#e69f00", "conveys": "#7a3b69", "hands_over": "#cc79a7", "works": "#009e73",
    "returns": "#b8c7d6",
}  # fmt: skip
"""By phase of :mod:`emergency_sim.analysis.spans`; light greys for what is no work."""
WORDS: Final[dict[str, dict[str, str]]] = {
    "nb": {
        "waits": "venter", "telephone": "i telefonen", "prepares": "gjør seg klar",
        "drives": "kjører dit", "at_scene": "på stedet", "conveys": "kjører med pasienten",
        "hands_over": "overleverer", "works": "lege eller sykepleier med pasienten",
        "returns": "på vei hjem",
    },
    "en": {
        "waits": "waits", "telephone": "on the telephone", "prepares": "gets ready",
        "drives": "drives there", "at_scene": "at the scene", "conveys": "drives with the patient",
        "hands_over": "hands over", "works": "doctor's or nurse's work",
        "returns": "on the way back",
    },
}  # fmt: skip
_ROLES: Final[dict[str, dict[str, str]]] = {
    "nb": {"doctor": "lege", "nurse": "sykepleier", "operator": "operatør", PATIENT: "pasienten"},
    "en": {PATIENT: "the patient"},
}


def lane_name(lane: str, lang: str) -> str:
    """Return an actor's id as it stands beside its row.

    Examples
    --------
    >>> lane_name("molde.doctor.vakt.1", "nb"), lane_name("bil-molde-1", "en")
    ('lege 1, molde', 'bil-molde-1')
    """
    roles = _ROLES[lang]
    person = re.fullmatch(r"([^.]+)\.([^.]+)\..+\.(\d+)", lane)
    if person is not None:
        site, role, place = person.groups()
        return f"{roles.get(role, role)} {place}, {site}"
    return roles.get(lane, lane)


def phase_patches(used: set[str], lang: str) -> list[Any]:
    """Return the legend's patches of the phases that occur."""
    from matplotlib.patches import Patch

    return [Patch(color=COLOURS[p], label=WORDS[lang][p]) for p in PHASES if p in used]
