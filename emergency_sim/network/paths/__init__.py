"""Quickest ways: the engines that find them, and what is kept of them."""
