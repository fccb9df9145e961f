from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcli.errors import ParameterError
from convcli.inspection.filter_growth import MOMENTS, growth_of, moments
from convcli.network.building import untrained
from convcli.network.contract import InputContract
from convcli.network.network import Network


def _network(layers: str = "conv1(3@5x5) relu flatten fc1(10)") -> Network:
    return untrained(layers, InputContract(), seed=0)


@given(st.integers(1, 10**7), st.integers(2, 100))
def test_moments_go_from_the_first_to_the_last_step_at_even_distances(
    steps: int, number: int
) -> None:
    found = moments(steps, number)
    assert found[0] == 0
    assert found[-1] == steps
    assert len(found) == min(number, steps + 1)
    distances = np.diff(found)
    assert distances.min() >= 1
    assert distances.max() - distances.min() <= 1


def test_copies_are_kept_and_come_back_from_a_file() -> None:
    network = _network()
    growth = growth_of(network)
    growth.keep(0, network)
    first = network.parameters["W1"].copy()
    network.parameters["W1"] += 1
    growth.keep(7, network)
    again = growth_of(network, growth.arrays)
    assert again.steps == [0, 7]
    assert again.total == 3
    np.testing.assert_array_equal(again.filters[0], first)
    np.testing.assert_array_equal(again.filters[1], first + 1)
    again.keep(9, network)
    assert again.arrays["filters"].shape == (3, 3, 1, 5, 5)


def test_of_very_many_filters_the_first_ones_are_kept() -> None:
    growth = growth_of(network := _network("conv1(900@5x5) relu flatten fc1(10)"))
    growth.keep(0, network)
    assert growth.total == 900
    np.testing.assert_array_equal(growth.filters[0], network.parameters["W1"][:655])


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({}, "frames without steps or filters"),
        ({"steps": np.zeros(1, "int64")}, "frames without steps or filters"),
        ({"steps": np.zeros(1, "int64"), "x": np.zeros(1)}, "frames without steps or filters"),
        ({"steps": np.zeros(2, "int64"), "filters": np.zeros((1, 3, 1, 5, 5), "float32")}, "fit"),
        ({"steps": np.zeros(1), "filters": np.zeros((1, 3, 1, 5, 5), "float32")}, "fit"),
        ({"steps": np.zeros(MOMENTS + 1, "int64"), "filters": np.zeros((MOMENTS + 1, 1))}, "fit"),
        ({"steps": np.zeros(1, "int64"), "filters": np.zeros((1, 3, 1, 5, 5))}, "other filters"),
        ({"steps": np.zeros(1, "int64"), "filters": np.zeros((1, 9), "float32")}, "other filters"),
    ],
)
def test_frames_of_something_else_are_refused(arrays: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        growth_of(_network(), arrays)


def test_a_network_without_a_convolution_has_no_filters() -> None:
    with pytest.raises(ParameterError, match="has no convolution"):
        growth_of(_network("flatten fc1(10)"))
