import gzip
import pickle
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from convcli.digits.pixels import scale_pixels
from convcli.engine.fast.threads import usable_cores
from convcli.errors import GeometryError, ParameterError, UsageError
from convcli.network.architecture import PARAMETER_NAMES, Architecture
from convcli.network.convnet import BLOCK, SimpleConvNet, check_labels

Array = NDArray[Any]

TOLERANCE = 1e-10


def _network(
    random: np.random.Generator, architecture: Architecture, dtype: str, deviation: float = 0.25
) -> SimpleConvNet:
    return SimpleConvNet(
        {
            name: (deviation * random.normal(size=shape)).astype(dtype)
            for name, shape in architecture.shapes.items()
        }
    )


def _batch(random: np.random.Generator, number: int, classes: int = 10) -> tuple[Array, Array]:
    return random.random((number, 1, 28, 28)), random.integers(classes, size=number)


def _torch_scores(tensors: dict[str, Any], images: Array) -> Any:
    maps = torch.nn.functional.conv2d(torch.tensor(images), tensors["W1"], tensors["b1"])
    pooled = torch.nn.functional.max_pool2d(torch.relu(maps), 2).flatten(1)
    hidden = torch.relu(pooled @ tensors["W2"] + tensors["b2"])
    return hidden @ tensors["W3"] + tensors["b3"]


@settings(deadline=None, max_examples=10)
@given(
    seed=st.integers(0, 2**32 - 1),
    number=st.integers(1, 4),
    architecture=st.builds(
        Architecture,
        filters=st.integers(1, 6),
        filter_height=st.integers(1, 9),
        filter_width=st.integers(1, 9),
        hidden=st.integers(1, 20),
        classes=st.integers(1, 12),
    ),
)
def test_scores_loss_and_gradients_agree_with_torch(
    seed: int, number: int, architecture: Architecture
) -> None:
    random = np.random.default_rng(seed)
    network = _network(random, architecture, "float64")
    images, labels = _batch(random, number, architecture.classes)
    tensors = {
        name: torch.tensor(array, requires_grad=True) for name, array in network.parameters.items()
    }
    scores = _torch_scores(tensors, images)
    loss = torch.nn.functional.cross_entropy(scores, torch.tensor(labels))
    loss.backward()

    np.testing.assert_allclose(
        network.predict(images), scores.detach().numpy(), atol=TOLERANCE, rtol=TOLERANCE
    )
    assert network.loss(images, labels) == pytest.approx(loss.item(), rel=TOLERANCE)
    gradients = network.gradients(images, labels)
    assert tuple(gradients) == PARAMETER_NAMES
    for name, gradient in gradients.items():
        expected = tensors[name].grad.numpy()
        np.testing.assert_allclose(gradient, expected, atol=TOLERANCE, rtol=TOLERANCE, err_msg=name)


@pytest.mark.parametrize("name", PARAMETER_NAMES)
def test_gradient_is_the_central_difference_of_the_loss(name: str) -> None:
    random = np.random.default_rng(7)
    network = _network(random, Architecture(filters=3, hidden=8), "float64", deviation=0.1)
    images, labels = _batch(random, 4)
    gradient = network.gradients(images, labels)[name].ravel()
    values = network.parameters[name].reshape(-1)
    # The places of the largest gradients: where it is zero, a wrong sign would not be seen.
    for place in np.argsort(-np.abs(gradient))[:3]:
        # So short a step that no ReLU and no maximum changes sides on the way.
        value, step = values[place], 1e-7
        losses = []
        for shift in (step, -step):
            values[place] = value + shift
            losses.append(network.loss(images, labels))
        values[place] = value
        assert abs(gradient[place]) > 1e-4
        assert gradient[place] == pytest.approx((losses[0] - losses[1]) / (2 * step), rel=1e-5)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_numbers_keep_the_dtype_of_the_parameters(dtype: str) -> None:
    random = np.random.default_rng(0)
    network = _network(random, Architecture(filters=2, hidden=4), dtype)
    images, labels = _batch(random, 2)
    for given_dtype in {"float32", dtype}:
        pictures = images.astype(given_dtype)
        assert network.predict(pictures).dtype == dtype
        gradients = network.gradients(pictures, labels)
        assert {str(gradient.dtype) for gradient in gradients.values()} == {dtype}


@pytest.mark.parametrize("number", [1, BLOCK, BLOCK + 1, 2 * BLOCK + 3])
def test_blocks_are_put_together_in_order(number: int) -> None:
    random = np.random.default_rng(number)
    network = _network(random, Architecture(filters=2, hidden=4), "float64")
    pixels = random.integers(256, size=(number, 28, 28), dtype=np.uint8)
    images = pixels[:, None].astype(np.float32) / np.float32(255)
    scores = network.predict(images)
    assert scores.shape == (number, 10)
    for place in {0, number // 2, number - 1}:
        expected = network.forward(images[place : place + 1]).scores[0]
        np.testing.assert_allclose(scores[place], expected, rtol=1e-12)
    np.testing.assert_array_equal(network.predict_pixels(pixels), scores)


def test_memory_of_a_prediction_does_not_grow_with_the_number_of_images() -> None:
    network = _network(np.random.default_rng(0), Architecture(), "float32")
    peaks = []
    for number in (usable_cores() * BLOCK, 4 * usable_cores() * BLOCK):
        pixels = np.zeros((number, 28, 28), np.uint8)
        tracemalloc.start()
        network.predict_pixels(pixels)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.1 * peaks[0]


@settings(deadline=None, max_examples=20)
@given(
    seed=st.integers(0, 2**32 - 1),
    number=st.integers(1, 5),
    dtype=st.sampled_from(["float32", "float64"]),
    architecture=st.builds(
        Architecture,
        filters=st.integers(1, 6),
        filter_height=st.integers(1, 9),
        filter_width=st.integers(1, 9),
        hidden=st.integers(1, 20),
    ),
)
def test_scores_stay_within_four_units_of_the_scale_of_the_plain_path_s_sums(
    seed: int, number: int, dtype: str, architecture: Architecture
) -> None:
    random = np.random.default_rng(seed)
    network = _network(random, architecture, dtype)
    pixels = random.integers(256, size=(number, 28, 28), dtype=np.uint8)
    # A sum's scale is what it would be if all its terms had one sign.
    scale = SimpleConvNet({name: np.abs(array) for name, array in network.parameters.items()})
    difference = np.abs(
        network.predict_pixels(pixels) - network.forward(scale_pixels(pixels)).scores
    )
    most = 4 * np.finfo(dtype).eps * scale.forward(scale_pixels(pixels)).scores
    assert (difference <= most).all()


def test_parameters_of_whole_numbers_go_the_plain_way() -> None:
    parameters = {
        name: np.ones(shape, np.int64)
        for name, shape in Architecture(filters=2, hidden=4).shapes.items()
    }
    network = SimpleConvNet(parameters)
    images = np.ones((BLOCK + 1, 1, 28, 28), np.int64)
    # 25 ones and a bias, 288 of those and a bias, 4 of those and a bias.
    expected = ((25 + 1) * 288 + 1) * 4 + 1
    np.testing.assert_array_equal(network.predict(images), np.full((BLOCK + 1, 10), expected))


def test_the_parameters_are_shared_with_the_network() -> None:
    random = np.random.default_rng(0)
    network = _network(random, Architecture(filters=2, hidden=4), "float64")
    images, _ = _batch(random, 1)
    before = network.predict(images)
    network.parameters["b3"] += 1
    np.testing.assert_allclose(network.predict(images), before + 1, rtol=1e-12)


@pytest.mark.parametrize(
    ("shape", "found"), [((28, 28), "28, 28"), ((1, 3, 28, 28), "3, 28"), ((0, 1, 28, 28), "0, 1")]
)
def test_images_of_another_shape_are_refused(shape: tuple[int, ...], found: str) -> None:
    network = _network(np.random.default_rng(0), Architecture(filters=2, hidden=4), "float32")
    for read in (network.predict, network.forward):
        with pytest.raises(GeometryError, match=rf"{found}.*needs \(N, 1, 28, 28\)"):
            read(np.zeros(shape, np.float32))


def test_pixels_of_another_shape_are_refused() -> None:
    network = _network(np.random.default_rng(0), Architecture(filters=2, hidden=4), "float32")
    with pytest.raises(GeometryError, match="27, 28"):
        network.predict_pixels(np.zeros((2, 27, 28), np.uint8))


def test_labels_that_fit_neither_images_nor_network_are_refused() -> None:
    network = _network(
        np.random.default_rng(0), Architecture(filters=2, hidden=4, classes=5), "float32"
    )
    images = np.zeros((2, 1, 28, 28), np.float32)
    with pytest.raises(GeometryError, match=r"labels of shape \(3,\) for 2 images"):
        network.gradients(images, np.array([0, 1, 2]))
    with pytest.raises(UsageError, match=r"label 5 is no class .* 5 outputs; .* 0 to 4"):
        network.loss(images, np.array([4, 5]))
    with pytest.raises(UsageError, match="label -1"):
        check_labels(np.array([-1]), number=1, classes=5)


def test_parameters_that_fit_no_network_are_refused() -> None:
    with pytest.raises(ParameterError, match="no parameter W1"):
        SimpleConvNet({})


def _test_images(directory: Path) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    images = gzip.decompress((directory / "t10k-images-idx3-ubyte.gz").read_bytes())
    labels = gzip.decompress((directory / "t10k-labels-idx1-ubyte.gz").read_bytes())
    return (
        np.frombuffer(images, np.uint8, offset=16).reshape(10_000, 28, 28),
        np.frombuffer(labels, np.uint8, offset=8),
    )


@pytest.mark.parametrize(
    ("file", "correct"), [("params-2016.pkl", 9890), ("params-2022.pkl", 9600)]
)
def test_the_book_s_parameters_read_as_many_test_images_as_its_own_code(
    file: str, correct: int, book_directory: Path, mnist_directory: Path
) -> None:
    with (book_directory / file).open("rb") as stream:
        network = SimpleConvNet(pickle.load(stream))
    pixels, labels = _test_images(mnist_directory)
    assert int((network.predict_pixels(pixels).argmax(axis=1) == labels).sum()) == correct
