"""Which measure finds pictures that are no digits: ``python -m tools.likeness`` counts.

Each measure calls the lowest 1 % of 1,000 validation images unusual. What is counted is which share
of pictures of other kinds lies below that, and which share of 3,000 test images, which are digits.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from convcli.engine.activations import softmax
from convcli.inspection.likeness import USUAL_SHARE, nearest_cosines
from convcli.network.building import build
from convcli.network.plan import Plan
from convcli.storage.mnist.dataset import open_dataset
from convcli.storage.parameters import formats

Pixels = NDArray[np.uint8]
Measure = Callable[[Pixels], NDArray[Any]]
SEEN, KEPT_OUT, JUDGED_BY, DIGITS = 20_000, 55_000, 1_000, 3_000


def other_kinds(digits: Pixels, seed: int = 0) -> dict[str, Pixels]:
    """Pictures that are no digits, made of digits and of chance."""
    chance = np.random.default_rng(seed)
    noise = chance.integers(0, 256, digits.shape, np.uint8)
    return {
        "noise": noise * (chance.random(digits.shape) > 0.5).astype(np.uint8),
        "turned by 90 degrees": np.rot90(digits, axes=(1, 2)),
        "sixteen parts shuffled": np.stack([_shuffled(one, chance) for one in digits]),
        "black on white": 255 - digits,
    }


def _shuffled(digit: Pixels, chance: np.random.Generator) -> Pixels:
    parts = digit.reshape(4, 7, 4, 7).transpose(0, 2, 1, 3).reshape(16, 7, 7)
    mixed = chance.permutation(parts).reshape(4, 4, 7, 7).transpose(0, 2, 1, 3)
    return mixed.reshape(28, 28)


def measures(seen: Pixels) -> dict[str, Measure]:
    """Each gives high numbers to what is usual."""
    plan = Plan(build(formats.load(formats.bundled()).arrays))
    return {
        "cosine to the nearest image": lambda pixels: nearest_cosines(pixels, seen),
        "highest probability": lambda pixels: softmax(plan.scores_of_pixels(pixels)).max(axis=1),
        "largest score": lambda pixels: plan.scores_of_pixels(pixels).max(axis=1),
    }


@click.command()
@click.option("--data-dir", type=click.Path(path_type=Path), help="Folder with MNIST.")
def main(data_dir: Path | None) -> None:
    """Print the share of each kind that each measure calls unusual."""
    train, test = open_dataset("train", data_dir), open_dataset("test", data_dir)
    validation = train.images(KEPT_OUT, KEPT_OUT + JUDGED_BY)
    digits = test.images(0, DIGITS)
    for name, measure in measures(train.images(0, SEEN)).items():
        least = np.quantile(measure(validation), 1 - USUAL_SHARE)
        shares = {
            kind: float(np.mean(measure(pixels) < least))
            for kind, pixels in {"digits": digits, **other_kinds(digits[:500])}.items()
        }
        listed = ", ".join(f"{kind} {share:.1%}" for kind, share in shares.items())
        click.echo(f"{name}: {listed}")


if __name__ == "__main__":
    main()
