"""Fixtures of a toy country."""

from tests.districts.country import country, data, roads

__all__ = ["country", "data", "roads"]
