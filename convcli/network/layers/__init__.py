"""The layers of a network: each knows its output shape, its forward and its backward pass."""

from convcli.network.layers.activations import (
    LeakyReLU,
    LogSoftmax,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)
from convcli.network.layers.base import (
    Backward,
    Gradients,
    Layer,
    Parameters,
    Shape,
    require_maps,
    require_row,
)
from convcli.network.layers.normalization import BatchNormalization, Dropout
from convcli.network.layers.pooling import AveragePooling, GlobalAveragePooling, MaxPooling
from convcli.network.layers.weighted import Affine, Convolution, Flatten

__all__ = [
    "Affine",
    "AveragePooling",
    "Backward",
    "BatchNormalization",
    "Convolution",
    "Dropout",
    "Flatten",
    "GlobalAveragePooling",
    "Gradients",
    "Layer",
    "LeakyReLU",
    "LogSoftmax",
    "MaxPooling",
    "Parameters",
    "ReLU",
    "Shape",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "require_maps",
    "require_row",
]
