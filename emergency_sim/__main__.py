"""Run the command line as ``python -m emergency_sim``."""

from emergency_sim.cli import main

if __name__ == "__main__":
    main()
