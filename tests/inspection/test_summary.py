from math import prod

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from convcli.inspection.summary import summarise
from convcli.network.architecture import Architecture


def test_the_book_s_network_by_hand() -> None:
    layers = summarise(Architecture())
    assert [layer.name for layer in layers] == [
        "convolution",
        "ReLU",
        "max pooling",
        "affine",
        "ReLU",
        "affine",
    ]
    convolution, _, pooling, first, _, second = layers
    assert convolution.multiply_adds == 24 * 24 * 30 * 25 == 432_000
    assert convolution.parameters == 30 * 25 + 30
    assert pooling.output_shape == (30, 12, 12)
    assert first.multiply_adds == 30 * 12 * 12 * 100 == 432_000
    assert second.multiply_adds == 1_000
    assert sum(layer.parameters for layer in layers) == 433_890
    assert sum(layer.multiply_adds for layer in layers) == 865_000


@settings(deadline=None, max_examples=20)
@given(
    st.builds(
        Architecture,
        filters=st.integers(1, 8),
        filter_height=st.integers(1, 20),
        filter_width=st.integers(1, 20),
        hidden=st.integers(1, 30),
        classes=st.integers(1, 12),
    )
)
def test_shapes_and_parameters_are_those_of_torch(architecture: Architecture) -> None:
    filter_size = (architecture.filter_height, architecture.filter_width)
    features = prod(summarise(architecture)[2].output_shape)
    modules = [
        torch.nn.Conv2d(1, architecture.filters, filter_size),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Linear(features, architecture.hidden),
        torch.nn.ReLU(),
        torch.nn.Linear(architecture.hidden, architecture.classes),
    ]
    values = torch.tensor(np.zeros((1, 1, 28, 28), np.float32))
    for module, layer in zip(modules, summarise(architecture), strict=True):
        if isinstance(module, torch.nn.Linear):
            values = values.flatten(1)
        values = module(values)
        assert layer.output_shape == tuple(values.shape[1:])
        assert layer.parameters == sum(parameter.numel() for parameter in module.parameters())
