"""Figures: one function that returns one figure, one file each."""
