"""What servers answer instead of data: pages, apologies, half of the data."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, Final

from emergency_sim.domain.errors import Fault, InputFaults

_BUSY: Final = {429, 504}
_TAG: Final = re.compile(r"<(style|script|title)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_DATE: Final = re.compile(rb'"timestamp_osm_base"\s*:\s*"([^"]*)"')
_REMARK: Final = re.compile(rb'\]\s*,\s*"remark"\s*:\s*"((?:[^"\\]|\\.)*)"\s*\}\s*$')
"""After the list of elements: ``remark`` is also a tag that a road may have."""
_ENDS: Final = 4000
"""Bytes at the beginning of an answer where Overpass puts the date, and at the end the remark."""
_WORDS: Final = 120


@dataclass(slots=True, kw_only=True)
class AnswerCheck:
    """Looks at every answer before osmnx does, which takes half of the data for the whole.

    Parameters
    ----------
    retries
        How often a server may say that it is busy; osmnx would ask for ever.
    remedy
        What the user can do without the server.
    date
        Instant of the oldest data (ISO 8601), or "".
    """

    retries: int
    remedy: str
    date: str = ""
    _busy: dict[str, int] = field(default_factory=dict)

    def __call__(self, response: Any, *_: Any, **__: Any) -> None:
        """Check an answer.

        Parameters
        ----------
        response
            Of the library ``requests``.

        Raises
        ------
        InputFaults
            It is no data, or not all of the data.
        """
        server, code = str(response.url).split("?")[0], int(response.status_code)
        if 300 <= code < 400 or server.endswith("/status"):
            return
        if code in _BUSY:
            self._busy[server] = self._busy.get(server, 0) + 1
            if self._busy[server] > self.retries:
                message = f"is busy ({code}): try again in some minutes, or {self.remedy}"
                raise _fault(server, message)
            return
        body: bytes = response.content
        if code >= 400:
            raise _fault(server, f"answered {code} ({_words(body)}): {self.remedy}")
        if body.lstrip()[:1] not in (b"{", b"["):
            raise _fault(server, f"answered no data but a text ({_words(body)}): {self.remedy}")
        remark = _REMARK.search(body, max(0, len(body) - _ENDS))
        if remark:
            message = f"did not give all of the data ({_words(remark[1])}): name a smaller place"
            raise _fault(server, f"{message}, or {self.remedy}")
        date = _DATE.search(body, 0, _ENDS)
        if date:
            given = date[1].decode("ascii", "replace")
            self.date = min(self.date or given, given)


def has_slots(server: str, user_agent: str, timeout: float, remedy: str) -> bool:
    """Return whether an Overpass server says when it has time, as the public ones do.

    Parameters
    ----------
    server
        Its address, beginning with http.
    user_agent
        Who asks.
    timeout
        Seconds.
    remedy
        What the user can do without the server.

    Raises
    ------
    InputFaults
        The server cannot be reached. osmnx would wait a minute before it says so.
    """
    address = f"{server}/status"
    if not address.startswith(("http://", "https://")):
        raise ValueError("no address of the web")
    opener = urllib.request.build_opener()
    opener.addheaders = [("User-Agent", user_agent)]
    try:
        with opener.open(address, timeout=timeout) as answer:
            lines = answer.read(_ENDS).decode("utf-8", "replace").split("\n")
    except urllib.error.HTTPError:
        return False
    except (OSError, HTTPException) as error:
        why = getattr(error, "reason", None) or error
        raise _fault(server, f"cannot reach {server} ({why}): {remedy}") from None
    return len(lines) > 4 and bool(re.match(r"\d|Slot |Currently ", lines[4]))


def _words(body: bytes) -> str:
    """Return the first words of an answer, without the marks of a page."""
    text = _TAG.sub(" ", body[:20_000].decode("utf-8", "replace"))
    return " ".join(text.split())[:_WORDS] or "nothing"


def _fault(server: str, message: str) -> InputFaults:
    return InputFaults([Fault(file=server, message=message)])
