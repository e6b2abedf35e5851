"""A district made from open data: zones, roads, sites, staff and a first scenario."""
