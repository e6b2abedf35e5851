"""Maps of travel times: areas of each class, names that cover nothing, files that say it all."""

import xml.etree.ElementTree as ET
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from emergency_sim.report import style
from emergency_sim.report.map_labels import MapSite, draw_sites
from emergency_sim.report.map_legend import Legend
from emergency_sim.report.travel_maps import (
    DPI,
    Backdrop,
    TravelMap,
    areas_by_class,
    draw_travel_map,
)

CELLS = np.array([shapely.box(x, 0, x + 1_000, 50_000) for x in range(0, 90_000, 1_000)])
MINUTES = np.arange(90, dtype=float)


def backdrop(*, land: bool = True) -> Backdrop:
    lines = [[(0, 20_000), (90_000, 20_000)], [(40_000, 0), (40_000, 50_000)]]
    return Backdrop(
        bounds=(0, 0, 90_000, 50_000), lines=shapely.linestrings(lines), highway=("primary", "ferry"),
        land=shapely.box(0, 0, 90_000, 50_000) if land else None,
    )  # fmt: skip


def travel_map(**changed: object) -> TravelMap:
    minutes = MINUTES.copy()
    minutes[85:] = np.nan
    areas, missing = areas_by_class(CELLS, minutes, style.TRAVEL)
    given = {
        "title": "Reisetid", "subtitle": "til legevakt", "areas": areas, "missing": missing,
        "missing_label": "ingen ferge", "rest_label": "langt fra vei", "classes": style.TRAVEL,
        "people": (12_000.0, 1_300.0, 15.0, 20.0, 25.0, 5.0), "site_word": "legevakt",
        "sites": (
            MapSite(name="Molde", x=10_000, y=20_000),
            MapSite(name="Rauma", x=60_000, y=20_000, state="closed"),
            MapSite(name="Far away", x=1e6, y=0),
        ),
        "notes": ("Fergeventing om dagen.",), "source": "SSB NLOD", "lang": "nb",
    }  # fmt: skip
    return TravelMap(**(given | changed))  # type: ignore[arg-type]


def test_cells_are_joined_by_class_and_those_without_minutes_apart() -> None:
    minutes = np.array([0.0, 11.99, 12.0, 39.0, np.nan, np.inf, 60.0])
    areas, missing = areas_by_class(CELLS[:7], minutes, style.TRAVEL)
    strip = 1_000 * 50_000
    assert [a.area / strip for a in areas] == [2, 1, 1, 0, 1]
    assert areas[0].bounds == (0, 0, 2_000, 50_000)
    assert missing.bounds == (4_000, 0, 6_000, 50_000)


def test_a_page_holds_its_words_classes_and_marks(tmp_path: Path) -> None:
    paths = [tmp_path / "a.png", tmp_path / "a.svg"]
    draw_travel_map(travel_map(), backdrop(), paths)
    text = paths[1].read_text(encoding="utf-8")
    ET.fromstring(text)
    for words in (
        "Reisetid", "til legevakt", "Reisetid, minutter", "12–25", "60 og over", "ingen ferge",
        "langt fra vei", "legevakt lagt ned", "ferge", "Fergeventing om dagen.", "Kilde: SSB NLOD",
        "20 km", "12\u2009000", "89,8 %", "0,0 %",
    ):  # fmt: skip
        assert f"<!-- {words} -->" in text, words
    assert "<!-- Far away -->" not in text
    for colour in (*style.YLGNBU, style.LAND, style.SITE, style.FERRY):
        assert colour in text
    size = np.frombuffer(paths[0].read_bytes()[16:24], ">u4")
    assert sorted((size / DPI * 25.4).round().tolist()) == [210, 297]


def test_english_pages_say_it_in_english(tmp_path: Path) -> None:
    draw_travel_map(travel_map(lang="en"), backdrop(), [tmp_path / "a.svg"])
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    for words in ("Travel time, minutes", "60 and over", "legevakt closed", "Source: SSB NLOD"):
        assert f"<!-- {words} -->" in text


def test_the_same_map_gives_the_same_files(tmp_path: Path) -> None:
    for name in ("a", "b"):
        paths = [tmp_path / f"{name}.png", tmp_path / f"{name}.svg"]
        draw_travel_map(travel_map(), backdrop(land=False), paths)
    for ending in ("png", "svg"):
        assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()


def test_colours_lie_where_the_minutes_are(tmp_path: Path) -> None:
    """The middle of each class's strip has its colour, from west to east."""
    from matplotlib.image import imread

    bare = {"sites": (), "people": (), "notes": ()}
    draw_travel_map(travel_map(**bare), backdrop(), [tmp_path / "a.png"])
    picture = np.rint(imread(tmp_path / "a.png")[..., :3] * 255).astype(int)
    known = [tuple(int(c[i : i + 2], 16) for i in (1, 3, 5)) for c in style.YLGNBU]
    row = picture[picture.shape[0] // 2]
    columns = [np.flatnonzero((row == colour).all(axis=1)) for colour in known]
    widths = np.array([len(c) for c in columns], float)
    assert [int(np.median(c)) for c in columns] == sorted(int(np.median(c)) for c in columns)
    # 12, 13, 15, 20 and 25 km; the ferry takes a little of the third or fourth.
    assert widths / widths.sum() == pytest.approx(np.array([12, 13, 15, 20, 25]) / 85, abs=0.02)


def test_areas_must_fit_the_classes(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="each class needs one area"):
        draw_travel_map(travel_map(classes=style.CHANGE), backdrop(), [tmp_path / "a.png"])
    assert not list(tmp_path.iterdir())


LEGEND = (0.0, 300.0, 200.0, 400.0)


def named(sites: list[MapSite]) -> tuple[dict[str, Any], int]:
    """Boxes of the names that found room beside a legend, and how many did not."""
    canvas = Figure(figsize=(6, 4), dpi=100)
    FigureCanvasAgg(canvas)
    axes = canvas.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 600), ylim=(0, 400))
    left_out = draw_sites(axes, sites, points=5.0, taken=[LEGEND])
    renderer = canvas.canvas.get_renderer()
    return {t.get_text(): t.get_window_extent(renderer) for t in axes.texts}, left_out


def many_sites(closed: str = "") -> list[MapSite]:
    places = np.random.default_rng(5).uniform(0, (600, 400), (80, 2))
    names = [f"Legevakt {i}" for i in range(80)]
    return [
        MapSite(name=n, x=x, y=y, state="closed" if n == closed else "open")
        for n, (x, y) in zip(names, places, strict=True)
    ]


def test_names_cover_neither_each_other_nor_marks_nor_the_legend() -> None:
    sites = many_sites()
    boxes, left_out = named(sites)
    assert left_out + len(boxes) == 80
    assert 20 < len(boxes) < 80
    for box in boxes.values():
        assert not any(box.x0 < s.x < box.x1 and box.y0 < s.y < box.y1 for s in sites)
        assert box.x0 >= 0
        assert box.x1 <= 600
        assert not (box.x0 < LEGEND[2] and box.y1 > LEGEND[1])
    for a, b in combinations(boxes.values(), 2):
        across = min(a.x1, b.x1) - max(a.x0, b.x0)
        up = min(a.y1, b.y1) - max(a.y0, b.y0)
        assert across <= 0.01 or up <= 0.01


def test_what_closes_is_named_before_all_others() -> None:
    crowded = {s.name for s in many_sites()} - set(named(many_sites())[0])
    gained = [name for name in sorted(crowded) if name in named(many_sites(closed=name))[0]]
    assert len(gained) > 0.3 * len(crowded)  # some stand among marks, where no name fits


def test_a_legend_grows_with_what_it_says() -> None:
    plain = Legend(classes=style.TRAVEL, lang="nb")
    fuller = Legend(classes=style.TRAVEL, lang="nb", people=(1.0,) * 5, missing="x", ferries=True)
    assert fuller.size_mm() > plain.size_mm()
    assert fuller.size_mm()[1] > plain.size_mm()[1]
