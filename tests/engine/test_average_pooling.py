import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from convcli.engine.average_pooling import (
    average_pool,
    average_pool_gradient,
    global_average_pool,
    global_average_pool_gradient,
)
from convcli.engine.geometry import Window
from convcli.errors import GeometryError
from tests.engine.strategies import Case, cases, values

TOLERANCE = 1e-10


@settings(deadline=None, max_examples=200)
@given(
    case=cases(half_pad=True, even_pad=True, ceil=True),
    count_include_pad=st.booleans(),
)
def test_forward_and_backward_agree_with_torch(case: Case, count_include_pad: bool) -> None:
    window = case.window
    output = average_pool(case.images, window, count_include_pad)
    tensor = torch.tensor(case.images, requires_grad=True)
    expected = torch.nn.functional.avg_pool2d(
        tensor,
        (window.height, window.width),
        stride=window.strides,
        padding=window.pads[::2],
        ceil_mode=window.ceil,
        count_include_pad=count_include_pad,
    )
    np.testing.assert_allclose(output, expected.detach().numpy(), atol=TOLERANCE)

    output_gradient = values(case.random, output.shape, "float64")
    expected.backward(torch.tensor(output_gradient))
    gradient = average_pool_gradient(output_gradient, case.images.shape, window, count_include_pad)
    np.testing.assert_allclose(gradient, tensor.grad.numpy(), atol=TOLERANCE)


@settings(deadline=None, max_examples=60)
@given(case=cases(half_pad=True), count_include_pad=st.booleans())
def test_with_any_pad_on_each_side_it_is_a_quotient_of_two_sums(
    case: Case, count_include_pad: bool
) -> None:
    """Padded by PyTorch: the sum of the pixels divided by the sum of ones that are counted."""
    size, stride = (case.window.height, case.window.width), case.window.strides
    images = torch.tensor(case.images)
    padded = torch.nn.functional.pad(images, case.torch_padding())
    counted = torch.nn.functional.pad(
        torch.ones_like(images), case.torch_padding(), value=float(count_include_pad)
    )
    sums, counts = (
        torch.nn.functional.avg_pool2d(array, size, stride=stride) for array in (padded, counted)
    )
    output = average_pool(case.images, case.window, count_include_pad)
    np.testing.assert_allclose(output, (sums / counts).numpy(), atol=TOLERANCE)


@settings(deadline=None, max_examples=30)
@given(case=cases())
def test_the_global_average_agrees_with_torch(case: Case) -> None:
    output = global_average_pool(case.images)
    tensor = torch.tensor(case.images, requires_grad=True)
    expected = torch.nn.functional.adaptive_avg_pool2d(tensor, 1)
    np.testing.assert_allclose(output, expected.detach().numpy(), atol=TOLERANCE)

    output_gradient = values(case.random, output.shape, "float64")
    expected.backward(torch.tensor(output_gradient))
    gradient = global_average_pool_gradient(output_gradient, case.images.shape)
    np.testing.assert_allclose(gradient, tensor.grad.numpy(), atol=TOLERANCE)


def test_whether_padding_is_counted_by_hand() -> None:
    images, window = np.full((1, 1, 2, 2), 12.0), Window(3, 3, stride=2, pad=1)
    assert average_pool(images, window).tolist() == [[[[48 / 9]]]]
    assert average_pool(images, window, count_include_pad=False).tolist() == [[[[12]]]]


def test_what_reaches_over_the_padded_image_is_never_counted() -> None:
    images = np.arange(9.0).reshape(1, 1, 3, 3)
    pooled = average_pool(images, Window(2, 2, stride=2, ceil=True))
    assert pooled.tolist() == [[[[2, 3.5], [6.5, 8]]]]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_dtype_stays(dtype: str) -> None:
    images = np.ones((2, 3, 4, 4), dtype)
    output = average_pool(images, Window(2, 2, 2))
    assert output.dtype == dtype
    assert average_pool_gradient(output, images.shape, Window(2, 2, 2)).dtype == dtype
    mean = global_average_pool(images)
    assert mean.dtype == dtype
    assert global_average_pool_gradient(mean, images.shape).dtype == dtype


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(GeometryError, match="more than half of a 2x2 window"):
        average_pool(np.zeros((1, 1, 4, 4)), Window(2, 2, pad=2))
    with pytest.raises(GeometryError, match=r"\(1, 1, 2, 2\) is needed"):
        average_pool_gradient(np.zeros((1, 1, 3, 3)), (1, 1, 4, 4), Window(2, 2, 2))
    with pytest.raises(GeometryError, match=r"\(1, 3, 1, 1\) is needed"):
        global_average_pool_gradient(np.zeros((1, 3)), (1, 3, 4, 4))
    with pytest.raises(GeometryError, match="have 3 axes"):
        global_average_pool(np.zeros((1, 4, 4)))
