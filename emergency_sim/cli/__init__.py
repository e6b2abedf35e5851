"""The command line."""

try:
    from emergency_sim.cli.main import main
except KeyboardInterrupt:  # Ctrl-C while libraries are loaded
    raise SystemExit(130) from None

__all__ = ["main"]
