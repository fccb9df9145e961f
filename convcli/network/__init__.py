"""A network is its layers and the contract of its input; built on the engine, silent."""
