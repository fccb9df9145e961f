import numpy as np
import pytest

from convcli.network.architecture import Architecture
from convcli.network.initialization import initial_parameters


def test_weights_are_drawn_in_their_order_from_one_generator() -> None:
    generator = np.random.default_rng(3)
    parameters = initial_parameters(3, dtype=np.float64)
    for name, size in (("W1", (30, 1, 5, 5)), ("W2", (4320, 100)), ("W3", (100, 10))):
        np.testing.assert_array_equal(parameters[name], 0.01 * generator.standard_normal(size))
    for name in ("b1", "b2", "b3"):
        assert not parameters[name].any()


def test_weights_follow_the_book_s_rule() -> None:
    weights = initial_parameters(0)["W2"]
    # 432,000 numbers: the standard errors of mean and deviation are 0.0000152 and 0.0000108.
    assert weights.mean() == pytest.approx(0, abs=8e-5)
    assert weights.std() == pytest.approx(0.01, abs=6e-5)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_each_dtype_begins_at_the_same_numbers(dtype: str) -> None:
    exact = initial_parameters(5, dtype=np.float64)
    for name, array in initial_parameters(5, dtype=dtype).items():
        assert array.dtype == dtype
        np.testing.assert_array_equal(array, exact[name].astype(dtype))


def test_the_filters_do_not_depend_on_the_layers_behind_them() -> None:
    small = initial_parameters(0, Architecture(hidden=7, classes=3))
    assert small["W2"].shape == (4320, 7)
    np.testing.assert_array_equal(small["W1"], initial_parameters(0)["W1"])


def test_another_seed_gives_other_weights() -> None:
    assert (initial_parameters(0)["W1"] != initial_parameters(1)["W1"]).all()
