"""Speeds fitted to observed trips, and the noise of single drives."""
