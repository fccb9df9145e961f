"""Where the program starts: ``convcli``, and ``python -m convcli``."""

import gc
import sys


def run() -> None:
    """Entry point of the console script."""
    # What is imported at the start stays; to search it for garbage takes a tenth of a short
    # command's time. The search begins where a command begins its work.
    gc.disable()
    try:
        # Here, so that a Ctrl-C that comes while Python is still loading ends as a later one does.
        from convcli.cli.main import run as run_command

        run_command()
    except KeyboardInterrupt:
        sys.stderr.write("Error: interrupted\n")
        sys.exit(130)


if __name__ == "__main__":
    run()
