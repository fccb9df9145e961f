from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from convcli.engine.convolution import convolution_gradients, convolve, trace_convolution
from convcli.errors import GeometryError
from tests.engine.strategies import Case, cases, values

TOLERANCE = 1e-10


def _filters(case: Case, number: int) -> tuple[NDArray[Any], NDArray[Any]]:
    channels = case.images.shape[1]
    shape = (number, channels, case.window.height, case.window.width)
    return values(case.random, shape, "float64"), values(case.random, (number,), "float64")


@settings(deadline=None, max_examples=100)
@given(case=cases(), number=st.integers(1, 4))
def test_forward_and_backward_agree_with_torch(case: Case, number: int) -> None:
    filters, bias = _filters(case, number)
    stride, pad = case.window.stride, case.window.pad
    output = convolve(case.images, filters, bias, stride=stride, pad=pad)

    tensors = [torch.tensor(array, requires_grad=True) for array in (case.images, filters, bias)]
    padded = torch.nn.functional.pad(tensors[0], case.torch_padding())
    expected = torch.nn.functional.conv2d(padded, *tensors[1:], stride=case.window.strides)
    np.testing.assert_allclose(output, expected.detach().numpy(), atol=TOLERANCE, rtol=TOLERANCE)

    output_gradient = values(case.random, output.shape, "float64")
    expected.backward(torch.tensor(output_gradient))
    gradients = convolution_gradients(output_gradient, case.images, filters, stride=stride, pad=pad)
    for ours, tensor in zip(
        (gradients.images, gradients.filters, gradients.bias), tensors, strict=True
    ):
        np.testing.assert_allclose(ours, tensor.grad.numpy(), atol=TOLERANCE, rtol=TOLERANCE)


@settings(deadline=None, max_examples=15)
@given(case=cases())
def test_backward_is_the_central_difference_of_forward(case: Case) -> None:
    filters, bias = _filters(case, 2)
    stride, pad = case.window.stride, case.window.pad
    output = convolve(case.images, filters, bias, stride=stride, pad=pad)
    weights = values(case.random, output.shape, "float64")
    gradients = convolution_gradients(weights, case.images, filters, stride=stride, pad=pad)
    arrays = {"images": case.images, "filters": filters, "bias": bias}
    for name, array in arrays.items():
        place = tuple(case.random.integers(size) for size in array.shape)
        sums = []
        for shift in (0.5, -0.5):
            moved = array.copy()
            moved[place] += shift
            inputs = list({**arrays, name: moved}.values())
            sums.append(float((convolve(*inputs, stride=stride, pad=pad) * weights).sum()))
        # The forward pass is linear in each input, so the difference is exact but for rounding.
        assert sums[0] - sums[1] == pytest.approx(getattr(gradients, name)[place], abs=1e-8)


def test_the_steps_by_hand() -> None:
    images = np.array([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]])
    filters = np.array([[[[1.0, 0.0], [0.0, -1.0]]], [[[0.0, 1.0], [1.0, 0.0]]]])
    trace = trace_convolution(images, filters, np.array([10.0, 20.0]))
    assert trace.columns.tolist() == [[1, 2, 4, 5], [2, 3, 5, 6]]
    assert trace.filter_matrix.tolist() == [[1, 0], [0, 1], [0, 1], [-1, 0]]
    assert trace.product.tolist() == [[6, 26], [6, 28]]
    assert trace.output.tolist() == [[[[6, 6]], [[26, 28]]]]


def test_the_backward_steps_by_hand() -> None:
    images = np.array([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]])
    filters = np.array([[[[1.0, 0.0], [0.0, -1.0]]], [[[0.0, 1.0], [1.0, 0.0]]]])
    gradients = convolution_gradients(np.array([[[[1.0, 2.0]], [[3.0, 4.0]]]]), images, filters)
    assert gradients.product.tolist() == [[1, 3], [2, 4]]
    assert gradients.columns.tolist() == [[1, 3, 3, -1], [2, 4, 4, -2]]
    assert gradients.images.tolist() == [[[[1, 5, 4], [3, 3, -2]]]]
    assert gradients.filters.tolist() == [[[[5, 8], [14, 17]]], [[[11, 18], [32, 39]]]]
    assert gradients.bias.tolist() == [3, 7]


@pytest.mark.parametrize(
    ("images", "filters", "result"),
    [
        ("float32", "float64", "float64"),
        ("float64", "float32", "float64"),
        ("float32", "float32", "float32"),
        ("float16", "float32", "float32"),
    ],
)
def test_the_dtype_is_that_of_images_and_filters_together(
    images: str, filters: str, result: str
) -> None:
    output = convolve(
        np.ones((1, 1, 3, 3), images), np.ones((2, 1, 2, 2), filters), np.ones(2, "float64")
    )
    assert output.dtype == result


@pytest.mark.parametrize(
    ("filters", "bias", "message"),
    [
        ((2, 3, 2, 2), (2,), "take 3 channels, the images have 1"),
        ((2, 1, 2, 2), (3,), r"\(2,\) is needed, one per filter"),
        ((0, 1, 2, 2), (0,), "take at least one filter"),
        ((2, 2, 2), (2,), "four are needed"),
        ((2, 1, 9, 9), (2,), "does not fit"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(
    filters: tuple[int, ...], bias: tuple[int, ...], message: str
) -> None:
    with pytest.raises(GeometryError, match=message):
        convolve(np.zeros((1, 1, 4, 4)), np.zeros(filters), np.zeros(bias))


def test_an_output_gradient_of_another_shape_is_refused() -> None:
    with pytest.raises(GeometryError, match=r"\(1, 1, 3, 3\) is needed"):
        convolution_gradients(
            np.zeros((1, 1, 4, 4)), np.zeros((1, 1, 4, 4)), np.zeros((1, 1, 2, 2))
        )
