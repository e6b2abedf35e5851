"""Doctors and nurses on duty: where they are, whether they are free, and their active time (R14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from emergency_sim.domain.events import Kind
from emergency_sim.domain.places import DutyForm
from emergency_sim.simulation import kinds
from emergency_sim.simulation.environment import FOREVER
from emergency_sim.simulation.recorder import NAN, NULL

if TYPE_CHECKING:
    from collections.abc import Generator

    from emergency_sim.simulation.chain import Chain
    from emergency_sim.simulation.world import PersonSpec


class Team(Protocol):
    """Whoever plans people's work: told when somebody comes and when a shift is over."""

    def came(self, person: Person) -> None:
        """Somebody has come on duty."""
        ...

    def shift_over(self, person: Person) -> None:
        """Somebody's shift is over; he or she may have to finish something."""
        ...


class Person:
    """One place in a duty plan and whoever fills it.

    ``at_home`` = waits at home when nothing is to be done; ``present`` = at the workplace;
    ``coming`` = called in and on the way; ``busy`` = doing something; ``out`` = away from the
    workplace on a call-out or a home visit; ``leaving`` = the shift is over, what has begun is
    finished.
    """

    __slots__ = (
        "_chain", "_form", "actor", "at_home", "busy", "coming", "duty_ends", "leaving", "on_duty",
        "out", "place", "present", "site_name", "spec",
    )  # fmt: skip

    def __init__(self, chain: Chain, spec: PersonSpec, place: int, site_name: int) -> None:
        self._chain = chain
        self.spec = spec
        self.actor = chain.names[spec.id]
        self._form = chain.names[spec.form.value]
        self.site_name = site_name
        self.place = place
        self.at_home = spec.form is DutyForm.HOME or spec.form is DutyForm.BACKUP
        self.on_duty = False
        self.leaving = False
        self.busy = False
        self.coming = False
        self.present = False
        self.out = False
        self.duty_ends = 0.0

    @property
    def available(self) -> bool:
        """Whether the person can take something on."""
        return self.on_duty and not self.busy

    def duty_begins(self, time: float) -> float:
        """Return when the unbroken duty that covers a time begins by plan; ``FOREVER``: none does."""
        start, end = self.spec.duty.start, self.spec.duty.end
        at = int(start.searchsorted(time, side="right")) - 1
        if at < 0 or end[at] <= time:
            return FOREVER
        while at > 0 and start[at] == end[at - 1]:
            at -= 1
        return float(start[at])

    def starts(self) -> None:
        """The duty starts; one who waits at home is not at the site.

        Whoever still finishes what the last shift began ends that duty now, and stays.
        """
        if self.leaving:
            self._write(kinds.DUTY_ENDS, self._chain.env._now - self.duty_ends)
        self.on_duty = True
        if not self.busy and not (self.leaving and self.present):
            self.present = not self.at_home
        self.leaving = False
        self._write(kinds.DUTY_STARTS, NAN)

    def goes_off(self) -> None:
        """The duty ends now, perhaps late."""
        self.on_duty = False
        self.leaving = False
        self.present = False
        self._write(kinds.DUTY_ENDS, self._chain.env._now - self.duty_ends)

    def _write(self, kind: Kind, value: float) -> None:
        chain = self._chain
        write = chain.write
        write((
            chain.env._now, kind, NULL, NULL, NULL, self.actor, self.site_name, value, self._form,
        ))  # fmt: skip

    def works(self, task: int, incident: int, place_name: int, begins: float, ends: float) -> None:
        """Active work begins now and will end at ``ends``, come what may."""
        write = self._chain.write
        write((
            begins, kinds.TASK_STARTS, incident, NULL, NULL, self.actor, place_name, NAN, task,
            ends, kinds.TASK_ENDS, incident, NULL, NULL, self.actor, place_name, NAN, task,
        ))  # fmt: skip

    def begins(self, task: int, incident: int, place_name: int) -> None:
        """Active work begins."""
        chain = self._chain
        write = chain.write
        write((
            chain.env._now, kinds.TASK_STARTS, incident, NULL, NULL, self.actor,
            place_name, NAN, task,
        ))  # fmt: skip

    def ends(self, task: int, incident: int, place_name: int) -> None:
        """Active work ends."""
        chain = self._chain
        write = chain.write
        write((
            chain.env._now, kinds.TASK_ENDS, incident, NULL, NULL, self.actor, place_name, NAN, task,
        ))  # fmt: skip


def shifts(chain: Chain, person: Person, team: Team) -> Generator[Any, Any, None]:
    """Follow a person's duty plan; the team says what the end of a shift means."""
    env = chain.env
    duty = person.spec.duty
    starts, ends = duty.start.tolist(), duty.end.tolist()
    for i, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if start > env._now:
            yield start - env._now
        person.starts()
        team.came(person)
        yield end - env._now
        person.duty_ends = end
        if i + 1 < len(starts) and starts[i + 1] == end:  # change of shift in the same place
            person._write(kinds.DUTY_ENDS, 0.0)
            continue
        person.leaving = True
        team.shift_over(person)
