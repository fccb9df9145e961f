"""Parameter files: one table of formats, and what an array in any of them may be."""
