"""The wiring: scenario, network and demand are compiled, replications run, results kept."""
