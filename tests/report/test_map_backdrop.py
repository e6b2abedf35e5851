"""What lies under the minutes is cut to the frame: an SVG clips to the land only."""

import numpy as np
import shapely
from matplotlib.figure import Figure

from emergency_sim.report.map_backdrop import Backdrop, draw_areas


def test_land_beyond_the_frame_is_not_drawn() -> None:
    axes = Figure().add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 1000), ylim=(0, 500))
    wide = shapely.box(-90_000, -90_000, 90_000, 90_000)
    shore = shapely.box(500, -90_000, 90_000, 90_000)
    backdrop = Backdrop(
        bounds=(0, 0, 1000, 500), lines=np.empty(0, dtype=object), highway=[], land=shore,
        around=wide, borders=np.array([wide, shore]),
    )  # fmt: skip
    draw_areas(axes, backdrop, 1e4, [(shapely.box(200, 400, 800, 600), {"facecolor": "red"})])
    around, land, area = axes.patches
    assert around.get_path().get_extents().extents.tolist() == [-10, -10, 1010, 510]
    assert land.get_path().get_extents().extents.tolist() == [500, 0, 1000, 500]
    # The area itself is whole; it is the land, cut to the frame, that cuts it.
    assert area.get_path().get_extents().extents.tolist() == [200, 400, 800, 600]
    assert area.get_clip_path() is not None
