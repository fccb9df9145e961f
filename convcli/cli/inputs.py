"""What a command works on: one image and the parameters, wherever they come from."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from convcli.cli import console, options
from convcli.cli.budget import require_affordable
from convcli.cli.hints import option_named
from convcli.digits.pixels import one_picture
from convcli.errors import ParameterError, PictureError, UsageError
from convcli.network.building import ADVICE, build
from convcli.network.contract import InputContract
from convcli.network.layers import Convolution
from convcli.network.network import Network
from convcli.storage.mnist.dataset import Dataset, open_dataset
from convcli.storage.parameters import formats
from convcli.text import file_name

if TYPE_CHECKING:
    from convcli.digits.preparation import PreparedPicture, Stage
    from convcli.inspection.pooling_winners import Pooling
    from convcli.inspection.reading import Reading


@dataclass(frozen=True)
class Input:
    """One image, ready for the network.

    Attributes:
        pixels: (1, C, H, W), float32, as the contract makes them.
        title: What it is, for a reader: ``train image 5, label 2``.
        slug: The same for a folder's name: ``train-5``.
        contract: How bytes became these numbers.
        index: Its number in the split; None for a picture of the user's.
        split: ``train`` or ``test``; None for a picture of the user's.
        label: The digit it shows; None where nobody said.
        preparation: The stages from the user's picture to these pixels; empty for a data set.
        warnings: Sentences on what speaks against a user's picture being one digit, whole.
        dataset: Where it comes from; None for a picture of the user's.
    """

    pixels: NDArray[np.float32]
    title: str
    slug: str
    contract: InputContract
    index: int | None = None
    split: str | None = None
    label: int | None = None
    preparation: "tuple[Stage, ...]" = ()
    warnings: tuple[str, ...] = ()
    dataset: Dataset | None = None

    def batch(self, number: int) -> NDArray[np.float32]:
        """This image and those that follow it, from the first again after the last.

        A picture of the user's has none that follow; it is repeated.

        Returns:
            (number, C, H, W), float32, as the contract makes them.
        """
        if self.dataset is None or self.index is None:
            return np.repeat(self.pixels, number, axis=0)
        last = self.index + number
        if last <= len(self.dataset):
            return self.contract.values(self.dataset.images(self.index, last))
        every = self.dataset.images()
        return self.contract.values(every[np.arange(self.index, last) % len(every)])


@dataclass(frozen=True)
class OpenedNetwork:
    """A network, and where it comes from.

    Attributes:
        name: The file's, for a reader.
        network: What is in it.
    """

    name: str
    network: Network

    def convolution(self, name: str | None = None) -> Convolution:
        """The convolution of that name, or without one the first.

        Raises:
            ParameterError: There is none at all.
            UsageError: There is none of that name.
        """
        with self.named():
            first = self.network.first_convolution
        if name is None:
            return first
        # Only those need it that ask for a layer.
        from convcli.inspection.layer_walk import find_convolution

        return find_convolution(self.network, name)

    def pooling(self, name: str | None = None) -> "Pooling":
        """The pooling of that name, or without one the first.

        Raises:
            ParameterError: There is none at all.
            UsageError: There is none of that name.
        """
        # Only those need it that ask for a pooling.
        from convcli.inspection.pooling_winners import find_pooling

        with self.named():
            return find_pooling(self.network, name)

    @contextmanager
    def named(self) -> Iterator[None]:
        """Put the file's name in front of what is wrong with its parameters."""
        try:
            yield
        except ParameterError as error:
            raise ParameterError(f"{self.name}: {error.message}", error.hint) from error

    def require_affordable(self) -> None:
        """Refuse a network that takes more for one image than a command may take.

        Raises:
            UsageError: It does, in the size that the user gave.
            ConvcliError: It does.
        """
        # Most commands do not go through the whole network.
        from convcli.inspection.cost import of_network, of_parameters

        network = self.network
        cost = of_parameters(network) + of_network(network)
        size = {"input_size": "take a smaller --input-size"}
        work = f"{self.name}: an image of {network.contract.size_text} through all layers"
        require_affordable(work, cost, size, "give a smaller network")

    def read(self, image: NDArray[Any]) -> "Reading | None":
        """What the network reads on the image.

        None where it gives no scores, or none that are finite, or the image has not its size.

        Raises:
            ConvcliError: It takes more than a command may.
        """
        if not self.network.reads_classes or image.shape[1:] != self.network.contract.shape:
            return None
        self.require_affordable()
        # Filters alone do without the network.
        from convcli.inspection.reading import read

        try:
            return read(self.network, image)
        except ParameterError:
            return None


def announce(shown: Input | Dataset | None, opened: OpenedNetwork | None = None) -> None:
    """Say on stderr what is not what it seems.

    That is: the bundled sample digits stand in for MNIST, a user's picture may not be one digit, or
    something had to be assumed of a network because its file does not tell.

    Called when nothing can fail for the sake of the input any more, so that an error is one line.
    """
    dataset = shown.dataset if isinstance(shown, Input) else shown
    if dataset is not None and dataset.is_sample:
        console.notice(
            "Note: MNIST was not found, so these are the bundled sample digits; "
            "'convcli data download' fetches MNIST"
        )
    for warning in shown.warnings if isinstance(shown, Input) else ():
        console.notice(f"Warning: {warning}")
    if opened is not None and opened.network.assumed:
        console.notice(f"Note: assumed of {opened.network.title}: {opened.network.assumed}")


def require_mnist_shape(contract: InputContract, hint: str) -> None:
    """Refuse a network that takes pictures of another shape than MNIST's.

    Args:
        contract: What it expects of its input.
        hint: What to do then.

    Raises:
        ParameterError: It does.
    """
    if not contract.is_mnist:
        raise ParameterError(
            f"MNIST's images are {InputContract().size_text}, and the network takes "
            f"{contract.size_text}",
            hint,
        )


def open_input(
    contract: InputContract,
    index: int,
    split: str,
    image: Path | None,
    keep_size: bool = False,
    data_dir: Path | None = None,
) -> Input:
    """The image that the shared image options ask for, as a network takes it.

    Args:
        contract: What the network expects of its input.
        index: Of the image in its split.
        split: ``train`` or ``test``.
        image: A picture of the user's in place of an MNIST digit.
        keep_size: Whether the picture keeps its own size, which then takes the contract's place.
        data_dir: The folder with the MNIST files, if the user named one.

    Raises:
        UsageError: The options contradict each other, or the index is out of range.
        ParameterError: MNIST's images have not the shape that the network takes.
        FileError: The picture or the data cannot be read.
        PictureError: There is nothing to see on the picture.
    """
    options.exclude("image", ["index", "split", "data_dir"])
    if image is not None:
        return _open_picture(contract, image, keep_size)
    if keep_size:
        raise UsageError("--keep-size is about a picture of your own", "add --image FILE")
    require_mnist_shape(contract, "give a picture with --image")
    dataset = open_dataset(split, data_dir)
    pixels, label = dataset.image(index), dataset.label(index)
    kind = "sample" if dataset.is_sample else "image"
    return Input(
        contract.values(one_picture(pixels)), f"{split} {kind} {index}, label {label}",
        f"{split}-{index}", contract, index, split, label, dataset=dataset,
    )  # fmt: skip


def _open_picture(contract: InputContract, path: Path, keep_size: bool) -> Input:
    # What prepares a user's own picture is needed for one only.
    from convcli.storage.pictures.reading import read_picture
    from convcli.views.sentences.preparation import warnings

    if contract.channels not in (1, 3):
        raise ParameterError(
            f"the network takes {contract.size_text}, and a picture has 1 channel or 3",
            "give a network for pictures",
        )

    slug = "image-" + (re.sub(r"[^A-Za-z0-9]+", "-", path.stem).strip("-")[:60] or "picture")
    title = f"picture {file_name(path)}"
    pixels = read_picture(path, colour=contract.channels == 3)
    if keep_size:
        kept = contract.resized(pixels.shape[:2])
        values = kept.values(one_picture(pixels))
        return Input(values, f"{title}, size kept", slug, kept)
    try:
        prepared = _prepared(contract, pixels)
    except PictureError as error:
        raise PictureError(f"{file_name(path)}: {error.message}", error.hint) from error
    values = contract.values(one_picture(prepared.pixels))
    said = tuple(warnings(prepared.doubts))
    return Input(values, title, slug, contract, preparation=prepared.stages, warnings=said)


def _prepared(contract: InputContract, pixels: NDArray[np.uint8]) -> "PreparedPicture":
    if contract.is_mnist:
        from convcli.digits.preparation import prepare

        return prepare(pixels)
    from convcli.digits.fitting import fit_picture

    return fit_picture(pixels, contract.height, contract.width)


def open_network(
    path: Path | None, layers: str | None = None, input_size: tuple[int, ...] | None = None
) -> OpenedNetwork:
    """The network of a parameter file, or of the bundled sample parameters.

    Args:
        path: The file; None for the sample parameters.
        layers: The user's description of the layers; None where the file or its names tell.
        input_size: The user's (height, width) or (channels, height, width); None likewise.

    Raises:
        FileError: The file cannot be read, or is refused.
        ParameterError: The arrays are of no network that is known or described.
        UsageError: The user's description is not understood, or the input has no such size.
    """
    chosen = path or formats.bundled()
    name = file_name(chosen)
    loaded = formats.load(chosen)
    try:
        with option_named(ADVICE, "--layers"):
            return OpenedNetwork(name, _network_of(loaded, layers, input_size))
    except ParameterError as error:
        raise ParameterError(f"{name}: {error.message}", error.hint) from error
    except UsageError as error:
        if layers is not None or input_size is not None:
            raise
        # Nothing was asked for that could be wrong, so it is what the file says.
        if loaded.description is None:
            raise ParameterError(f"{name}: {error.message}", error.hint) from error
        hint = f"{ADVICE} with --layers"
        raise ParameterError(f"{name}: its description: {error.message}", hint) from error


def _network_of(
    loaded: formats.ParameterFile, layers: str | None, input_size: tuple[int, ...] | None
) -> Network:
    described, contract = layers, None
    if loaded.description is not None:
        described = loaded.description.layers if layers is None else layers
        contract = InputContract.from_json(loaded.description.input)
    return build(loaded.arrays, described, contract, input_size)
