"""Where the program starts: ``convcli``, and ``python -m convcli``."""

from convcli import interrupts  # isort: skip - before everything that takes time


def run() -> None:
    """Entry point of the console script."""
    interrupts.answer()
    import gc

    # What is imported at the start stays; to search it for garbage takes a tenth of a short
    # command's time. The search begins where a command begins its work.
    gc.disable()
    from convcli.cli.main import run as run_command

    try:
        run_command()
    finally:
        interrupts.ignore()


if __name__ == "__main__":
    run()
