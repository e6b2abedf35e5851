"""Which scenarios a comparison needs, the staffing they are given, and the verdicts."""
