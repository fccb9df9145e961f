"""One filter closely: the images that excite it most, and a picture made for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from convcli.cli import console
from convcli.cli.budget import require_affordable
from convcli.cli.inputs import OpenedNetwork, require_mnist_shape
from convcli.cli.report import Column, Table
from convcli.inspection.cost import Cost, of_inputs
from convcli.inspection.excitation import Excited, MadePicture, most_exciting, picture_for
from convcli.network.layers import Convolution
from convcli.storage.mnist.dataset import Dataset, open_dataset
from convcli.views.sentences.numbers import exact_text, place_text

COLUMNS = (
    *(Column(key, numeric=True) for key in ("image", "label")),
    Column("response", exact_text, numeric=True),
    Column("place", place_text),
)
AT_ONCE = 200


@dataclass(frozen=True, eq=False)
class OneFilter:
    """What excites one filter.

    Attributes:
        number: Of the filter.
        data: The images that were looked at.
        count: How many of them.
        found: The images that it responds to most.
        made: A picture made for it.
    """

    number: int
    data: Dataset
    count: int
    found: list[Excited]
    made: MadePicture

    @classmethod
    def of(
        cls,
        opened: OpenedNetwork,
        layer: Convolution,
        number: int,
        split: str,
        data_dir: Path | None,
        images: int,
        limit: int,
    ) -> "OneFilter":
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
        return cls(number, data, count, found, made)

    def table(self) -> Table:
        """The images, the strongest first."""
        rows: list[dict[str, Any]] = [
            {
                "image": one.number,
                "label": self.data.label(one.number),
                "response": one.response,
                "place": one.place,
            }
            for one in self.found
        ]
        title = f"filter {self.number}: the strongest of {self.count:,} {self.data.split} images"
        return Table(COLUMNS, rows, title, key="images")


def _blocks(opened: OpenedNetwork, data: Dataset, count: int) -> Iterator[NDArray[Any]]:
    for start in range(0, count, AT_ONCE):
        pixels = data.images(start, min(start + AT_ONCE, count))
        yield opened.network.contract.values(pixels)
