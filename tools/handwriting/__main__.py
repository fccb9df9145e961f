"""``python -m tools.handwriting`` draws handwriting of every kind and counts what is read right."""

import argparse
import sys
from pathlib import Path

from convcli.network.building import build
from convcli.storage.parameters import formats
from tools.handwriting.counting import Count, count
from tools.handwriting.kinds import KINDS


def main() -> None:
    """Count, print the table, and keep the pictures if a folder is named."""
    parser = argparse.ArgumentParser(prog="python -m tools.handwriting", description=main.__doc__)
    parser.add_argument("--each", type=int, default=50, help="how many of each kind")
    parser.add_argument("--seed", type=int, default=1, help="another seed gives other pictures")
    parser.add_argument("--params", type=Path, default=formats.bundled(), help="who reads them")
    parser.add_argument("--kind", action="append", choices=[kind.name for kind in KINDS])
    parser.add_argument("--out", type=Path, help="a folder for the pictures; none without it")
    chosen = parser.parse_args()
    network = build(formats.load(chosen.params).arrays)
    sys.stdout.write("| kind | read right | warned of |\n| --- | ---: | ---: |\n")
    for kind in KINDS:
        if chosen.kind is None or kind.name in chosen.kind:
            counted = count(kind, chosen.each, chosen.seed, network)
            right = "" if counted.right is None else f"{counted.right} of {chosen.each}"
            sys.stdout.write(f"| {kind.name} | {right} | {counted.warned} |\n")
            sys.stdout.flush()
            if chosen.out is not None:
                _keep(counted, chosen.out)


def _keep(counted: Count, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, outcome in enumerate(counted.outcomes):
        suffix = "png" if outcome.content.startswith(b"\x89PNG") else "jpg"
        name = f"{counted.kind.name.replace(' ', '-')}-{number}-{outcome.label}-{outcome.reading}"
        (folder / f"{name}.{suffix}").write_bytes(outcome.content)


if __name__ == "__main__":
    main()
