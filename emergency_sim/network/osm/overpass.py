"""The roads of a place by its name: osmnx asks Nominatim where it is and Overpass what is there."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.domain.errors import Fault, InputFaults
from emergency_sim.network.osm.answers import AnswerCheck, has_slots
from emergency_sim.network.osm.cut import Cut, cut_to
from emergency_sim.network.osm.osmnx_settings import osmnx_settings
from emergency_sim.network.osm.osmnx_source import from_graph
from emergency_sim.network.osm.tags import READ_CLASSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emergency_sim.network.osm.source import RawOsm

PLACE: Final = "--place"
OVERPASS: Final = ("EMERGENCY_SIM_OVERPASS_URL", "https://overpass-api.de/api")
NOMINATIM: Final = ("EMERGENCY_SIM_NOMINATIM_URL", "https://nominatim.openstreetmap.org/")
"""The variable of the environment that names the server, and the public server."""
MOST_KM2: Final = 100_000.0
"""A larger place is refused: the public server is not made for whole countries (assumed)."""
_FILTERS: Final = [f'["highway"~"^({"|".join(READ_CLASSES)})$"]', '["route"="ferry"]']
_MARGIN_M: Final = 2000.0
"""osmnx cuts off what is outside of the area it asks for. It asks for more, so that a road along
the border of the place stays in one piece, and that a ferry that leaves it is seen to leave it."""
_NO_ROADS: Final = ("No data elements", "Found no graph nodes")
"""How osmnx begins to say that there is nothing; its other errors are of a broken answer."""
_REMEDY: Final = "download an extract and use network build --osm FILE"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fetched:
    """What the servers gave.

    Parameters
    ----------
    raw
        The roads and ferries of the place.
    place
        The full name of the place that was found.
    date
        Instant of the data (ISO 8601), or "".
    cut_ferries
        Ferries left out because they leave the place.
    """

    raw: RawOsm
    place: str
    date: str
    cut_ferries: int


def fetch_place(
    name: str,
    *,
    overpass_url: str | None = None,
    nominatim_url: str | None = None,
    timeout: float = 180.0,
    retries: int = 3,
    environment: Mapping[str, str] | None = None,
) -> Fetched:
    """Return the roads and ferries of a place.

    Parameters
    ----------
    name
        As one would type it into a map: ``Molde, Norway``.
    overpass_url, nominatim_url
        Servers to ask; by default those that ``EMERGENCY_SIM_OVERPASS_URL`` and
        ``EMERGENCY_SIM_NOMINATIM_URL`` name, else the public ones.
    timeout
        Seconds that a server has for one answer.
    retries
        How often a server that is busy is asked again, after 55 seconds each time.
    environment
        Variables of the environment; by default the process's.

    Returns
    -------
    Fetched
        Cut to the outline of the place, as `read_osm` cuts a file to a polygon.

    Raises
    ------
    InputFaults
        A server cannot be reached, is busy or gives up; the place is unknown, has no outline or
        no roads, or is too large.
    """
    variables = os.environ if environment is None else environment
    overpass = _url(overpass_url, OVERPASS, variables)
    nominatim = _url(nominatim_url, NOMINATIM, variables)
    if not name.strip():
        raise _fault(PLACE, "name a place, such as 'Molde, Norway'", name)
    check = AnswerCheck(retries=retries, remedy=_REMEDY)
    changes: dict[str, Any] = {
        "doh_url_template": None,
        "nominatim_url": nominatim,
        "overpass_url": overpass,
        "requests_kwargs": {"hooks": {"response": check}},
        "requests_timeout": timeout,
    }
    with osmnx_settings(**changes) as osmnx:
        outline, place = _outline(osmnx, name, nominatim)
        osmnx.settings.overpass_rate_limit = has_slots(
            overpass, osmnx.settings.http_user_agent, timeout, _REMEDY
        )
        graph = _graph(osmnx, name, outline, overpass)
    bounds = tuple(float(side) for side in outline.bounds)
    area = Cut(bounds=(bounds[0], bounds[1], bounds[2], bounds[3]), shape=outline)
    raw, cut_ferries = cut_to(from_graph(graph), area)
    if len(raw) == 0:
        raise _fault(PLACE, "there are no roads in this place", name)
    return Fetched(raw=raw, place=place, date=check.date, cut_ferries=cut_ferries)


def _outline(osmnx: Any, name: str, server: str) -> tuple[Any, str]:
    """Return the polygon of the place and its full name."""
    try:
        frame = osmnx.geocode_to_gdf(name)
    except InputFaults:
        raise
    except TypeError:
        message = f"the place has no outline: name a municipality or a county, or {_REMEDY}"
        raise _fault(PLACE, message, name) from None
    except OSError as error:
        raise _unreachable(server, error) from None
    except (ValueError, KeyError, IndexError, AttributeError) as error:
        if "returned 0 results" in str(error):
            message = "no such place is known: add the country, or write the name as on a map"
            raise _fault(PLACE, message, name) from None
        message = "did not answer as Nominatim does: check the address of the server"
        raise _fault(server, message, ...) from None
    outline = frame.geometry.iloc[0]
    km2 = float(frame.to_crs("EPSG:6933").area.iloc[0]) / 1e6
    if not 0 < km2 <= MOST_KM2:
        message = f"the place has {km2:,.0f} km2, more than {MOST_KM2:,.0f}: {_REMEDY}"
        raise _fault(PLACE, message, name)
    place = frame["display_name"].iloc[0] if "display_name" in frame.columns else name
    return outline, str(place)


def _graph(osmnx: Any, name: str, outline: Any, server: str) -> Any:
    """Return the graph of the place and of its surroundings."""
    metres, crs = osmnx.projection.project_geometry(outline)
    wide, _ = osmnx.projection.project_geometry(metres.buffer(_MARGIN_M), crs=crs, to_latlong=True)
    try:
        return osmnx.graph_from_polygon(
            wide, simplify=False, retain_all=True, custom_filter=list(_FILTERS)
        )
    except InputFaults:
        raise
    except OSError as error:
        raise _unreachable(server, error) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if str(error).startswith(_NO_ROADS):
            raise _fault(PLACE, "there are no roads in this place", name) from None
        message = "did not answer as Overpass does: check the address of the server"
        raise _fault(server, message, ...) from None


def _url(given: str | None, default: tuple[str, str], variables: Mapping[str, str]) -> str:
    """Return the address of a server, without a slash at its end."""
    variable, public = default
    address = given or variables.get(variable) or public
    if not address.startswith(("http://", "https://")):
        raise _fault(variable, "is no address: it must begin with http:// or https://", address)
    return address.rstrip("/")


def _unreachable(server: str, error: OSError) -> InputFaults:
    why = "it took too long" if "timed out" in str(error).lower() else type(error).__name__
    return _fault(server, f"cannot reach {server} ({why}): {_REMEDY}", ...)


def _fault(place: str, message: str, got: object) -> InputFaults:
    return InputFaults([Fault(file=place, message=message, got=got)])
