"""MNIST: which files it is, where they are, what is in them, and how they get here."""
