"""Open data and users' own files: people, municipalities, legevakter, registers, outlines."""
