"""What goes into a layer: the one trace, whatever the number of images."""

from pathlib import Path

import numpy as np
import pytest

from convcli.errors import GeometryError, ParameterError
from convcli.inspection.layer_inputs import AT_ONCE, inputs_of
from convcli.network.building import build
from convcli.storage.parameters.formats import load


@pytest.mark.parametrize("layer", ["conv1", "conv2", "conv6"])
def test_it_is_the_stage_in_front(book_directory: Path, layer: str) -> None:
    network = build(load(book_directory / "deep-convnet-params-2016.pkl").arrays)
    images = np.random.default_rng(1).random((AT_ONCE + 3, 1, 28, 28))
    found = inputs_of(network, network.layer(layer), images)
    expected = network.stages(images)[{"conv1": "input", "conv2": "relu1", "conv6": "relu5"}[layer]]
    assert found.dtype == expected.dtype
    # A product of fewer rows may round otherwise.
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-11)


def test_images_of_another_shape_and_numbers_too_large_are_refused() -> None:
    arrays = {"W1": np.full((1, 1, 5, 5), 1e308), "b1": np.zeros(1)}
    network = build(arrays, "conv1 relu")
    with pytest.raises(GeometryError, match=r"cannot take images of shape \(1, 1, 9, 9\)"):
        inputs_of(network, network.layer("conv1"), np.ones((1, 1, 9, 9)))
    with pytest.raises(ParameterError, match="conv1 is not finite"):
        inputs_of(network, network.layer("relu1"), np.ones((1, 1, 28, 28)))
