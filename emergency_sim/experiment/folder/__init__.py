"""The results folder: written aside and renamed, read back, and where its numbers come from."""
