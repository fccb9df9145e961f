import numpy as np
import pytest
import torch
from hypothesis import given, settings

from convcli.engine.geometry import Window
from convcli.engine.pooling import (
    max_pool,
    max_pool_gradient,
    trace_max_pool,
    trace_max_pool_gradient,
)
from convcli.errors import GeometryError
from tests.engine.strategies import Case, cases, values


@settings(deadline=None, max_examples=100)
@given(case=cases(dtypes=("float64", "float32"), half_pad=True, even_pad=True, ceil=True))
def test_forward_and_backward_agree_with_torch(case: Case) -> None:
    output = max_pool(case.images, case.window)
    tensor = torch.tensor(case.images, requires_grad=True)
    expected = torch.nn.functional.max_pool2d(
        tensor,
        (case.window.height, case.window.width),
        stride=case.window.strides,
        padding=case.window.pads[::2],
        ceil_mode=case.window.ceil,
    )
    assert output.dtype == case.images.dtype
    np.testing.assert_array_equal(output, expected.detach().numpy())

    output_gradient = values(case.random, output.shape, "float64").astype(output.dtype)
    expected.backward(torch.tensor(output_gradient))
    gradient = max_pool_gradient(output_gradient, case.images, case.window)
    tolerance = 1e-10 if output.dtype == np.float64 else 1e-4
    np.testing.assert_allclose(gradient, tensor.grad.numpy(), atol=tolerance)


@settings(deadline=None, max_examples=60)
@given(case=cases(half_pad=True))
def test_with_any_pad_on_each_side_it_pools_what_torch_has_padded(case: Case) -> None:
    tensor = torch.tensor(case.images, requires_grad=True)
    padded = torch.nn.functional.pad(tensor, case.torch_padding(), value=-np.inf)
    size = (case.window.height, case.window.width)
    expected = torch.nn.functional.max_pool2d(padded, size, stride=case.window.strides)
    output = max_pool(case.images, case.window)
    np.testing.assert_array_equal(output, expected.detach().numpy())

    output_gradient = values(case.random, output.shape, "float64")
    expected.backward(torch.tensor(output_gradient))
    gradient = max_pool_gradient(output_gradient, case.images, case.window)
    np.testing.assert_allclose(gradient, tensor.grad.numpy(), atol=1e-10)


def test_what_reaches_over_the_image_never_wins() -> None:
    pooled = max_pool(np.full((1, 1, 3, 3), -5.0), Window(2, 2, stride=2, ceil=True))
    assert pooled.tolist() == [[[[-5, -5], [-5, -5]]]]


def test_the_steps_by_hand_with_two_channels() -> None:
    images = np.array([[[[1.0, 4.0], [3.0, 2.0]], [[-1.0, -2.0], [-3.0, -1.0]]]])
    trace = trace_max_pool(images, Window(2, 2, stride=2))
    assert trace.columns.tolist() == [[1, 4, 3, 2, -1, -2, -3, -1]]
    assert trace.rows.tolist() == [[1, 4, 3, 2], [-1, -2, -3, -1]]
    assert trace.winners.tolist() == [1, 0]
    assert trace.maxima.tolist() == [4, -1]
    assert trace.output.tolist() == [[[[4]], [[-1]]]]


def test_the_backward_steps_by_hand() -> None:
    images = np.array([[[[1.0, 4.0, 0.0], [3.0, 2.0, 5.0]]]])
    steps = trace_max_pool_gradient(np.array([[[[10.0, 20.0]]]]), images, Window(2, 2))
    assert steps.rows.tolist() == [[0, 10, 0, 0], [0, 0, 0, 20]]
    assert steps.columns.tolist() == steps.rows.tolist()
    assert steps.images.tolist() == [[[[0, 10, 0], [0, 0, 20]]]]


def test_padding_never_wins() -> None:
    pooled = max_pool(np.full((1, 1, 2, 2), -5.0), Window(2, 2, stride=2, pad=1))
    assert pooled.tolist() == [[[[-5, -5], [-5, -5]]]]


def test_the_gradient_is_the_central_difference_of_forward() -> None:
    random = np.random.default_rng(3)
    images, window = random.permutation(72).astype(float).reshape(1, 2, 6, 6), Window(3, 3, 2, 1)
    weights = values(random, max_pool(images, window).shape, "float64")
    gradient = max_pool_gradient(weights, images, window)
    for place in np.ndindex(images.shape):
        moved_up, moved_down = images.copy(), images.copy()
        moved_up[place] += 0.25
        moved_down[place] -= 0.25
        rise = (max_pool(moved_up, window) - max_pool(moved_down, window)) * weights
        assert rise.sum() / 0.5 == pytest.approx(gradient[place], abs=1e-12)


def test_a_pad_above_half_the_window_is_refused() -> None:
    with pytest.raises(GeometryError, match="more than half of a 2x3 window"):
        max_pool(np.zeros((1, 1, 4, 4)), Window(2, 3, pad=2))
    with pytest.raises(GeometryError, match=r"pad of \(0, 0, 0, 2\) is more than half"):
        max_pool(np.zeros((1, 1, 4, 4)), Window(3, 3, pad=(0, 0, 0, 2)))


def test_an_output_gradient_of_another_shape_is_refused() -> None:
    with pytest.raises(GeometryError, match=r"\(1, 1, 2, 2\) is needed"):
        max_pool_gradient(np.zeros((1, 1, 3, 3)), np.zeros((1, 1, 4, 4)), Window(2, 2, stride=2))


def test_padding_does_not_even_win_among_pixels_of_minus_infinity() -> None:
    images = np.full((1, 2, 3, 3), -np.inf)
    images[0, 1, 1, 2] = 4.0
    window = Window(3, 3, stride=2, pad=1)
    tensor = torch.tensor(images, requires_grad=True)
    expected = torch.nn.functional.max_pool2d(tensor, 3, stride=2, padding=1)
    expected.backward(torch.arange(1.0, 9, dtype=torch.float64).reshape(1, 2, 2, 2))
    gradient = max_pool_gradient(np.arange(1.0, 9).reshape(1, 2, 2, 2), images, window)
    assert gradient.sum() == 36
    np.testing.assert_array_equal(gradient, tensor.grad.numpy())


def test_of_several_nans_the_first_wins() -> None:
    images = np.array([[[[1.0, np.nan, 5.0, np.nan]]]])
    trace = trace_max_pool(images, Window(1, 4))
    assert np.isnan(trace.output).all()
    assert trace.winners.tolist() == [1]
