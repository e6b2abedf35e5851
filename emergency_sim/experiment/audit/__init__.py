"""Results folders as a whole: listed, verified against themselves or a second run, cleaned."""
