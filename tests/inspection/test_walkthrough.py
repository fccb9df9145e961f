import numpy as np
import pytest
import torch

from convcli.engine.geometry import Window
from convcli.errors import GeometryError, ParameterError
from convcli.inspection.walkthrough import walk_through

HALF = Window(2, 2, stride=2)


@pytest.mark.parametrize("with_relu", [False, True])
@pytest.mark.parametrize(("stride", "pad", "pool"), [(1, 0, HALF), (2, 1, Window(3, 3, 2))])
def test_every_stage_is_what_torch_makes(
    with_relu: bool, stride: int, pad: int, pool: Window
) -> None:
    random = np.random.default_rng(11)
    image, filters = random.normal(size=(1, 1, 28, 28)), random.normal(size=(4, 1, 5, 5))
    bias = random.normal(size=4)
    walked = walk_through(
        image, filters, bias, stride=stride, pad=pad, pool=pool, with_relu=with_relu
    )
    expected = torch.nn.functional.conv2d(
        *map(torch.tensor, (image, filters, bias)), stride=stride, padding=pad
    )
    arrays = walked.arrays
    np.testing.assert_allclose(arrays["convolution"], expected.numpy(), atol=1e-12)
    if with_relu:
        expected = torch.relu(expected)
        np.testing.assert_allclose(arrays["relu"], expected.numpy(), atol=1e-12)
    expected = torch.nn.functional.max_pool2d(expected, pool.height, pool.stride)
    np.testing.assert_allclose(arrays["pooling"], expected.numpy(), atol=1e-12)
    stages = [stage.name for stage in walked.stages]
    assert stages == ["input", "filters", "convolution", *["relu"] * with_relu, "pooling"]
    assert walked.stage("pooling").maximum == arrays["pooling"].max()
    assert walked.stage("convolution").minimum == arrays["convolution"].min()


def test_the_article_s_shapes_and_steps() -> None:
    walked = walk_through(np.ones((1, 1, 28, 28)), np.ones((1, 1, 5, 5)), np.zeros(1), pool=HALF)
    assert {name: array.shape for name, array in walked.arrays.items()} == {
        "input": (1, 1, 28, 28),
        "filters": (1, 1, 5, 5),
        "bias": (1,),
        "convolution": (1, 1, 24, 24),
        "pooling": (1, 1, 12, 12),
    }
    assert [(step.stage, step.number, step.name, step.shape) for step in walked.steps] == [
        ("convolution", 1, "im2col", (576, 25)),
        ("convolution", 2, "filters", (25, 1)),
        ("convolution", 3, "product", (576, 1)),
        ("convolution", 4, "output", (1, 1, 24, 24)),
        ("pooling", 1, "im2col", (144, 4)),
        ("pooling", 2, "rows", (144, 4)),
        ("pooling", 3, "argmax", (144,)),
        ("pooling", 4, "max", (144,)),
        ("pooling", 5, "output", (1, 1, 12, 12)),
    ]
    assert walked.stage("convolution").origin == "floor((28 + 2*0 - 5) / 1) + 1 = 24"
    assert walked.stage("pooling").origin == "floor((24 + 2*0 - 2) / 2) + 1 = 12"


def test_a_sum_that_is_not_finite_is_refused_without_a_warning() -> None:
    huge = np.full((1, 1, 5, 5), 1e308)
    with pytest.raises(ParameterError, match="the convolution is not finite"):
        walk_through(np.ones((1, 1, 28, 28)), huge, np.zeros(1), pool=HALF)


def test_a_window_that_does_not_fit_names_its_stage() -> None:
    image, bias = np.ones((1, 1, 6, 6)), np.zeros(1)
    with pytest.raises(GeometryError, match=r"^convolution: a window of 7 rows"):
        walk_through(image, np.ones((1, 1, 7, 7)), bias, pool=HALF)
    with pytest.raises(GeometryError, match=r"^pooling: a window of 3 rows does not fit 2 rows"):
        walk_through(image, np.ones((1, 1, 5, 5)), bias, pool=Window(3, 3))


def test_where_the_operands_are_from_is_said_by_the_caller_or_not_at_all() -> None:
    image, filters, bias = np.ones((1, 1, 28, 28)), np.ones((2, 1, 5, 5)), np.array([0.5, -1.0])
    walked = walk_through(image, filters, bias, pool=HALF, origins={"filters": "W1"})
    assert [(stage.name, stage.origin) for stage in walked.operands][:3] == [
        ("input", "as it was given"),
        ("filters", "W1"),
        ("bias", "as it was given"),
    ]
    assert (walked.operands[2].minimum, walked.operands[2].maximum) == (-1, 0.5)
