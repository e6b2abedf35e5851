"""A whole study of the toy region, from the estimate of its cost to its tables; and once more."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from emergency_sim.analysis.assumed_range import with_range
from emergency_sim.analysis.comparison_rows import ComparisonRow
from emergency_sim.domain.errors import InputFaults
from emergency_sim.experiment.sensitivity.study import SensitivityFindings, Study
from emergency_sim.experiment.work.executors import Workers
from emergency_sim.report.sensitivity_tables import SensitivityTables
from emergency_sim.scenario.experiment_schema import Morris, RangeDraws, Sensitivity, Sobol
from tests.experiment.toys import one_clinic, toy

pytest.importorskip("SALib")

WAIT = ("clinic_wait_regular_median", "all", "all")
ASKED = Sensitivity(
    range=RangeDraws(),
    morris=Morris(trajectories=2),
    sobol=Sobol(points=8, most=2),
    parameters=("clinic.reception_nurse", "doctors.documentation", "cost.operator"),
)


def study(folder: Path, variants: Path, asked: Sensitivity = ASKED, primary=(WAIT,)) -> Study:
    base = toy("run.days=2")
    return Study(
        base, [one_clinic(variants)], asked, primary, folder=folder, workers=Workers(jobs=1)
    )


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SensitivityFindings, str]:
    folder = tmp_path_factory.mktemp("study")
    asked = study(folder / "sensitivity", folder)
    return folder, asked.carry_out(), asked.cost().sentence()


@pytest.mark.slow
def test_the_cost_is_told_in_the_units_that_are_run(done):
    folder, found, sentence = done
    # 50 draws; 2 trajectories of 6 points and 8 blocks of 4 points twice; each in two scenarios
    assert "276 replications of scenarios (draws 100, Morris 48, Sobol 128)" in sentence
    assert found.cost.replications == 276
    assert sum(found.counts.values()) == 276
    assert len(list(folder.rglob("indicators.npz"))) == 276


@pytest.mark.slow
def test_a_study_once_more_takes_up_everything_and_writes_the_same(done):
    folder, found, _ = done
    before = {p.name: p.read_bytes() for p in (folder / "sensitivity").glob("*.parquet")}
    assert set(before) == {
        f"{kind}{what}.parquet" for kind in ("range", "morris", "sobol") for what in ("", "_points")
    }
    again = study(folder / "sensitivity", folder).carry_out()
    assert again.counts == {"simulated": 0, "reused": 276, "rescored": 0}
    after = {p.name: p.read_bytes() for p in (folder / "sensitivity").glob("*.parquet")}
    assert before == after
    assert again.draws.keys() == found.draws.keys()


@pytest.mark.slow
def test_what_chance_alone_makes_is_known_from_two_replications(done):
    folder, _, _ = done
    effects = pd.read_parquet(folder / "sensitivity" / "morris.parquet")
    own = effects[effects["what"] == "base"].set_index("parameter")
    assert own.loc["cost.operator", "chance"] == 0  # byte for byte the same patients
    assert own.loc["doctors.documentation", "chance"] > 0
    assert np.isfinite(effects["chance"]).all()
    shares = pd.read_parquet(folder / "sensitivity" / "sobol.parquet")
    assert np.isfinite(shares["chance"]).all()


@pytest.mark.slow
def test_draws_are_differences_of_the_same_point(done):
    folder, found, _ = done
    frame = pd.read_parquet(folder / "sensitivity" / "range.parquet")
    own = frame[(frame["kpi"] == WAIT[0]) & (frame["group_kind"] == "all")]
    assert len(own) == 50
    assert own["difference"].to_numpy() == pytest.approx(own["variant"] - own["base"], nan_ok=True)
    assert found.draws["one-clinic", *WAIT] == pytest.approx(own["difference"], nan_ok=True)
    assert set(own["calibration"]) == {"ssb", "watchtower"}
    (row,) = found.range
    assert row.low <= row.median <= row.high
    text = json.dumps(found.to_json(), allow_nan=False)
    assert "one-clinic" in text


@pytest.mark.slow
def test_the_tables_and_pictures_are_read_back(done, tmp_path: Path):
    folder, found, _ = done
    row = ComparisonRow(
        kpi=WAIT[0], group_kind=WAIT[1], group=WAIT[2], unit="min", better="lower",
        variant_id="one-clinic", base=10.0, variant=15.0, difference=5.0, ci_low=1.0, ci_high=9.0,
        p_holm=0.01, n=100, verdict="worse", note="primary; if the assumed values hold",
        reason=None, spread_low=None, spread_high=None,
    )  # fmt: skip
    (ranged,) = with_range([row], found.draws)
    assert ranged.draws == int(np.isfinite(found.draws["one-clinic", *WAIT]).sum())
    tables = SensitivityTables.read(folder / "sensitivity", [ranged])
    pictures = tables.write(tmp_path, "nb")
    assert tmp_path / "sensitivity_range.png" in pictures
    assert all(path.stat().st_size > 10_000 for path in pictures)
    lines = pd.read_csv(tmp_path / "sensitivity.csv")
    own = lines[lines["what"] == "difference"]
    assert own["rank"].tolist() == list(range(1, len(own) + 1))
    assert own["mu_star"].is_monotonic_decreasing
    assert own.set_index("parameter").loc["cost.operator", "mu_star"] == 0
    (table,) = tables.effect_tables("en")
    assert 1 <= len(table.rows) <= 6
    (sentence,) = tables.range_sentences("en")
    assert "(as given +5.0)" in sentence


def test_without_a_primary_indicator_there_is_nothing_to_screen(tmp_path: Path):
    with pytest.raises(InputFaults, match="needs a primary indicator"):
        study(tmp_path, tmp_path, primary=())
    only_draws = replace(ASKED, morris=None, sobol=None)
    assert study(tmp_path, tmp_path, only_draws, primary=()).cost().replications == 100
