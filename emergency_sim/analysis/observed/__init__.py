"""A service's own log: mapped to our events, looked at, compared with a simulation, fitted."""
