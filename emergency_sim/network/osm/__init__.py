"""OpenStreetMap's nodes, ways and tags become tables of roads and ferries."""
