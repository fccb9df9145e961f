"""Where the program starts: ``convcli``, and ``python -m convcli``."""

import sys


def run() -> None:
    """Entry point of the console script."""
    try:
        # Here, so that a Ctrl-C that comes while Python is still loading ends as a later one does.
        from convcli.cli.main import run as run_command

        run_command()
    except KeyboardInterrupt:
        sys.stderr.write("Error: interrupted\n")
        sys.exit(130)


if __name__ == "__main__":
    run()
