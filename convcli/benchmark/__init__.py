"""The engine against the frameworks a user would reach for: the same work, side by side."""
