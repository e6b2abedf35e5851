"""The simulated chain: SimPy processes that read like the story and write the event log."""
