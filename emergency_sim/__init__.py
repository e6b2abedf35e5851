"""Simulate the out-of-hospital emergency chain and compare how it is organised."""

__version__ = "0.1.0"
