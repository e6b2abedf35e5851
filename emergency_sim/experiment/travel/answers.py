"""What a notebook or a script asks about travel times: how far people have, before and after."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from emergency_sim.experiment.travel.driving import PROFILES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emergency_sim.districts.travel_answer import TravelAnswer
    from emergency_sim.domain.errors import Fault
    from emergency_sim.network import Region

SEASONS = ("summer", "winter")


def load_region(network: str | Path = "more-og-romsdal") -> Region:
    """Return the roads, zones and sites of a region.

    Parameters
    ----------
    network
        A region's folder, or the name of a bundled one.

    Raises
    ------
    InputFaults
        Everything wrong with its tables.
    """
    from emergency_sim.network import read_region

    return read_region(_folder(network))


def _folder(network: str | Path) -> Path:
    from emergency_sim.bundled import network_names, network_path

    return network_path(str(network)) if str(network) in network_names() else Path(network)


def travel_times(
    network: str | Path = "more-og-romsdal",
    to: str | Path = "kind=legevakt",
    *,
    profile: str = "car",
    at: str | None = None,
    season: str = "summer",
    quantile: float | None = None,
    breaks: Sequence[float] = (12.0, 25.0, 40.0, 60.0),
    close: Sequence[str] = (),
    opens: Sequence[str] = (),
    without_ferries: Sequence[str] = (),
    worse_min: float = 10.0,
    lang: str = "en",
) -> TravelAnswer:
    """Return the travel times between all people of a network and some places.

    Parameters
    ----------
    network
        A region's folder, or the name of a bundled one.
    to
        A kind of the region's sites (``kind=legevakt``, ``kind=station`` ...), or a file of places.
    profile
        Who drives: ``car`` goes to the places; ``ambulance`` and ``blue`` come from them.
    at
        Only what is open then, with that hour's ferries: ``"Sa 03:00"``; None: by day, as if
        everything was always open.
    season
        ``summer`` or ``winter``.
    quantile
        Of single trips, between 0 and 1; None: the usual time.
    breaks
        Borders of the classes in minutes, at most four, rising.
    close, opens, without_ferries
        What differs afterwards: names of places that close, new ones as ``NAME=LON,LAT``, names of
        ferries that do not run.
    worse_min
        A change of more minutes than this counts as longer or shorter.
    lang
        Of words in tables and maps.

    Returns
    -------
    TravelAnswer
        Situations before and after, and the table of shares by group.

    Raises
    ------
    InputFaults
        Everything wrong with files, names, hour and breaks.
    ValueError
        An unknown profile, season or language, or a quantile out of range.

    Examples
    --------
    >>> night = travel_times(at="Sa 03:00")
    >>> night.before.least.shape == (len(night.places),)
    True
    """
    from emergency_sim.experiment.travel.question import Question, answer, number_list, week_hour

    for name, given, known in (
        ("profile", profile, tuple(PROFILES)),
        ("season", season, SEASONS),
        ("lang", lang, ("nb", "en")),
    ):
        if given not in known:
            raise ValueError(f"{name} must be one of {', '.join(known)} (got {given!r})")
    if quantile is not None and not 0 < quantile < 1:
        raise ValueError(f"quantile must lie between 0 and 1 (got {quantile})")
    faults: list[Fault] = []
    question = Question(
        network=_folder(network),
        to=str(to),
        profile=PROFILES[profile],
        towards=profile == "car",
        season=season,
        at=None if at is None else week_hour(at, faults),
        breaks=number_list(",".join(str(b) for b in breaks), "breaks", faults),
        close=tuple(close),
        opens=tuple(opens),
        without_ferries=tuple(without_ferries),
        worse_min=worse_min,
        quantile=quantile,
        lang=lang,
    )
    return answer(question, faults)
