"""What every test shares."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

# Charts are drawn to files: no test opens a window.
os.environ.setdefault("MPLBACKEND", "Agg")
# Matrices of tests are no business of the user's own cache.
os.environ.setdefault(
    "EMERGENCY_SIM_CACHE", str(Path(tempfile.gettempdir()) / "emergency_sim_tests")
)

# On a build machine an example must fail today and tomorrow alike; at a desk new ones are sought.
settings.register_profile("desk", deadline=None)
settings.register_profile("build", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("build" if os.environ.get("CI") else "desk")


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the top folder of the working copy."""
    return Path(__file__).resolve().parents[1]
