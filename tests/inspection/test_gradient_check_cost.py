"""What is told of a check from shapes, against what is measured."""

import numpy as np
import pytest

from convcli.errors import UsageError
from convcli.inspection.gradient_check_cost import of_gradient_check
from convcli.network.building import untrained
from convcli.network.contract import InputContract
from convcli.network.gradient_check import check_gradients, prepared
from tests.inspection.test_cost import peak

LAYERS = "conv1(8@5x5) relu maxpool2 conv2(16@3x3,pad=1) tanh avgpool2 flatten fc1(50) fc2(10)"


@pytest.mark.parametrize("side", [28, 100])
@pytest.mark.parametrize("images", [2, 40])
def test_memory(side: int, images: int) -> None:
    network = untrained(LAYERS, InputContract(1, side, side), 0)
    random = np.random.default_rng(0)
    pixels = random.random((images, 1, side, side))
    labels = random.integers(10, size=images)
    measured = peak(lambda: check_gradients(prepared(network), pixels, labels, samples=1))
    told = of_gradient_check(network, images, samples=1).memory
    assert measured / 1.5 - 2**20 < told < 3 * measured + 2**20


def test_more_of_anything_takes_longer() -> None:
    network = untrained(LAYERS, InputContract(), 0)
    usual = of_gradient_check(network, 5, 30).seconds
    assert of_gradient_check(network, 10, 30).seconds > usual
    assert of_gradient_check(network, 5, 60).seconds > usual
    assert of_gradient_check(network, 5, 30, sweeps=True).seconds > 3 * usual
    assert of_gradient_check(network, 5, 30, layer="fc2").seconds < usual
    with pytest.raises(UsageError, match="there is no layer 'fc9'"):
        of_gradient_check(network, 5, 30, layer="fc9")
