"""Who drives, as commands name it, and the overall factors of the bundled parameter set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from emergency_sim.network import Profile, Season

PROFILES: Final = {"car": "car", "ambulance": "ambulance", "blue": "ambulance_blue"}
"""Words of ``--profile`` and the profile that each one means."""


def overall_factor(profile: Profile, season: Season, quantile: float | None = None) -> float:
    """Return what all road seconds are multiplied by.

    Parameters
    ----------
    profile
        Who drives: ``drive.factor.*``.
    season
        In winter ``drive.winter_factor`` too.
    quantile
        Of single drives (``drive.noise_sigma``); None: the expected time, which is the median.
    """
    from emergency_sim.bundled import scenario_path
    from emergency_sim.network.calibration.trip_noise import quantile as noisy
    from emergency_sim.network.speeds import Season
    from emergency_sim.scenario.parameters import read_parameter_set

    path = scenario_path("parameters/norway")
    parameters = read_parameter_set(path, name=path.name)
    factor = parameters.number(profile.factor_parameter)
    if season is Season.WINTER:
        factor *= parameters.number("drive.winter_factor")
    if quantile is not None:
        factor *= float(noisy(1.0, parameters.number("drive.noise_sigma"), quantile))
    return factor
