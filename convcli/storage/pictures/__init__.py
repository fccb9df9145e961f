"""Reading a user's picture."""
