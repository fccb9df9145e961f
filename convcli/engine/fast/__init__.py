"""The same results sooner: prepared filters, reused buffers, all cores."""
