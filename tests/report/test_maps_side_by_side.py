"""Maps that are compared share a page; long words stay on it; what changed is said."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import shapely

from emergency_sim.report import style
from emergency_sim.report.map_labels import MapSite
from emergency_sim.report.travel_areas import _lines_near_places
from emergency_sim.report.travel_maps import draw_travel_map
from emergency_sim.report.travel_words import changes
from tests.report.test_travel_maps import backdrop, travel_map


def size(path: Path) -> str:
    found = re.search(r'viewBox="([^"]+)"', path.read_text(encoding="utf-8"))
    assert found
    return found[1]


def bar(path: Path) -> str:
    found = re.search(r"<!-- (\d+ km) -->", path.read_text(encoding="utf-8"))
    assert found
    return found[1]


def test_maps_to_compare_have_one_page_and_one_scale(tmp_path: Path) -> None:
    sites = tuple(MapSite(name="", x=0, y=0, state=s) for s in ("open", "opened", "closed"))
    maps = [travel_map(), travel_map(sites=sites, subtitle="winter, " * 30)]
    for name, one in zip("ab", maps, strict=True):
        draw_travel_map(one, backdrop(land=False), [tmp_path / f"{name}.svg"], beside=maps)
    assert size(tmp_path / "a.svg") == size(tmp_path / "b.svg")
    assert bar(tmp_path / "a.svg") == bar(tmp_path / "b.svg")


def test_long_lines_are_broken(tmp_path: Path) -> None:
    drawn = travel_map(subtitle="vinter, " * 40, source="Kartverket " * 40)
    draw_travel_map(drawn, backdrop(), [tmp_path / "a.svg"])
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    lines = [x for x in re.findall(r"<!-- (.+?) -->", text) if "Kartverket" in x or "vinter" in x]
    assert len(lines) > 4
    assert max(map(len, lines)) < 205


def test_bare_ground_is_not_blue_like_water(tmp_path: Path) -> None:
    draw_travel_map(travel_map(), backdrop(land=False), [tmp_path / "a.svg"])
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert style.LAND in text
    assert "<!-- langt fra vei -->" in text
    assert "#d8e5ef" not in text


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("nb", "Etter endringen: nedlagt: Rauma; nytt: Midsund; uten ferge: A–B."),
        ("en", "After the change: closed: Rauma; new: Midsund; without ferry: A–B."),
    ],
)
def test_what_changes_is_named(lang: str, said: str) -> None:
    choices = {"close": ["Rauma"], "open": ["Midsund=6.7,62.7"], "without_ferries": ["A–B"]}
    answer: Any = SimpleNamespace(lang=lang, choices=choices)
    assert changes(cast("Any", answer)) == said
    answer.choices = {"close": [], "open": [], "without_ferries": []}
    assert changes(answer) == ""


def test_lines_of_no_length_are_lines() -> None:
    lines = shapely.linestrings([[[0, 0], [0, 0]], [[0, -9e4], [0, 9e4]], [[5e4, 0], [6e4, 0]]])
    places = SimpleNamespace(x=np.array([0.0, 10_000.0]), y=np.zeros(2))
    answer: Any = SimpleNamespace(places=places, cell_m=0.0)
    assert _lines_near_places(answer, lines).tolist() == [True, True, False]
