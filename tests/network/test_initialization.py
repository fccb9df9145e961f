import numpy as np
import pytest

from convcli.network.building import layers_of
from convcli.network.initialization import initial_parameter, initial_parameters
from tests import chapter_7

LAYERS = chapter_7.layers()


def test_weights_are_drawn_in_their_order_from_one_generator() -> None:
    generator = np.random.default_rng(3)
    parameters = initial_parameters(LAYERS, 3, np.float64)
    for name, size in (("W1", (30, 1, 5, 5)), ("W2", (4320, 100)), ("W3", (100, 10))):
        np.testing.assert_array_equal(parameters[name], 0.01 * generator.standard_normal(size))
    for name in ("b1", "b2", "b3"):
        assert not parameters[name].any()


def test_weights_follow_the_book_s_rule() -> None:
    weights = initial_parameters(LAYERS, 0)["W2"]
    # 432,000 numbers: the standard errors of mean and deviation are 0.0000152 and 0.0000108.
    assert weights.mean() == pytest.approx(0, abs=8e-5)
    assert weights.std() == pytest.approx(0.01, abs=6e-5)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_each_dtype_begins_at_the_same_numbers(dtype: str) -> None:
    exact = initial_parameters(LAYERS, 5, np.float64)
    for name, array in initial_parameters(LAYERS, 5, dtype).items():
        assert array.dtype == dtype
        np.testing.assert_array_equal(array, exact[name].astype(dtype))


def test_the_filters_do_not_depend_on_the_layers_behind_them() -> None:
    small = chapter_7.parameters(0, hidden=7, classes=3)
    assert small["W2"].shape == (4320, 7)
    np.testing.assert_array_equal(small["W1"], initial_parameters(LAYERS, 0)["W1"])


@pytest.mark.parametrize("name", ["W1", "b1", "W2", "W3", "b3"])
def test_one_parameter_alone_is_that_of_all(name: str) -> None:
    every = initial_parameters(LAYERS, 4)
    np.testing.assert_array_equal(initial_parameter(LAYERS, 4, name), every[name])


def test_another_seed_gives_other_weights() -> None:
    assert (initial_parameters(LAYERS, 0)["W1"] != initial_parameters(LAYERS, 1)["W1"]).all()


def test_other_networks_follow_he_before_a_relu_and_glorot_before_anything_else() -> None:
    layers = layers_of("conv1(64@5x5) bn1 relu conv2(64@3x3) tanh flatten fc1(200)", (3, 20, 20))
    parameters = initial_parameters(layers, 0, np.float64)
    # He: 2 over 75 inputs; Glorot: 1 over 576 inputs, and 1 over 64 * 14 * 14 inputs.
    for name, variance in (("W1", 2 / 75), ("W3", 1 / 576), ("W4", 1 / 12_544)):
        assert parameters[name].var() == pytest.approx(variance, rel=0.05)
    np.testing.assert_array_equal(parameters["gamma2"], np.ones(64))
    np.testing.assert_array_equal(parameters["variance2"], np.ones(64))
    for name in ("b1", "beta2", "mean2"):
        assert not parameters[name].any()
