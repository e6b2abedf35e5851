"""Experiment files: points of a design, replications until precise, the best structure."""
