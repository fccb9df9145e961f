"""The steps inside a stage: what each axis counts multiplies to its size."""

from collections.abc import Callable
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcli.engine.geometry import Window
from convcli.inspection.steps import (
    Step,
    average_pooling_steps,
    convolution_steps,
    max_pooling_steps,
)

SIZES = st.integers(1, 4)
Maker = Callable[[str, tuple[int, ...], Window], tuple[Step, ...]]


def sizes_of(step: Step, counted: dict[str, int]) -> tuple[int, ...]:
    return tuple(prod(counted[name] for name in axis.split("*")) for axis in step.axes)


@settings(deadline=None, max_examples=50)
@given(number=SIZES, channels=SIZES, filters=SIZES, side=st.integers(5, 12), size=SIZES)
def test_what_an_axis_counts_is_its_size(
    number: int, channels: int, filters: int, side: int, size: int
) -> None:
    window = Window(size, size + 1, 2)
    counted = {
        "N": number,
        "C": channels,
        "FN": filters,
        "H": side,
        "W": side + 1,
        "FH": size,
        "PH": size,
        "FW": size + 1,
        "PW": size + 1,
        "OH": (side - size) // 2 + 1,
        "OW": (side + 1 - size - 1) // 2 + 1,
    }
    images = (number, channels, side, side + 1)
    kernels = (filters, channels, size, size + 1)
    chains = [
        convolution_steps("conv1", images, kernels, window),
        max_pooling_steps("pool1", images, window),
        average_pooling_steps("pool1", images, window),
    ]
    for steps in chains:
        assert [step.number for step in steps] == list(range(1, len(steps) + 1))
        for step in steps:
            assert step.shape == sizes_of(step, counted)
            assert step.source == tuple(
                prod(counted[name] for name in axis.split("*")) for axis in step.source_axes
            )


@pytest.mark.parametrize(
    ("make", "names"),
    [
        (max_pooling_steps, ["im2col", "rows", "argmax", "max", "output"]),
        (average_pooling_steps, ["im2col", "rows", "mean", "output"]),
    ],
)
def test_a_step_is_made_of_what_came_before(make: Maker, names: list[str]) -> None:
    steps = make("pool1", (1, 3, 4, 4), Window(2, 2, 2))
    assert [step.name for step in steps] == names
    made = [(1, 3, 4, 4), *(step.shape for step in steps)]
    assert all(step.source in made[:place] for place, step in enumerate(steps, start=1))
    assert steps[1].source == steps[0].shape == (4, 12)
    assert steps[-1].source == (12,)
