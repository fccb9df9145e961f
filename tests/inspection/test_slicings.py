"""Where a cell is in both slicings, against the arrays that the engine makes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcli.engine.geometry import Window
from convcli.engine.im2col_variants import find_variant, trace_im2col
from convcli.errors import UsageError
from convcli.inspection.provenance import Patches
from convcli.inspection.slicings import sliced_cell
from tests.engine.strategies import Case, cases


@given(cases(ceil=True), st.sampled_from(["offset", "position"]), st.data())
def test_every_step_holds_the_pixel_of_the_cell(
    case: Case, variant: str, data: st.DataObject
) -> None:
    images, channels, height, width = case.images.shape
    patches = Patches(case.window, channels, height, width, images)
    trace = trace_im2col(
        np.arange(case.images.size).reshape(case.images.shape), case.window, variant, -1
    )
    row, column = (data.draw(st.integers(0, size - 1)) for size in trace.matrix.shape)
    cell = patches.cell(row, column)
    found = sliced_cell(patches, cell, variant)
    arrays = (
        trace.slices,
        trace.slices.transpose(find_variant(variant).axes),
        trace.matrix,
    )
    for array, step in zip(arrays, found.steps, strict=True):
        assert array.shape == step.shape
        assert array[step.index] == trace.matrix[row, column]
    # The slices one after the other, as they are assigned.
    slices = trace.slices.reshape(images, channels, found.slices, *found.slice_shape)
    assert slices[cell.image, cell.channel, found.number][found.place] == trace.matrix[row, column]


def test_one_of_25_and_one_of_576_by_hand() -> None:
    patches = Patches(Window(5, 5), channels=1, height=28, width=28)
    offset = sliced_cell(patches, patches.cell(295, 13), "offset")
    assert (offset.number, offset.slices, offset.place, offset.slice_shape) == (
        13,
        25,
        (12, 7),
        (24, 24),
    )
    position = sliced_cell(patches, patches.cell(295, 13), "position")
    assert (position.number, position.slices, position.place) == (295, 576, (2, 3))
    assert [step.action for step in position.steps] == [
        "slices",
        "transpose(0,2,3,1,4,5)",
        "reshape",
    ]
    assert position.steps[0].axes == ("N", "C", "OH", "OW", "FH", "FW")
    assert position.steps[0].index == (0, 0, 12, 7, 2, 3)


def test_another_slicing_is_refused() -> None:
    patches = Patches(Window(5, 5), channels=1, height=28, width=28)
    with pytest.raises(UsageError, match="no im2col variant 'diagonal'"):
        sliced_cell(patches, patches.cell(0, 0), "diagonal")
