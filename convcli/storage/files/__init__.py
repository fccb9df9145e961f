"""Opening files that others wrote, writing our own, and what holds several files in one."""
