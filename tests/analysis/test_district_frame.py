"""The frame goes through JSON and parquet unchanged."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from emergency_sim.analysis.district_frame import DistrictFrame
from tests.analysis.toy import toy_frame


def test_json_round_trip() -> None:
    frame = toy_frame()
    again = DistrictFrame.from_dict(json.loads(json.dumps(frame.to_dict(), allow_nan=False)))
    assert again.to_dict() == frame.to_dict()
    assert again.access_doctor_s.dtype == np.float64
    assert np.isinf(again.access_doctor_s).any()


def test_parquet_round_trip(tmp_path: Path) -> None:
    frame = toy_frame()
    frame.write(tmp_path / "frame.parquet")
    assert DistrictFrame.read(tmp_path / "frame.parquet").to_dict() == frame.to_dict()


def test_only_the_start_differs_between_replications() -> None:
    frame = toy_frame()
    later = frame.starting(date(2024, 8, 12))
    assert later.to_dict() == frame.to_dict() | {"start": "2024-08-12"}


def test_columns_of_wrong_length_are_refused() -> None:
    raw = toy_frame().to_dict() | {"area": ["one"]}
    with pytest.raises(ValueError, match="area"):
        DistrictFrame.from_dict(raw)
