"""Event log -> tables -> indicators -> comparison: pure functions of what happened."""
