"""Every picture and page under ``docs/``, made by the commands that the documents show.

``python -m tools.pictures`` makes all of them anew, from the sample digits and parameters;
``python -m tools.pictures explain.png cell.png`` makes these two. A test holds them to the code.
Pictures of times are other ones on every run, so they are made only where they are named.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from convcli.cli.main import execute
from convcli.storage.mnist.locations import VARIABLE

ROOT = Path(__file__).parents[1]
DOCUMENTS = ROOT / "docs"


@dataclass(frozen=True)
class Run:
    """One call of a command.

    Attributes:
        words: The command line without ``convcli``.
        made: What the command calls a file -> where it belongs under ``docs/``.
        of_times: Whether the pictures show how long something took.
    """

    words: tuple[str, ...]
    made: Mapping[str, str]
    of_times: bool = False


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
    Run(("animate", "conv", "--format", "webp"), {"conv.webp": "pictures/conv.webp"}),
    Run(("animate", "pool", "--format", "webp"), {"pool.webp": "pictures/pool.webp"}),
    Run(("animate", "im2col", "--format", "webp"), {"im2col.webp": "pictures/im2col.webp"}),
    # Without the pad, which needs two megabytes of weights.
    Run(("explore", "--no-draw"), {"explore.html": "pages/explore.html"}),
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


def make(run: Run, folder: Path) -> list[Path]:
    """Call the command, and put what it made where it belongs.

    Args:
        run: Which.
        folder: Takes the place of ``docs/``.

    Returns:
        The files.
    """
    targets = [folder / place for place in run.made.values()]
    with TemporaryDirectory() as made, _sample_digits(), redirect_stdout(StringIO()):
        code = execute([*run.words, "--out", made])
        assert code == 0, f"convcli {' '.join(run.words)} ended with exit code {code}"
        for name, target in zip(run.made, targets, strict=True):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(Path(made, name), target)
    return targets


@contextmanager
def _sample_digits() -> Iterator[None]:
    """Even where MNIST is there."""
    kept = dict(os.environ)
    os.environ.pop(VARIABLE, None)
    with TemporaryDirectory() as empty:
        os.environ["XDG_CACHE_HOME"] = empty
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(kept)


def main() -> None:
    """Make what the command line names, or all that shows no times."""
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
