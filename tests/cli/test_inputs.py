"""What commands share: a network of a file, described or not, and an image as it takes it."""

from pathlib import Path

import click
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from convcli.cli import inputs
from convcli.errors import ConvcliError, ParameterError, UsageError
from convcli.network.contract import InputContract
from convcli.storage.parameters.description import Description
from convcli.storage.parameters.formats import save

SMALL = {"W1": (2, 3, 3, 3), "b1": (2,), "W2": (72, 4), "b2": (4,)}
LAYERS = "conv1 relu flatten fc1"


def arrays(shapes: dict[str, tuple[int, ...]]) -> dict[str, NDArray[np.float32]]:
    return {name: np.ones(shape, np.float32) for name, shape in shapes.items()}


@pytest.fixture
def small() -> Path:
    save(Path("small.npz"), arrays(SMALL))
    return Path("small.npz")


@pytest.mark.parametrize("size", [(8, 8), (3, 8, 8)])
def test_a_network_is_described_by_the_user(small: Path, size: tuple[int, ...]) -> None:
    opened = inputs.open_network(small, LAYERS, size)
    assert opened.network.contract.shape == (3, 8, 8)
    assert opened.network.specification == "conv1(2@3x3) relu flatten affine1(4)"


def test_the_bundled_network_can_be_described_too() -> None:
    opened = inputs.open_network(None, "conv1 sigmoid maxpool2 flatten fc1 relu fc2")
    assert opened.network.layers[1].kind == "sigmoid"


def test_what_the_file_says_gives_way_to_what_the_user_says() -> None:
    described = Description(LAYERS, {"channels": 3, "height": 8, "width": 8, "mean": [0.5]})
    save(Path("own.npz"), arrays(SMALL), described)
    assert inputs.open_network(Path("own.npz")).network.contract.shape == (3, 8, 8)
    opened = inputs.open_network(Path("own.npz"), "conv1 tanh flatten fc1")
    assert opened.network.layers[1].kind == "tanh"
    assert opened.network.contract.mean == (0.5,)


@pytest.mark.parametrize(
    ("layers", "size", "kind", "message"),
    [
        (
            None,
            None,
            ParameterError,
            "small.npz: W2 has shape (72, 4); (338, 4) is expected for affine1",
        ),
        ("conv1 relu", (8, 8), ParameterError, "or describe its layers with --layers"),
        ("conv1 relo", None, UsageError, "'relo' is no layer"),
        (LAYERS, (1, 8, 8), ParameterError, "(2, 1, 3, 3) is expected for conv1"),
        (LAYERS, (65_535, 65_535), UsageError, "16,777,216 numbers are the most"),
    ],
)
def test_a_description_that_does_not_fit(
    small: Path,
    layers: str | None,
    size: tuple[int, ...] | None,
    kind: type[ConvcliError],
    message: str,
) -> None:
    with pytest.raises(kind) as caught:
        inputs.open_network(small, layers, size)
    assert type(caught.value) is kind
    assert message in str(caught.value)


def test_arrays_of_no_network_lead_to_the_option() -> None:
    np.savez("strange.npz", weights=np.ones((2, 2)))
    with pytest.raises(ParameterError, match="describe its layers with --layers"):
        inputs.open_network(Path("strange.npz"))


@pytest.mark.parametrize("layers", ["conv1 relo", "conv1(pad=1/2/3) flatten fc1"])
def test_a_file_that_describes_itself_wrongly_is_no_wrong_usage(layers: str) -> None:
    described = Description(layers, {"channels": 3, "height": 8, "width": 8})
    save(Path("own.npz"), arrays(SMALL), described)
    with pytest.raises(ParameterError, match=r"own\.npz: its description: .* with --layers"):
        inputs.open_network(Path("own.npz"))


def _open(contract: InputContract, path: Path | None, keep_size: bool = False) -> inputs.Input:
    with click.Context(click.Command("predict")):
        return inputs.open_input(contract, 0, "train", path, keep_size, None)


def test_mnist_is_refused_for_a_network_of_another_shape() -> None:
    with pytest.raises(
        ParameterError,
        match="MNIST's images are 1x28x28, and the network takes 3x32x32; give a picture",
    ):
        inputs.require_mnist_shape(InputContract(3, 32, 32), "give a picture")


def _picture(*size: int) -> NDArray[np.uint8]:
    pixels = np.random.default_rng(3).integers(0, 256, size, np.uint8)
    Image.fromarray(pixels).save("picture.png")
    return pixels


def test_a_picture_in_colour_goes_in_as_the_contract_says() -> None:
    pixels = _picture(6, 8, 3)
    contract = InputContract(3, 6, 8, mean=(0.5, 0.25, 0), standard_deviation=(0.5, 2, 1))
    opened = _open(contract, Path("picture.png"))
    assert opened.pixels.shape == (1, 3, 6, 8)
    assert opened.pixels.dtype == np.float32
    expected = (pixels / 255 - [0.5, 0.25, 0]) / [0.5, 2, 1]
    np.testing.assert_allclose(opened.pixels[0].transpose(1, 2, 0), expected, atol=1e-6)


def test_a_picture_keeps_its_size_when_asked_to() -> None:
    pixels = _picture(9, 7)
    opened = _open(InputContract(scale=1), Path("picture.png"), keep_size=True)
    np.testing.assert_array_equal(opened.pixels[0, 0], pixels)
    assert opened.contract.shape == (1, 9, 7)


def test_a_picture_of_other_channels_is_refused() -> None:
    _picture(9, 7)
    with pytest.raises(ParameterError, match="takes 2x9x7, and a picture has 1 channel or 3"):
        _open(InputContract(2, 9, 7), Path("picture.png"))
