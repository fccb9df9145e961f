"""Arrays in, arrays out: the layers of a convolutional network in NumPy alone, written to be read.

The names below stand in the order in which they are best read. Images are (number, channels,
height, width), filters (filters, channels, height, width), the weights of an affine layer
(features, outputs). Each layer has its backward pass beside it; nothing here reads a file or
prints.

>>> import numpy as np
>>> image = np.arange(16.0).reshape(1, 1, 4, 4)
>>> maps = relu(convolve(image, np.ones((1, 1, 3, 3)), np.array([-50.0])))
>>> maps[0, 0]
array([[ 0.,  4.],
       [31., 40.]])
>>> max_pool(maps, Window(2, 2))
array([[[[40.]]]])
"""

from convcli.engine.activations import (
    leaky_relu,
    leaky_relu_gradient,
    log_softmax,
    log_softmax_gradient,
    relu,
    relu_gradient,
    sigmoid,
    sigmoid_gradient,
    softmax,
    softmax_gradient,
    tanh,
    tanh_gradient,
)
from convcli.engine.average_pooling import (
    average_pool,
    average_pool_gradient,
    global_average_pool,
    global_average_pool_gradient,
)
from convcli.engine.convolution import (
    ConvolutionGradients,
    ConvolutionTrace,
    convolution_gradients,
    convolve,
    trace_convolution,
)
from convcli.engine.dense import AffineGradients, affine, affine_gradients
from convcli.engine.geometry import Window, pad_images
from convcli.engine.im2col import col2im, im2col
from convcli.engine.im2col_variants import VARIANTS, Im2colTrace, im2col_by, trace_im2col
from convcli.engine.losses import cross_entropy, cross_entropy_gradient
from convcli.engine.normalization import (
    NormalizationGradients,
    batch_normalize,
    batch_normalize_gradients,
    batch_normalize_training_gradients,
    batch_statistics,
)
from convcli.engine.pooling import (
    PoolingGradients,
    PoolingTrace,
    max_pool,
    max_pool_gradient,
    trace_max_pool,
    trace_max_pool_gradient,
)
from convcli.engine.strips import convolve_in_strips, max_pool_in_strips

__all__ = [  # noqa: RUF022  -- the order in which a learner reads them
    # geometry: where a window may stand
    "Window",
    "pad_images",
    # im2col: patches become rows, and rows are added back
    "im2col",
    "col2im",
    # im2col_variants: other ways to the same matrix
    "VARIANTS",
    "im2col_by",
    "trace_im2col",
    "Im2colTrace",
    # convolution: one matrix product
    "convolve",
    "convolution_gradients",
    "trace_convolution",
    "ConvolutionTrace",
    "ConvolutionGradients",
    # pooling, average_pooling: one number for each window
    "max_pool",
    "max_pool_gradient",
    "trace_max_pool",
    "trace_max_pool_gradient",
    "PoolingTrace",
    "PoolingGradients",
    "average_pool",
    "average_pool_gradient",
    "global_average_pool",
    "global_average_pool_gradient",
    # strips: the same of large pictures, in little memory
    "convolve_in_strips",
    "max_pool_in_strips",
    # activations: each value, or each row of scores
    "relu",
    "relu_gradient",
    "leaky_relu",
    "leaky_relu_gradient",
    "sigmoid",
    "sigmoid_gradient",
    "tanh",
    "tanh_gradient",
    "softmax",
    "softmax_gradient",
    "log_softmax",
    "log_softmax_gradient",
    # dense: all values at once
    "affine",
    "affine_gradients",
    "AffineGradients",
    # losses: how far from the labels
    "cross_entropy",
    "cross_entropy_gradient",
    # normalization: each channel to mean 0 and variance 1
    "batch_normalize",
    "batch_normalize_gradients",
    "batch_statistics",
    "batch_normalize_training_gradients",
    "NormalizationGradients",
]
