"""How much memory reading a file takes, and how much there is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

BYTES_PER_BYTE: Final = ((".osm.bz2", 5.0), (".osm.gz", 4.0), (".osm", 0.5), (".pbf", 8.0))
"""Bytes of memory per byte of the file, at most, from reading to the tables (status: assumed)."""
_IDS_AT_MOST: Final = 1.5e9
_IDS_PER_BYTE: Final = 900.0
"""pyosmium's set of ids: 4 MB for each 33 million ids of which one is used. A file of 1 MB whose
ids lie all over took 0.86 GB, and all ids there are, 12 milliard, take 1.5 GB (status: measured
and derived)."""
_SHARE: Final = 0.8
"""Share of the free memory that may be used."""


def reading_bytes(name: str, size: int) -> int:
    """Return the bytes of memory that reading a file of so many bytes takes, roughly.

    Examples
    --------
    >>> reading_bytes("norway.osm.pbf", 1_000_000_000)
    9500000000
    """
    factor = next(factor for suffix, factor in BYTES_PER_BYTE if name.lower().endswith(suffix))
    return round(size * factor + min(_IDS_AT_MOST, size * _IDS_PER_BYTE))


def available_bytes(meminfo: Path | str = "/proc/meminfo") -> int:
    """Return the bytes of memory that may be used: 80 % of what is free.

    Parameters
    ----------
    meminfo
        Where Linux says it; elsewhere all of the machine's memory counts as free.
    """
    try:
        for line in Path(meminfo).read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(_SHARE * 1024 * int(line.split()[1]))
    except OSError:
        pass
    try:
        return int(_SHARE * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (ValueError, OSError, AttributeError):
        return 2**63 - 1
