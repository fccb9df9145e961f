"""Running a training from the command line: where it begins, its files, and what is watched."""
