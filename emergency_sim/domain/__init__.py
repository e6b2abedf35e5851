"""The words of the model: plain data and pure functions on numpy and the standard library."""
