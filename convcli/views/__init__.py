"""Pictures: each view takes named results and draws them; it computes no number."""
