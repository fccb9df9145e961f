"""Whether the picture is like the images of MNIST that networks learn from."""

from pathlib import Path
from typing import Any

from convcli.cli.inputs import Input
from convcli.errors import FileError
from convcli.inspection.likeness import Likeness, likeness
from convcli.storage.mnist.dataset import open_dataset

SEEN, KEPT_OUT, JUDGED_BY = 20_000, 55_000, 1_000
"""Training images that are looked at; where those that training keeps out begin; how many judge."""


def likeness_of(shown: Input, data_dir: Path | None) -> Likeness | None:
    """How like the training images the picture is; None where they cannot be compared."""
    pixels = shown.contract.bytes_of(shown.pixels)
    if pixels is None or not shown.contract.is_mnist:
        return None
    try:
        data = shown.dataset if shown.split == "train" else open_dataset("train", data_dir)
    except FileError:
        return None
    if data is None or data.is_sample or len(data) < KEPT_OUT + JUDGED_BY:
        return None
    itself = shown.index if shown.split == "train" and (shown.index or 0) < SEEN else None
    return likeness(
        pixels[0, 0],
        data.images(0, SEEN),
        data.images(KEPT_OUT, KEPT_OUT + JUDGED_BY),
        leave_out=itself,
    )


def likeness_of_json(found: Likeness | None) -> dict[str, Any] | None:
    """The same for programs."""
    if found is None:
        return None
    return {
        "cosine": found.cosine,
        "nearest": found.nearest,
        "least_usual": found.least_usual,
        "is_usual": found.is_usual,
    }
