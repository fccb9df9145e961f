"""``python -m tools.sample_digits FOLDER`` draws the sample digits and writes them."""

import argparse
import sys
from pathlib import Path

from convcli.errors import OutputError
from tools.sample_digits.files import write_files


def main() -> None:
    """Write the four files into the folder that the command line names, and say which."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.sample_digits",
        description="Draw the sample digits and write their four files.",
    )
    parser.add_argument("folder", type=Path, help="where the files go; made if it is missing")
    folder = parser.parse_args().folder
    try:
        paths = write_files(folder)
    except OutputError as error:
        sys.exit(f"Error: {error}")
    for path in paths:
        sys.stdout.write(f"{path} ({path.stat().st_size:,} bytes)\n")


if __name__ == "__main__":
    main()
