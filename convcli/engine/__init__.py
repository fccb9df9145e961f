"""Arrays in, arrays out: NumPy only, no files, no printing."""
