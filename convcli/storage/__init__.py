"""Where files come in and go out; nothing read here is executed or trusted for its size."""
