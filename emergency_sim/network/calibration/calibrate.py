"""Calibration: speeds fitted to observed trips, tested on trips that the fit has not seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emergency_sim.network.calibration.calibrated_table import calibrated_table, fitted_parameters
from emergency_sim.network.calibration.trip_accuracy import Accuracy, accuracies, hold_out
from emergency_sim.network.calibration.trip_ends import PROFILES
from emergency_sim.network.calibration.trip_fit import Sample, Speeds, fit
from emergency_sim.network.calibration.trip_routes import Ways, quickest_ways
from emergency_sim.network.calibration.trip_terms import FEWEST, terms_of
from emergency_sim.network.road_network import RoadNetwork
from emergency_sim.network.speeds import Driving, FerryClass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from emergency_sim.network.calibration.trips import Trips
    from emergency_sim.network.region import Region
    from emergency_sim.network.speed_table import SpeedTable

ROUNDS: Final = 4
"""Times that ways are sought anew at most: speeds decide on the ways, ways on the speeds."""
SHORTEST_S: Final = 30.0
"""Expected seconds below which a trip tells of doors and clocks, not of roads."""
SAME_WAY_M: Final = 0.5
SETTLED: Final = 0.01
"""Share of trips below which new ways are no reason to go on."""
NO_WAY: Final = "no way between its ends at that hour"
BY_FERRY: Final = "its quickest way takes a ferry, whose wait is not known"
OTHER_ACUTE: Final = 0.795
"""Another prior of the acute factor: named by the project's brief as Oslo's, whose publication was
not found (status assumed); the default is the parameter set's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Priors:
    """Parameters in use before the fit; see ``drive.*`` of the parameter set.

    Parameters
    ----------
    factor
        By profile.
    winter_factor, winter_months
        On all seconds of roads in these months.
    sigma
        Of the log-normal noise of one drive.
    """

    factor: Mapping[str, float] = field(
        default_factory=lambda: {"car": 1.0, "ambulance": 1.1, "ambulance_blue": 0.9}
    )
    winter_factor: float = 1.1
    winter_months: tuple[int, ...] = (11, 12, 1, 2, 3)
    sigma: float = 0.15


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calibration:
    """What trips say about speeds.

    Parameters
    ----------
    present, fitted
        Speeds before and after; ``fitted.terms`` is what was fitted.
    trips
        Those that were used, with lines and reasons of the others.
    classes
        Names of the classes of road.
    accuracy
        On held-out trips, by profile and length.
    verdict
        By profile: ``better``, ``not better``, ``too few trips`` or ``no trips``.
    rounds
        How often ways were sought.
    table
        The speed table with the rows of the profiles whose verdict is ``better``.
    parameters
        Values that go with it; empty where no profile's verdict is ``better``.
    """

    present: Speeds
    fitted: Speeds
    trips: Trips
    classes: tuple[str, ...]
    accuracy: tuple[Accuracy, ...]
    verdict: dict[str, str]
    rounds: int
    table: SpeedTable
    parameters: dict[str, float]

    @property
    def recommended(self) -> bool:
        """Whether there is anything to use."""
        return bool(self.parameters)


def calibrate(region: Region, trips: Trips, priors: Priors | None = None) -> Calibration:
    """Fit factors, delays and noise to trips, and test them on trips held out.

    Parameters
    ----------
    region
        Its network is of roads; its speed table is the prior.
    trips
        Joined to it.
    priors
        Parameters in use.

    Notes
    -----
    Left out, and named with their lines: trips without a way, trips whose quickest way takes a ferry
    (its wait is not in the data) and trips shorter than :data:`SHORTEST_S`. A profile with fewer
    than 30 trips keeps what it has.
    """
    priors = priors or Priors()
    network = region.network
    assert isinstance(network, RoadNetwork)
    present = present_speeds(network, priors)
    classes = network.classes

    trips, ways = _usable(trips, _ways(region, trips, present), present, priors)
    sample = _sample(trips, (ways,), priors)
    terms = terms_of(sample, present, classes)
    profiles = {t.profile for t in terms if t.kind == "overall"}
    kept = np.isin(trips.profile, sorted(profiles))
    counts = np.bincount(trips.profile, minlength=len(PROFILES))
    verdict = {
        p.value: "too few trips" if counts[k] else "no trips" for k, p in enumerate(PROFILES)
    }
    if not profiles:
        return Calibration(
            present=present, fitted=present, trips=trips, classes=classes, accuracy=(),
            verdict=verdict, rounds=1, table=network.speeds, parameters={},
        )  # fmt: skip
    trips = trips.chosen(kept, f"fewer than {FEWEST} trips of its profile")
    sample = sample.chosen(kept)
    fitted, rounds = fit(present, terms, sample), 1
    while rounds < ROUNDS:
        rounds += 1
        new = _ways(region, trips, fitted, ferries=False)
        if _known(new, sample.ways):
            break
        sample = _sample(trips, (*sample.ways, new), priors)
        fitted = fit(present, terms, sample)
    held = hold_out(sample, trips.group, present, terms)
    accuracy = tuple(accuracies(sample, held, present.sigma))
    better = {a.profile for a in accuracy if np.isinf(a.km_to) and a.km_from == 0 and a.better}
    for k in profiles:
        verdict[PROFILES[k].value] = "better" if k in better else "not better"
    source = f"fitted to {len(trips)} trips of {trips.file}, SHA-256 {trips.digest}"
    return Calibration(
        present=present, fitted=fitted, trips=trips, classes=classes, accuracy=accuracy,
        verdict=verdict, rounds=rounds, parameters=fitted_parameters(fitted, better),
        table=calibrated_table(network.speeds, fitted, classes, better, source),
    )  # fmt: skip


def present_speeds(network: RoadNetwork, priors: Priors) -> Speeds:
    """Return the speeds by which the network is driven now."""
    delays = np.array(
        [
            [network.speeds.delays(Driving(profile=p, hours=hours)) for hours in FerryClass]
            for p in PROFILES
        ]
    )
    return Speeds(
        factor=np.array([priors.factor[p] for p in PROFILES]),
        signal_s=delays[:, :, 0],
        yield_s=delays[:, :, 1],
        winter_factor=priors.winter_factor,
        sigma=priors.sigma,
    )


def _ways(region: Region, trips: Trips, speeds: Speeds, *, ferries: bool = True) -> Ways:
    network = region.network
    assert isinstance(network, RoadNetwork)
    classes = len(network.classes)
    return quickest_ways(
        region, trips, lambda p, hours: speeds.pace(p, hours, classes), ferries=ferries
    )


def _sample(trips: Trips, ways: tuple[Ways, ...], priors: Priors) -> Sample:
    return Sample(
        seconds=trips.seconds,
        profile=trips.profile,
        hours=trips.hours,
        winter=np.isin(trips.month, priors.winter_months),
        ways=ways,
    )


def _usable(trips: Trips, ways: Ways, present: Speeds, priors: Priors) -> tuple[Trips, Ways]:
    """Return the trips that tell of roads, with their ways."""
    trips, ways = trips.chosen(ways.found, NO_WAY), ways.chosen(ways.found)
    road = ~ways.ferry
    trips, ways = trips.chosen(road, BY_FERRY), ways.chosen(road)
    expected = present.predict(_sample(trips, (ways,), priors))
    long = expected >= SHORTEST_S
    return trips.chosen(long, f"expected to take less than {SHORTEST_S:g} s"), ways.chosen(long)


def _known(new: Ways, ways: tuple[Ways, ...]) -> bool:
    """Whether nearly every trip's new way is one that it had before."""
    same: NDArray[Any] = np.zeros(len(new.metres), bool)
    for old in ways:
        near = np.abs(old.metres - new.metres) < SAME_WAY_M
        same |= near & (np.abs(old.base_s - new.base_s).max(axis=1) < SAME_WAY_M)
    return bool((~same & new.found).mean() < SETTLED)
