"""The nearest windows are possible, and none nearer is: every smaller change is tried."""

from contextlib import suppress
from dataclasses import replace
from itertools import product

from hypothesis import assume, given
from hypothesis import strategies as st

from convcli.engine.geometry import Window
from convcli.errors import GeometryError
from convcli.inspection.possible_windows import (
    WindowedLayer,
    is_possible,
    nearest_windows,
)
from convcli.network.layers import AveragePooling, Convolution, MaxPooling

EXTENT, PAD = st.integers(1, 9), st.integers(0, 5)


@st.composite
def impossible(draw: st.DrawFn) -> tuple[WindowedLayer, tuple[int, int, int]]:
    window = Window(
        draw(EXTENT), draw(EXTENT), (draw(EXTENT), draw(EXTENT)),
        (draw(PAD), draw(PAD), draw(PAD), draw(PAD)), draw(st.booleans()),
    )  # fmt: skip
    layers: list[WindowedLayer] = [
        Convolution("conv1", "W1", None, 1, 1, window),
        MaxPooling("pool1", window),
        AveragePooling("pool1", window),
    ]
    layer = draw(st.sampled_from(layers))
    shape = (1, draw(st.integers(1, 6)), draw(st.integers(1, 6)))
    assume(not is_possible(layer, shape))
    return layer, shape


def _changed(window: Window, kind: str, down: int, across: int) -> Window:
    top, bottom, left, right = window.pads
    stride_down, stride_across = window.strides
    if kind == "pad":
        return replace(window, pad=(top + down, bottom + down, left + across, right + across))
    if kind == "size":
        return replace(window, height=window.height + down, width=window.width + across)
    return replace(window, stride=(stride_down + down, stride_across + across))


def _changes(window: Window, kind: str, furthest: int) -> dict[Window, tuple[int, int]]:
    """Every window with one thing changed, and by how much down and across."""
    found = {}
    for down, across in product(range(-furthest, furthest + 1), repeat=2):
        with suppress(GeometryError):
            found[_changed(window, kind, down, across)] = (abs(down), abs(across))
    return found


@given(impossible(), st.sampled_from(["pad", "size", "stride"]))
def test_the_nearest_is_possible_and_nothing_nearer_is(
    case: tuple[WindowedLayer, tuple[int, int, int]], kind: str
) -> None:
    layer, shape = case
    found = getattr(nearest_windows(layer, shape), kind)
    changes = _changes(layer.window, kind, furthest=10)
    possible = [window for window in changes if is_possible(replace(layer, window=window), shape)]
    if found is None:
        assert not possible
        return
    assert found in possible
    down, across = changes[found]
    assert all(down <= changes[other][0] or across <= changes[other][1] for other in possible)
    assert down + across == min(sum(changes[other]) for other in possible)


def test_no_stride_helps_where_places_are_rounded_down() -> None:
    nearest = nearest_windows(MaxPooling("pool1", Window(30, 30, stride=2)), (1, 28, 28))
    assert nearest.pad == Window(30, 30, stride=2, pad=1)
    assert nearest.size == Window(28, 28, stride=2)
    assert nearest.stride is None


def test_a_stride_helps_where_places_are_rounded_up() -> None:
    layer = MaxPooling("pool1", Window(6, 6, stride=1, ceil=True))
    assert nearest_windows(layer, (1, 4, 4)).stride == Window(6, 6, stride=3, ceil=True)


def test_a_pad_of_more_than_half_a_pooling() -> None:
    nearest = nearest_windows(MaxPooling("pool1", Window(4, 4, stride=4, pad=3)), (1, 28, 28))
    assert nearest.pad == Window(4, 4, stride=4, pad=2)
    assert nearest.size == Window(6, 6, stride=4, pad=3)
    assert nearest.stride is None
