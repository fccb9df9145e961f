"""Every layer does what PyTorch's does: output, and gradients by input and by every parameter."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.network.pieces import KINDS
from tests.network.twins import Twin, in_layout_of, single_layers

Array = NDArray[Any]

TOLERANCE = 1e-10


def _assert_close(ours: Array, theirs: Any) -> None:
    np.testing.assert_allclose(ours, theirs.detach().numpy(), atol=TOLERANCE, rtol=TOLERANCE)


@pytest.mark.parametrize("training", [False, True], ids=["predicting", "training"])
@pytest.mark.parametrize("kind", list(KINDS))
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_a_layer_is_the_one_of_torch(kind: str, training: bool, data: st.DataObject) -> None:
    twin: Twin = data.draw(single_layers(kind))
    network, tensors = twin.network(), twin.tensors()
    layer, parameters = network.layers[-1], network.parameters
    images = twin.images(data.draw(st.integers(2, 4)))
    inputs = list(network.stages(images).values())[-2]
    values = torch.tensor(inputs, requires_grad=True)
    # The same seed for both: dropout draws the same numbers.
    expected = twin.pieces[-1].apply(
        values, tensors, np.random.default_rng(twin.seed) if training else None
    )
    output_gradient = np.random.default_rng(twin.seed).normal(size=expected.shape)
    expected.backward(torch.tensor(output_gradient))

    if training:
        output, way_back = layer.learn(inputs, parameters, np.random.default_rng(twin.seed))
        gradient, gradients = way_back(output_gradient)
    else:
        output = layer.forward(inputs, parameters)
        gradient, gradients = layer.backward(output_gradient, inputs, parameters)

    assert (len(images), *layer.output_shape(inputs.shape[1:])) == output.shape
    _assert_close(output, expected)
    _assert_close(gradient, values.grad)
    assert set(gradients) == set(layer.parameter_shapes)
    for name in gradients:
        assert gradients[name].shape == layer.parameter_shapes[name]
        _assert_close(in_layout_of(network, gradients, name), tensors[name].grad)
    # What training leaves behind: the running statistics of batch normalization.
    for name in layer.state_shapes:
        _assert_close(parameters[name], tensors[name])
