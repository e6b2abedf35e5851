"""Questions about travel times: who has how far to the nearest of some places."""
