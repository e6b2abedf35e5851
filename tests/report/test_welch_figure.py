"""Welch's figure is drawn of what there is, and says the outcome in words."""

from pathlib import Path

import numpy as np
import pytest

from emergency_sim.analysis.hourly_series import ROWS
from emergency_sim.analysis.warm_up import warm_up_check
from emergency_sim.analysis.welch import welch_series
from emergency_sim.report.welch_figure import welch_figure


def runs(number: int, level: float) -> list[np.ndarray]:
    stream = np.random.Generator(np.random.Philox(7))
    return [level + stream.random((len(ROWS), 35 * 24)) for _ in range(number)]


@pytest.mark.parametrize(("lang", "word"), [("en", "long enough"), ("nb", "lang nok")])
def test_a_panel_a_series_a_line_a_scenario(tmp_path: Path, lang: str, word: str):
    hourly = {"before": runs(6, 9.0), "after": runs(6, 12.0)}
    check = warm_up_check(hourly, warm_up_days=7).to_json()
    chart = welch_figure(welch_series(hourly, warm_up_days=7), check, lang=lang)
    assert len(chart.figure.axes) == len(ROWS)
    first = chart.figure.axes[0]
    thick = [line for line in first.lines if line.get_linewidth() > 2]
    assert len(thick) == 2
    assert any(line.get_xdata()[0] == 7 for line in first.lines)  # where counting begins
    assert word in chart.words
    chart.save(tmp_path / "warm_up.png")
    assert (tmp_path / "warm_up.png").stat().st_size > 20_000


def test_of_nothing_there_is_no_figure():
    with pytest.raises(ValueError, match="no series"):
        welch_figure([], {})
