"""One command each: it parses, calls and reports."""
