"""What all maps share: their type, shapes as paths, and files that are the same twice."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


@contextmanager
def look() -> Iterator[None]:
    """Give matplotlib the type and hatching of our maps for a while."""
    import matplotlib as mpl

    settings: Any = {
        "font.family": "DejaVu Sans",
        "svg.hashsalt": "emergency_sim",
        "hatch.linewidth": 0.5,
        "hatch.color": "#9aa7b3",
    }
    with mpl.rc_context(settings):
        yield


def save(canvas: Any, paths: Sequence[Path], *, dpi: int) -> None:
    """Write a figure into files whose names end in ``.png`` or ``.svg``, without the time.

    Parameters
    ----------
    canvas
        Of matplotlib.
    paths
        Files to write.
    dpi
        Dots per inch of a PNG.
    """
    for path in paths:
        metadata = {"Date": None} if path.suffix == ".svg" else {"Software": None}
        canvas.savefig(path, dpi=dpi, metadata=metadata)


def outline(shape: Any) -> Any:
    """Return the polygons of a shapely geometry as one matplotlib path."""
    import shapely
    from matplotlib.path import Path as Outline

    rings = [
        shapely.get_coordinates(ring)
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon"
        for ring in (part.exterior, *part.interiors)
    ]
    if not rings:
        return Outline(np.zeros((1, 2)))
    return Outline.make_compound_path(*[Outline(ring, closed=True) for ring in rings])
