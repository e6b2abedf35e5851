"""A service's own log beside the simulator: checked, fitted, validated."""
