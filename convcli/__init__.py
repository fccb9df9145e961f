"""See inside a convolutional network from the terminal."""

__version__ = "0.1.0"
