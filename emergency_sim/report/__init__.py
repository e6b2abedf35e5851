"""Results made visible: texts in two languages, tables and maps; pure functions of results."""
