"""The validation table: what was used cannot be praised, and what is published has a source."""

import pytest

from emergency_sim.experiment.observed.validation_table import ROWS, Kind, validation_table


def test_there_are_enough_independent_rows() -> None:
    assert sum(row.kind is Kind.INDEPENDENT for row in ROWS) >= 6  # R25
    assert len({row.figure for row in ROWS}) == len(ROWS)


def test_the_number_stands_in_the_words() -> None:
    for row in ROWS:
        said = row.published.replace(",", "")
        assert f"{row.target:g}" in said, row.figure
        assert any(c.isalpha() for c in row.published)


@pytest.mark.slow
def test_simulated_figures_stand_beside_the_published() -> None:
    table = validation_table(2)
    assert table["figure"].tolist() == [row.figure for row in ROWS]
    assert (table["simulated"] > 0).all()
    exact = table["figure"].str.startswith("population over")
    assert (table.loc[exact, "standard_error"].isna()).all()
    assert (table.loc[~exact, "standard_error"] > 0).all()
    # calibrated figures come out, or the calibration is broken
    used = table[table["kind"] == Kind.CALIBRATION]
    assert (abs(used["simulated"] / used["target"] - 1) < 0.15).all()


def test_no_replication_is_no_table() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        validation_table(0)
