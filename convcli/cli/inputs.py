"""What a command works on: one image and the parameters, wherever they come from."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from convcli.cli import console, options
from convcli.digits.pixels import scale_pixels
from convcli.errors import ParameterError, PictureError, UsageError
from convcli.network.building import build
from convcli.network.contract import InputContract
from convcli.network.layers import Convolution
from convcli.network.network import Network
from convcli.storage.mnist.dataset import Dataset, open_dataset
from convcli.storage.parameters import formats
from convcli.text import file_name

if TYPE_CHECKING:
    from convcli.digits.preparation import Stage
    from convcli.inspection.reading import Reading


@dataclass(frozen=True)
class Input:
    """One image, ready for the engine.

    Attributes:
        pixels: (1, 1, H, W), float32, 0..1.
        title: What it is, for a reader: ``train image 5, label 2``.
        slug: The same for a folder's name: ``train-5``.
        index: Its number in the split; None for a picture of the user's.
        split: ``train`` or ``test``; None for a picture of the user's.
        label: The digit it shows; None where nobody said.
        preparation: The stages from the user's picture to these pixels; empty for a data set.
        dataset: Where it comes from; None for a picture of the user's.
    """

    pixels: NDArray[np.float32]
    title: str
    slug: str
    index: int | None = None
    split: str | None = None
    label: int | None = None
    preparation: "tuple[Stage, ...]" = ()
    dataset: Dataset | None = None

    def batch(self, number: int) -> NDArray[np.float32]:
        """This image and those that follow it, from the first again after the last.

        A picture of the user's has none that follow; it is repeated.

        Returns:
            (number, 1, H, W), float32, 0..1.
        """
        if self.dataset is None or self.index is None:
            return np.repeat(self.pixels, number, axis=0)
        last = self.index + number
        if last <= len(self.dataset):
            return scale_pixels(self.dataset.images(self.index, last))
        every = self.dataset.images()
        return scale_pixels(every[np.arange(self.index, last) % len(every)])


@dataclass(frozen=True)
class OpenedNetwork:
    """A network, and where it comes from.

    Attributes:
        name: The file's, for a reader.
        network: What is in it.
    """

    name: str
    network: Network

    @property
    def first_convolution(self) -> Convolution:
        """The first convolution.

        Raises:
            ParameterError: There is none.
        """
        try:
            return self.network.first_convolution
        except ParameterError as error:
            raise ParameterError(f"{self.name}: {error.message}", error.hint) from error

    @property
    def first_filters(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """The filters (FN, C, FH, FW) and the bias (FN,) of the first convolution."""
        first, parameters = self.first_convolution, self.network.parameters
        filters = parameters[first.weight]
        zeros = np.zeros(len(filters), filters.dtype)
        return filters, parameters[first.bias] if first.bias else zeros

    def read(self, image: NDArray[Any]) -> "Reading | None":
        """What the network reads on the image.

        None where it gives no scores, or none that are finite, or the image has not its size.
        """
        if not self.network.reads_classes or image.shape[1:] != self.network.contract.shape:
            return None
        # Filters alone do without the network.
        from convcli.inspection.reading import read

        try:
            return read(self.network, image)
        except ParameterError:
            return None


def announce(dataset: Dataset | None) -> None:
    """Say on stderr that the bundled sample digits stand in for MNIST, where they do.

    Called when nothing can fail for the sake of the input any more, so that an error is one line.
    """
    if dataset is not None and dataset.is_sample:
        console.notice(
            "Note: MNIST was not found, so these are the bundled sample digits; "
            "'convcli data download' fetches MNIST"
        )


def open_input(
    index: int, split: str, image: Path | None, keep_size: bool, data_dir: Path | None
) -> Input:
    """The image that the shared image options ask for.

    Raises:
        UsageError: The options contradict each other, or the index is out of range.
        FileError: The picture or the data cannot be read.
        PictureError: There is nothing to see on the picture.
    """
    options.exclude("image", ["index", "split", "data_dir"])
    if image is not None:
        return _open_picture(image, keep_size)
    if keep_size:
        raise UsageError("--keep-size is about a picture of your own", "add --image FILE")
    dataset = open_dataset(split, data_dir)
    pixels, label = dataset.image(index), dataset.label(index)
    kind = "sample" if dataset.is_sample else "image"
    return Input(
        scale_pixels(pixels), f"{split} {kind} {index}, label {label}", f"{split}-{index}",
        index, split, label, dataset=dataset,
    )  # fmt: skip


def _open_picture(path: Path, keep_size: bool) -> Input:
    # Pillow is needed for a user's own picture only.
    from convcli.digits.preparation import prepare
    from convcli.storage.pictures.reading import read_picture

    slug = "image-" + (re.sub(r"[^A-Za-z0-9]+", "-", path.stem).strip("-")[:60] or "picture")
    title = f"picture {file_name(path)}"
    grey = read_picture(path)
    if keep_size:
        return Input(scale_pixels(grey), f"{title}, size kept", slug)
    try:
        prepared = prepare(grey)
    except PictureError as error:
        raise PictureError(f"{file_name(path)}: {error.message}", error.hint) from error
    return Input(scale_pixels(prepared.pixels), title, slug, preparation=prepared.stages)


def open_network(path: Path | None, layers: str | None = None) -> OpenedNetwork:
    """The network of a parameter file, or of the bundled sample parameters.

    Args:
        path: The file; None for the sample parameters.
        layers: The user's description of the layers; None where the file or its names tell.

    Raises:
        FileError: The file cannot be read, or is refused.
        ParameterError: The arrays are of no network that is known or described.
        UsageError: The description is not understood.
    """
    chosen = path or formats.bundled()
    name = file_name(chosen)
    loaded = formats.load(chosen)
    described, contract = layers, None
    if loaded.description is not None:
        described = layers or loaded.description.layers
        contract = InputContract.from_json(loaded.description.input)
    try:
        return OpenedNetwork(name, build(loaded.arrays, described, contract))
    except ParameterError as error:
        raise ParameterError(f"{name}: {error.message}", error.hint) from error
