"""``python -m convcli`` is the same as ``convcli``."""

from convcli.cli.main import run

if __name__ == "__main__":
    run()
