"""Sensitivity: how far results rest on what is only assumed (rules R2, R16, R22, R24)."""
