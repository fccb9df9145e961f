"""Every stage of a whole network, against PyTorch."""

import gzip
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch.nn import functional

from convcli.errors import ParameterError
from convcli.inspection.trace import trace
from convcli.network.building import build
from convcli.network.contract import InputContract

PADS = (1, 1, 1, 2, 1, 1)


def _chapter_8(
    weights: dict[str, NDArray[Any]], image: NDArray[np.float32]
) -> dict[str, torch.Tensor]:
    """The book's network of chapter 8 in the order of its book, by PyTorch in float64."""
    tensors = {name: torch.tensor(array) for name, array in weights.items()}
    values = torch.tensor(image).double()
    stages = {"input": values}
    for number, pad in enumerate(PADS, start=1):
        values = functional.conv2d(
            values, tensors[f"W{number}"], tensors[f"b{number}"], padding=pad
        )
        stages[f"conv{number}"] = values
        values = stages[f"relu{number}"] = values.relu()
        if number % 2 == 0:
            values = stages[f"pool{number // 2}"] = functional.max_pool2d(values, 2)
    values = stages["flatten1"] = values.flatten(1)
    values = stages["affine1"] = values @ tensors["W7"] + tensors["b7"]
    values = stages["relu7"] = values.relu()
    values = stages["dropout1"] = values * 0.5
    values = stages["affine2"] = values @ tensors["W8"] + tensors["b8"]
    stages["dropout2"] = values * 0.5
    return stages


@pytest.mark.parametrize("index", [0, 5, 18, 9999])
def test_every_stage_of_chapter_8_is_that_of_torch(
    index: int, book_directory: Path, mnist_directory: Path
) -> None:
    weights = pickle.loads((book_directory / "deep-convnet-params-2016.pkl").read_bytes())
    raw = gzip.decompress((mnist_directory / "t10k-images-idx3-ubyte.gz").read_bytes())
    pixels = np.frombuffer(raw[16 + index * 784 :][:784], np.uint8).reshape(1, 1, 28, 28)
    image = pixels.astype(np.float32) / np.float32(255)

    stages = trace(build(weights), image)
    expected = _chapter_8(weights, image)
    assert [stage.name for stage in stages] == list(expected)
    for stage in stages:
        reference = expected[stage.name].numpy()
        np.testing.assert_allclose(stage.array, reference, rtol=0, atol=1e-9, err_msg=stage.name)
        assert stage.name == "input" or stage.array.dtype == np.float64


def test_each_stage_says_how_it_came_about() -> None:
    random = np.random.default_rng(0)
    arrays = {
        "conv1.weight": random.normal(size=(4, 3, 3, 3)),
        "fc1.weight": random.normal(size=(5, 4)),
        "fc1.bias": random.normal(size=5),
    }
    network = build(
        arrays,
        "conv1(stride=2/1,pad=1) leakyrelu(0.2) avgpool2(pad=1,exclude_pad) dropout(0.25) "
        "globalavgpool flatten fc1 sigmoid logsoftmax",
        InputContract(3, 8, 8),
    )
    stages = trace(network, random.random((1, 3, 8, 8)))
    assert {stage.name: stage.origin for stage in stages} == {
        "input": "pixels / 255",
        "conv1": "4 filters of 3x3x3; floor((8 + 2*1 - 3) / 2) + 1 = 4, "
        "floor((8 + 2*1 - 3) / 1) + 1 = 8",
        "relu1": "value above 0, 0.2 * value below",
        "pool1": "mean of 2x2 without padding; floor((4 + 2*1 - 2) / 2) + 1 = 3, "
        "floor((8 + 2*1 - 2) / 2) + 1 = 5",
        "dropout1": "unchanged; only training drops values",
        "pool2": "mean of each map of 3x5",
        "flatten1": "one row of numbers, in the order channel, row, column",
        "affine1": "values @ fc1.weight.T + fc1.bias",
        "sigmoid1": "1 / (1 + exp(-value))",
        "logsoftmax1": "value - log of the sum of exp(values)",
    }
    assert (stages[1].minimum, stages[1].maximum) == (
        stages[1].array.min(),
        stages[1].array.max(),
    )


def test_a_stage_that_is_not_finite_is_refused_by_name_without_a_warning() -> None:
    network = build({"W1": np.full((1, 1, 5, 5), 1e308), "b1": np.zeros(1)}, "conv1 relu")
    with pytest.raises(ParameterError, match=r"^conv1 is not finite; the parameters hold values"):
        trace(network, np.ones((1, 1, 28, 28)))
