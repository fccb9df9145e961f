"""Programs for developers: what the repository ships is made by them."""
