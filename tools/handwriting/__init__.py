"""Drawn digits as photos and scans show them, of many kinds, and how many of each are read right.

``python -m tools.handwriting`` draws at least fifty of each kind and prints the table. Nothing is
taken from a data set: the strokes are those of :mod:`tools.sample_digits`.
"""
