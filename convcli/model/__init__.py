"""The network, its training and its description; built on the engine, silent."""
