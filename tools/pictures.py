"""Every picture under ``docs/``, made by the commands that the documents show.

``python -m tools.pictures`` makes all of them anew, from the sample digits and parameters;
``python -m tools.pictures explain.png cell.png`` makes these two. A test holds them to the code.
Pictures of times are other ones on every run, so they are made only where they are named.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
DOCUMENTS = ROOT / "docs"


@dataclass(frozen=True)
class Run:
    """One call of a command.

    Attributes:
        words: The command line without ``convcli``.
        made: What the command calls a file -> where it belongs under ``docs/``.
        of_times: Whether the pictures show how long something took.
        out: What ``--out`` is given; a folder where it has no dot.
    """

    words: tuple[str, ...]
    made: Mapping[str, str]
    of_times: bool = False
    out: str = "pictures"


RUNS = (
    Run(("forward",), {"overview.png": "pictures/forward.png"}),
    Run(("forward", "--theme", "print"), {"overview.png": "pictures/print.png"}),
    Run(("forward", "--steps"), {"steps.png": "pictures/steps.png"}),
    Run(
        ("explain", "--at", "conv:12,7", "--sort", "contribution"),
        {"explanation.png": "pictures/explain.png"},
    ),
    Run(("explain", "--at", "cell:295,13"), {"explanation.png": "pictures/cell.png"}),
    Run(("explain", "--at", "pool:6,3"), {"explanation.png": "pictures/winner.png"}),
    Run(
        ("compare-im2col", "--repeat", "1"),
        {"offset.png": "pictures/offset.png", "position.png": "pictures/position.png"},
    ),
    Run(("compare-im2col", "--small"), {"small.png": "pictures/small.png"}),
    Run(
        ("compare-im2col", "--as-article", "--repeat", "1", "--variants", "offset"),
        {"as-article.png": "pictures/as-article.png"},
    ),
    Run(("show-filters",), {"filters.png": "pictures/filters.png"}),
    Run(
        ("compare-im2col",),
        {"time-by-batch.png": "pictures/time-by-batch.png"},
        of_times=True,
    ),
    Run(("bench",), {"growth.png": "pictures/growth.png"}, of_times=True),
)


def places(runs: Iterable[Run] = RUNS) -> dict[str, Run]:
    """Name of a file under ``docs/`` -> what makes it."""
    return {Path(place).name: run for run in runs for place in run.made.values()}


def make(run: Run, folder: Path) -> Iterator[Path]:
    """Call the command, and put what it made where it belongs.

    Args:
        run: Which.
        folder: Takes the place of ``docs/``.
    """
    with TemporaryDirectory() as empty:
        command = [sys.executable, "-m", "convcli", *run.words, "--out", run.out]
        subprocess.run(  # noqa: S603
            command, cwd=empty, env=_environment(Path(empty)), check=True, stdout=subprocess.DEVNULL
        )
        for name, place in run.made.items():
            target = folder / place
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(Path(empty, run.out) / name, target)
            yield target


def _environment(empty: Path) -> dict[str, str]:
    """The checkout's program, and the sample digits even where MNIST is there."""
    kept = {name: value for name, value in os.environ.items() if name != "CONVCLI_DATA_DIR"}
    return kept | {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(empty / "cache")}


def main() -> None:
    """Make the pictures that the command line names, or all that show no times."""
    parser = argparse.ArgumentParser(prog="python -m tools.pictures", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *places()], metavar="NAME")
    parser.add_argument("--to", type=Path, default=DOCUMENTS, help="in place of docs/")
    chosen = parser.parse_args()
    for run in RUNS:
        named = {Path(place).name for place in run.made.values()} & set(chosen.names)
        if named or not (chosen.names or run.of_times):
            for path in make(run, chosen.to):
                sys.stdout.write(f"{path} ({path.stat().st_size:,} bytes)\n")


if __name__ == "__main__":
    main()
