"""Run the command line as ``python -m emergency_sim``."""

import sys

from emergency_sim.cli import main

if __name__ == "__main__":
    sys.exit(main())
