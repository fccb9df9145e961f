"""The windows that are nearest to one that cannot stand on an image."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from convcli.engine.geometry import Window
from convcli.errors import GeometryError
from convcli.network.layers import AveragePooling, Convolution, MaxPooling, Shape

WindowedLayer = Convolution | MaxPooling | AveragePooling


@dataclass(frozen=True)
class NearestWindows:
    """The window with one thing changed, as little as makes it possible; None where nothing does.

    Attributes:
        pad: With another pad: the same is added on both sides of a direction.
        size: With another size.
        stride: With another stride.
    """

    pad: Window | None
    size: Window | None
    stride: Window | None


@dataclass(frozen=True)
class _Direction:
    """One direction of a window, by itself."""

    image: int
    window: int
    stride: int
    before: int
    after: int

    def lacking(self, rounded_up: bool) -> int:
        """How many pixels there are too few for one place."""
        missing = self.window - self.image - self.before - self.after
        return missing - (self.stride - 1 if rounded_up else 0)


def is_possible(layer: WindowedLayer, input_shape: Shape) -> bool:
    """Whether the layer can take such an input; its own rules decide.

    >>> is_possible(MaxPooling("pool1", Window(2, 2)), (1, 1, 4))
    False
    """
    try:
        layer.output_shape(input_shape)
    except GeometryError:
        return False
    return True


def nearest_windows(layer: WindowedLayer, input_shape: Shape) -> NearestWindows:
    """What to do about a window that cannot stand on an input.

    Each direction is changed by as little as it needs, and not at all where it is possible as it is.

    Args:
        layer: Its window is impossible.
        input_shape: (channels, height, width).

    >>> nearest = nearest_windows(MaxPooling("pool1", Window(6, 2, stride=2)), (1, 4, 4))
    >>> nearest.pad, nearest.size, nearest.stride
    (Window(height=6, width=2, stride=2, pad=(1, 0)), Window(height=4, width=2, stride=2, pad=0), None)
    """  # noqa: E501
    # A bound is the nearest value that one rule allows: there must be pixels for a place, and the
    # padding of a pooling is half its window at most. The layer says whether it allows it too.
    rows, columns = _directions(layer.window, input_shape)
    ceil = layer.window.ceil

    def nearest(
        change: Callable[[_Direction, int], _Direction],
        bounds: Callable[[_Direction], Iterable[int]],
    ) -> Window | None:
        changed = [_changed(layer, one, change, bounds(one)) for one in (rows, columns)]
        down, across = changed
        return _joined(down, across, ceil) if down and across else None

    return NearestWindows(
        pad=nearest(_with_pad, lambda one: _pad_bounds(one, ceil)),
        size=nearest(_with_size, lambda one: _size_bounds(one, ceil)),
        stride=nearest(_with_stride, lambda one: (one.lacking(False) + 1 - one.stride,)),
    )


def _pad_bounds(one: _Direction, ceil: bool) -> tuple[int, ...]:
    enough = -(-one.lacking(ceil) // 2)
    half_of_the_window = one.window // 2 - max(one.before, one.after)
    return enough, half_of_the_window


def _size_bounds(one: _Direction, ceil: bool) -> tuple[int, ...]:
    twice_the_pad = 2 * max(one.before, one.after) - one.window
    return -one.lacking(ceil), twice_the_pad


def _with_pad(one: _Direction, change: int) -> _Direction:
    return replace(one, before=one.before + change, after=one.after + change)


def _with_size(one: _Direction, change: int) -> _Direction:
    return replace(one, window=one.window + change)


def _with_stride(one: _Direction, change: int) -> _Direction:
    return replace(one, stride=one.stride + change)


def _changed(
    layer: WindowedLayer,
    one: _Direction,
    change: Callable[[_Direction, int], _Direction],
    bounds: Iterable[int],
) -> _Direction | None:
    """The direction, changed by as little as makes it possible."""
    for amount in sorted({0, *bounds}, key=abs):
        changed = change(one, amount)
        if _stands(layer, changed):
            return changed
    return None


def _stands(layer: WindowedLayer, one: _Direction) -> bool:
    """Whether a window has a place that is this direction both ways."""
    try:
        window = _joined(one, one, layer.window.ceil)
    except GeometryError:
        return False
    channels = layer.channels if isinstance(layer, Convolution) else 1
    return is_possible(replace(layer, window=window), (channels, one.image, one.image))


def _directions(window: Window, input_shape: Shape) -> tuple[_Direction, _Direction]:
    _, height, width = input_shape
    top, bottom, left, right = window.pads
    down, across = window.strides
    return (
        _Direction(height, window.height, down, top, bottom),
        _Direction(width, window.width, across, left, right),
    )


def _joined(down: _Direction, across: _Direction, ceil: bool) -> Window:
    return Window(
        down.window,
        across.window,
        (down.stride, across.stride),
        (down.before, down.after, across.before, across.after),
        ceil,
    )
