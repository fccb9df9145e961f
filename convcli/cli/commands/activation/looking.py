"""Looks through a data set for what excites one filter."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from convcli.cli import console
from convcli.cli.budget import require_affordable
from convcli.cli.commands.activation.one_filter import OneFilter
from convcli.cli.inputs import OpenedNetwork, require_mnist_shape
from convcli.inspection.cost import Cost, of_inputs
from convcli.inspection.excitation import most_exciting, picture_for
from convcli.network.layers import Convolution
from convcli.storage.mnist.dataset import Dataset, open_dataset

AT_ONCE = 200
"""Images that are looked at together."""


def look(
    opened: OpenedNetwork,
    layer: Convolution,
    number: int,
    split: str,
    data_dir: Path | None,
    images: int,
    limit: int,
) -> OneFilter:
    """Look at so many images of a split, and keep some.

    Raises:
        ConvcliError: There is no such filter, or it takes more than a command may.
    """
    network = opened.network
    require_mnist_shape(network.contract, "leave --filter out")
    data = open_dataset(split, data_dir)
    count = min(limit, len(data))
    seen = of_inputs(network, layer, AT_ONCE)
    require_affordable(
        f"{count:,} images up to {layer.name}",
        Cost(seen.memory, seen.seconds * count / AT_ONCE),
        {},
        "look at fewer with --limit",
    )
    with opened.named(), console.progress(f"{data.split} images", count) as progress:
        found = most_exciting(network, layer, number, _blocks(opened, data, count), images,
                              progress)  # fmt: skip
        made = picture_for(network, layer, number)
    return OneFilter(number, data, count, found, made)


def _blocks(opened: OpenedNetwork, data: Dataset, count: int) -> Iterator[NDArray[Any]]:
    for start in range(0, count, AT_ONCE):
        pixels = data.images(start, min(start + AT_ONCE, count))
        yield opened.network.contract.values(pixels)
