"""The command ``emergency-sim``; everything heavy is imported by the command that needs it."""

from emergency_sim.cli.main import main

__all__ = ["main"]
