"""Units of work: which there are, who carries them out, and what each leaves behind."""
