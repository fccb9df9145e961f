"""A pickled dictionary of arrays read as data; nothing in it is imported, called or trusted."""
