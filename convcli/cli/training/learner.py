"""The network that ``convcli train`` begins with, and the file that it ends in."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from convcli.cli.folder import HOME
from convcli.cli.inputs import OpenedNetwork, open_network
from convcli.errors import UsageError
from convcli.network.building import is_known, untrained
from convcli.network.contract import DIGITS, InputContract
from convcli.network.known import CHAPTER_7_SIZED, CHAPTER_7_TITLE, MNIST
from convcli.network.network import Network
from convcli.storage.parameters.description import Description

OUTPUTS = "end with 10 outputs, as in fc1(10)"


def open_learner(params: Path | None, layers: str | None, seed: int) -> OpenedNetwork:
    """A network for MNIST, as its file left it or before any training.

    Args:
        params: The parameters to go on from; None for random ones.
        layers: The user's description; None for what the file says, or the book's network.
        seed: Of random parameters.

    Raises:
        FileError: The file cannot be read, or is refused.
        ParameterError: The arrays of the file do not fit the layers.
        UsageError: The description cannot be, or the network is not for MNIST.
    """
    if params is not None:
        opened = open_network(params, layers)
        learner = OpenedNetwork(opened.name, own(opened.network))
    elif layers is not None:
        learner = OpenedNetwork("", untrained(layers, MNIST, seed))
    else:
        learner = OpenedNetwork("", untrained(CHAPTER_7_SIZED, MNIST, seed, title=CHAPTER_7_TITLE))
    check_fits_mnist(learner.network)
    return learner


def usual_file(params: Path | None, layers: str | None) -> Path:
    """Where the parameters go unless the user says otherwise."""
    name = "simple_convnet.npz" if params is None and layers is None else "network.npz"
    return HOME / "train" / name


def description_of(network: Network) -> Description | None:
    """What a file must say besides the arrays; None where they tell it by themselves."""
    if is_known(network):
        return None
    return Description(network.specification, network.contract.json)


def own(network: Network) -> Network:
    """The network with arrays that nobody else has, in numbers that can be learned.

    Each lies in memory as one of NumPy's two orders, so that a file can bring it back as it was.
    """
    arrays = {
        name: np.array(array, "float64" if array.dtype == np.float64 else "float32", order="A")
        for name, array in network.parameters.items()
    }
    return replace(network, parameters=arrays)


def check_fits_mnist(network: Network) -> None:
    """Refuse a network that does not read digits.

    Raises:
        UsageError: Its input or its output is another one.
    """
    if not network.contract.is_mnist:
        raise UsageError(
            f"MNIST's images are {InputContract().size_text}, and the network takes "
            f"{network.contract.size_text}",
            "train a network that takes MNIST's",
        )
    if network.output_shape != (len(DIGITS),):
        last, shape = network.layers[-1].name, network.output_shape
        raise UsageError(
            f"{network.title} ends in {last} of shape {shape}, and MNIST has {len(DIGITS)} classes",
            OUTPUTS,
        )
