"""The speed table laid out is what roads are driven at."""

import json
from pathlib import Path

import pytest

from emergency_sim.cli import main


def laid_out(capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    assert main(["network", "speeds", "--json", *words]) == 0
    return json.loads(capsys.readouterr().out)


def speed(found: dict, highway: str, limit: float | None, hours: str = "day") -> float:
    return next(
        row[hours]
        for row in found["rows"]
        if (row["highway"], row["limit_kmh"]) == (highway, limit)
    )


def test_speeds_are_the_table_s_over_all_factors(capsys: pytest.CaptureFixture[str]) -> None:
    car = laid_out(capsys)
    assert speed(car, "trunk", None) == 75
    assert speed(car, "trunk", 80) == 76  # .95 x 80
    assert car["delays"]["day"] == {"signal_s": 12, "yield_s": 4}
    blue = laid_out(capsys, "--profile", "blue", "--season", "winter")
    assert speed(blue, "trunk", None) == pytest.approx(75 / (0.9 * 1.1), abs=0.05)
    assert blue["delays"]["night"] == {"signal_s": 4, "yield_s": 2}


def test_a_region_s_own_table_is_laid_out(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "speeds.csv").write_text(
        "profile,highway,hours,quantity,value,status,source\n"
        "car,trunk,,default_speed,70,assumed,test\n"
        "*,*,night,hours_factor,1.4,assumed,test\n",
        encoding="utf-8",
    )
    found = laid_out(capsys, "--network", str(tmp_path))
    assert speed(found, "trunk", None) == 70
    assert speed(found, "trunk", None, "night") == 50
    assert speed(found, "trunk", 80) == 70  # no share: the class' own speed
    main(["network", "speeds", "--network", str(tmp_path)])
    shown = capsys.readouterr().out
    assert "night" in shown
    assert "no limit known" in shown


def test_what_is_no_profile_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["network", "speeds", "--profile", "bus", "--season", "spring"]) == 2
    err = capsys.readouterr().err
    assert "--profile:1:1: must be one of car, ambulance, blue (got 'bus')" in err
    assert "--season:1:1:" in err
