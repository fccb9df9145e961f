"""Networks that are known by the names and shapes of their arrays alone."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from convcli.errors import ParameterError
from convcli.network.building import build, is_known
from convcli.network.contract import InputContract
from convcli.network.known import MNIST, PYTORCH_MNIST, recognise
from convcli.network.network import Network
from convcli.storage.parameters.formats import load
from tests import chapter_7

Array = NDArray[Any]
functional = torch.nn.functional

TOLERANCE = 1e-10


def _arrays(**shapes: tuple[int, ...]) -> dict[str, Array]:
    """Random arrays of these shapes; ``__`` in a name stands for a dot."""
    random = np.random.default_rng(0)
    return {
        name.replace("__", "."): random.normal(size=shape) / np.sqrt(np.prod(shape[1:]))
        for name, shape in shapes.items()
    }


def _pytorch_arrays(**weights: tuple[int, ...]) -> dict[str, Array]:
    shapes = {f"{layer}__weight": shape for layer, shape in weights.items()}
    shapes |= {f"{layer}__bias": shape[:1] for layer, shape in weights.items()}
    return _arrays(**shapes)


def _images() -> Array:
    return np.random.default_rng(1).random((3, 1, 28, 28))


class _InTorch:
    """PyTorch's functions on the arrays of a file."""

    def __init__(self, arrays: dict[str, Array]) -> None:
        self._tensors = {name: torch.tensor(array) for name, array in arrays.items()}

    def conv(self, values: Any, layer: str, pad: int = 0) -> Any:
        weight, bias = self._of(layer)
        return functional.conv2d(values, weight, bias, padding=pad)

    def fc(self, values: Any, layer: str) -> Any:
        weight, bias = self._of(layer)
        # The book's weights are (inputs, outputs).
        return functional.linear(values, weight.T if layer.isdigit() else weight, bias)

    def _of(self, layer: str) -> tuple[Any, Any]:
        """By PyTorch's name of the layer, or by its number in the book."""
        if layer.isdigit():
            return self._tensors[f"W{layer}"], self._tensors[f"b{layer}"]
        return self._tensors[f"{layer}.weight"], self._tensors[f"{layer}.bias"]


def _close(network: Network, expected: Any) -> None:
    scores = network.scores(_images())
    np.testing.assert_allclose(scores, expected.numpy(), atol=TOLERANCE, rtol=TOLERANCE)


# --- the book's


def test_chapter_3_is_three_affine_layers_with_sigmoids_between() -> None:
    arrays = _arrays(W1=(784, 50), b1=(50,), W2=(50, 100), b2=(100,), W3=(100, 10), b3=(10,))
    network = build(arrays)
    assert network.title == "the book's network of chapter 3"
    assert network.contract == MNIST
    values = torch.tensor(_images()).flatten(1)
    theirs = _InTorch(arrays)
    hidden = torch.sigmoid(theirs.fc(torch.sigmoid(theirs.fc(values, "1")), "2"))
    _close(network, theirs.fc(hidden, "3"))


@pytest.mark.parametrize(
    "sizes",
    [
        {},
        {"filters": 3, "height": 4, "width": 3, "hidden": 7, "classes": 4},
        {"filters": 1, "height": 27, "width": 27, "hidden": 1},
    ],
)
def test_chapter_7_is_known_in_every_size(sizes: dict[str, int]) -> None:
    arrays = chapter_7.parameters(0, "float64", **sizes)
    network = build(arrays)
    assert network.title == "the book's network of chapter 7"
    assert network.specification == chapter_7.described(**sizes)
    assert is_known(network)
    theirs = _InTorch(arrays)
    pooled = functional.max_pool2d(theirs.conv(torch.tensor(_images()), "1").relu(), 2)
    _close(network, theirs.fc(theirs.fc(pooled.flatten(1), "2").relu(), "3"))


def _chapter_8() -> dict[str, Array]:
    filters = [(16, 1), (16, 16), (32, 16), (32, 32), (64, 32), (64, 64)]
    shapes: dict[str, tuple[int, ...]] = {
        f"W{place}": (*pair, 3, 3) for place, pair in enumerate(filters, 1)
    }
    shapes |= {"W7": (1024, 50), "W8": (50, 10)}
    biases = {f"b{name[1:]}": (s[0] if len(s) == 4 else s[1],) for name, s in shapes.items()}
    return _arrays(**shapes, **biases)


def test_chapter_8_pads_its_fourth_convolution_by_two_and_halves_when_it_predicts() -> None:
    arrays = _chapter_8()
    network = build(arrays)
    assert network.title == "the book's network of chapter 8"
    assert network.shapes["pool3"] == (64, 4, 4)
    assert is_known(network)
    theirs, values = _InTorch(arrays), torch.tensor(_images())
    for place, pad in enumerate((1, 1, 1, 2, 1, 1), 1):
        values = theirs.conv(values, str(place), pad).relu()
        if place % 2 == 0:
            values = functional.max_pool2d(values, 2)
    hidden = theirs.fc(values.flatten(1), "7").relu() * 0.5
    _close(network, theirs.fc(hidden, "8") * 0.5)


def test_filters_alone_are_a_network_without_scores() -> None:
    network = build(_arrays(W1=(4, 3, 5, 7), b1=(4,)))
    assert network.title == "a convolution alone"
    assert network.contract == InputContract(3, 28, 28)
    assert not network.reads_classes
    large = build(_arrays(W1=(1, 1, 40, 3), b1=(1,)))
    assert large.contract == InputContract(1, 40, 28)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("sample-weight.pkl", "the book's network of chapter 3"),
        ("params-2016.pkl", "the book's network of chapter 7"),
        ("params-2022.pkl", "the book's network of chapter 7"),
        ("deep-convnet-params-2016.pkl", "the book's network of chapter 8"),
        ("deep-convnet-params-2022.pkl", "the book's network of chapter 8"),
    ],
)
def test_the_book_s_own_files_are_known(book_directory: Path, name: str, title: str) -> None:
    path = book_directory / name
    if not path.exists():
        pytest.skip(f"{name} is not in the folder")
    network = build(load(path).arrays)
    assert network.title == title
    assert network.classes == 10
    assert is_known(network)


# --- PyTorch's


LENET = {"conv1": (6, 1, 5, 5), "conv2": (16, 6, 5, 5), "fc2": (84, 120), "fc3": (10, 84)}


@pytest.mark.parametrize(("features", "pad"), [(400, 2), (256, 0)])
def test_lenet_5_is_padded_where_its_first_affine_layer_takes_400(features: int, pad: int) -> None:
    arrays = _pytorch_arrays(**LENET, fc1=(120, features))
    network = build(arrays)
    assert network.title == "LeNet-5"
    assert network.contract == PYTORCH_MNIST
    assert "ReLU and max pooling" in network.assumed
    assert is_known(network)
    theirs = _InTorch(arrays)
    values = functional.max_pool2d(theirs.conv(torch.tensor(_images()), "conv1", pad).relu(), 2)
    values = functional.max_pool2d(theirs.conv(values, "conv2").relu(), 2).flatten(1)
    hidden = theirs.fc(theirs.fc(values, "fc1").relu(), "fc2").relu()
    _close(network, theirs.fc(hidden, "fc3"))


def test_pytorch_s_example_of_today() -> None:
    arrays = _pytorch_arrays(
        conv1=(32, 1, 3, 3), conv2=(64, 32, 3, 3), fc1=(128, 9216), fc2=(10, 128)
    )
    network = build(arrays)
    assert network.title == "PyTorch's MNIST example"
    assert network.contract == PYTORCH_MNIST
    assert network.assumed == ""
    theirs = _InTorch(arrays)
    values = theirs.conv(theirs.conv(torch.tensor(_images()), "conv1").relu(), "conv2").relu()
    values = functional.max_pool2d(values, 2).flatten(1)
    _close(network, theirs.fc(theirs.fc(values, "fc1").relu(), "fc2"))


def test_pytorch_s_example_of_before_2019() -> None:
    arrays = _pytorch_arrays(conv1=(10, 1, 5, 5), conv2=(20, 10, 5, 5), fc1=(50, 320), fc2=(10, 50))
    network = build(arrays)
    assert network.title == "PyTorch's MNIST example of before 2019"
    theirs = _InTorch(arrays)
    values = functional.max_pool2d(theirs.conv(torch.tensor(_images()), "conv1"), 2).relu()
    values = functional.max_pool2d(theirs.conv(values, "conv2"), 2).relu().flatten(1)
    _close(network, theirs.fc(theirs.fc(values, "fc1").relu(), "fc2"))


def test_pytorch_s_example_of_2019() -> None:
    arrays = _pytorch_arrays(
        conv1=(20, 1, 5, 5), conv2=(50, 20, 5, 5), fc1=(500, 800), fc2=(10, 500)
    )
    network = build(arrays)
    assert network.title == "PyTorch's MNIST example of 2019"
    theirs = _InTorch(arrays)
    values = functional.max_pool2d(theirs.conv(torch.tensor(_images()), "conv1").relu(), 2)
    values = functional.max_pool2d(theirs.conv(values, "conv2").relu(), 2).flatten(1)
    _close(network, theirs.fc(theirs.fc(values, "fc1").relu(), "fc2"))


# --- what is not known, and what is nearly so


@pytest.mark.parametrize(
    "arrays",
    [
        {},
        _arrays(W2=(4, 3), b2=(3,)),
        _arrays(W1=(784, 10)),
        _pytorch_arrays(**LENET, fc1=(120, 300)),
        _pytorch_arrays(**{**LENET, "conv1": (6, 3, 5, 5)}, fc1=(120, 400)),
        _pytorch_arrays(**LENET, fc1=(120, 400), fc4=(10, 10)),
        _pytorch_arrays(conv1=(8, 1, 3, 3), conv2=(64, 8, 3, 3), fc1=(9, 9), fc2=(10, 9)),
        _arrays(conv1__weight=(6, 1, 5, 5)),
    ],
)
def test_others_are_not_known(arrays: dict[str, Array]) -> None:
    assert recognise(arrays) is None
    with pytest.raises(ParameterError, match="no network that is known; describe its layers"):
        build(arrays)


@pytest.mark.parametrize(
    ("name", "shape", "message"),
    [
        ("W3", None, "no array W3 for affine2 of the book's network of chapter 7"),
        ("b2", None, "no array b2 for affine1 of the book's network of chapter 7"),
        (
            "W2",
            (4321, 100),
            r"W2 has shape \(4321, 100\); \(4320, 100\) is expected for affine1 of",
        ),
        ("b1", (29,), r"b1 has shape \(29,\); \(30,\) is expected for conv1 of the book's"),
        ("W4", (1,), r"W4 of shape \(1,\) is taken by no layer of the book's network of chapter 7"),
        ("W1", (30, 1, 29, 29), "conv1: a window of 29 rows does not fit 28 rows"),
        ("W1", (30,), r"W1 has shape \(30,\); \(filters, channels, height, width\) is expected"),
    ],
)
def test_what_is_nearly_known_is_said_of_the_network_it_nearly_is(
    name: str, shape: tuple[int, ...] | None, message: str
) -> None:
    arrays = chapter_7.parameters(0)
    if shape is None:
        del arrays[name]
    else:
        arrays[name] = np.zeros(shape, np.float32)
    with pytest.raises(ParameterError, match=message) as refused:
        build(arrays)
    line = str(refused.value)
    assert line.isprintable()
    assert len(line) < 200


def test_what_is_wrong_in_chapter_8_names_the_layer() -> None:
    arrays = _chapter_8()
    arrays["W4"] = np.zeros((32, 31, 3, 3))
    said = r"W4 has shape \(32, 31, 3, 3\); \(32, 32, 3, 3\) is expected for conv4 of the book's"
    with pytest.raises(ParameterError, match=said):
        build(arrays)
