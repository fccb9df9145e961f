"""Answers to what a person asks of a network: numbers and named results, never pictures."""
