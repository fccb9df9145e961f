"""What is left over, against every place of the window walked one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcli.engine.geometry import Window
from convcli.errors import GeometryError
from convcli.inspection.left_over import LeftOver, left_over

SMALL = st.integers(0, 4)


@given(st.integers(1, 12), st.integers(1, 6), st.integers(1, 8), SMALL, SMALL, st.booleans())
def test_what_no_place_reads(
    size: int, extent: int, stride: int, before: int, after: int, ceil: bool
) -> None:
    window = Window(extent, extent, stride, (before, after, before, after), ceil)
    try:
        places, _ = window.output_size(size, size)
    except GeometryError:
        return
    read = {place * stride + step - before for place in range(places) for step in range(extent)}
    end = max(read) + 1
    unread = set(range(size)) - read
    expected = LeftOver(
        last=sum(row >= end for row in unread),
        between=sum(row < end for row in unread),
        padding=sum(row >= end for row in range(size, size + after)),
        beyond=max(0, end - size - after),
    )
    assert left_over(window, size, size) == (expected, expected)


def test_rows_and_columns_are_told_apart() -> None:
    rows, columns = left_over(Window(2, 3, stride=(2, 1)), 5, 4)
    assert (rows.last, rows.unread, columns.unread) == (1, 1, 0)
    rows, columns = left_over(Window(2, 2, stride=2, ceil=True), 5, 4)
    assert (rows.beyond, rows.unread, columns.beyond) == (1, 0, 0)


def test_a_window_that_does_not_fit_leaves_nothing_over() -> None:
    with pytest.raises(GeometryError, match="does not fit"):
        left_over(Window(5, 5), 4, 4)
