"""Districts from open data: people, municipalities, legevakter, hospitals, zones and a first scenario."""
