"""Sentences made of results, for the terminal and for figures."""
