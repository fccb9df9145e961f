"""How many places a window has by the rules of different libraries, side by side."""

from dataclasses import dataclass, replace
from enum import Enum

from convcli.engine.geometry import Sides, Window
from convcli.errors import GeometryError
from convcli.inspection.possible_windows import WindowedLayer
from convcli.network.layers import Convolution, Shape


class Rule(Enum):
    """By which rule the places are counted."""

    FLOOR = "floor"
    """What does not fit is left over."""

    CEIL = "ceil"
    """Rounded up; a place that would begin in the padding behind the image is left out."""

    CEIL_CAFFE = "ceil as Caffe"
    """The same, but places are left out only where there is padding in any direction."""

    SAME_UPPER = "same upper"
    """``ceil(size / stride)`` places; of an uneven number of padding the larger half is behind."""

    SAME_LOWER = "same lower"
    """The same; the larger half is before."""


@dataclass(frozen=True)
class Rounding:
    """The places of a window by one rule.

    Attributes:
        rule: Which.
        pads: The padding that it comes with (top, bottom, left, right).
        output_size: (height, width); None where the window does not fit.
    """

    rule: Rule
    pads: Sides
    output_size: tuple[int, int] | None


def roundings(layer: WindowedLayer, input_shape: Shape) -> tuple[Rounding, ...]:
    """The places of a layer's window by every rule, or nothing where all rules agree.

    A convolution is never rounded up in any library.

    Args:
        layer: The rules are applied to its window.
        input_shape: (channels, height, width).

    >>> from convcli.network.layers import MaxPooling
    >>> pool = MaxPooling("pool1", Window(3, 3, stride=2))
    >>> for found in roundings(pool, (1, 24, 24)):
    ...     print(found.rule.value, found.pads, found.output_size)
    floor (0, 0, 0, 0) (11, 11)
    ceil (0, 0, 0, 0) (12, 12)
    same upper (0, 1, 0, 1) (12, 12)
    same lower (1, 0, 1, 0) (12, 12)
    >>> roundings(MaxPooling("pool1", Window(2, 2, stride=2)), (1, 24, 24))
    ()
    """
    _, height, width = input_shape
    window = replace(layer.window, ceil=False)
    found = [Rounding(Rule.FLOOR, window.pads, _output_size(window, height, width))]
    if not isinstance(layer, Convolution):
        size = _output_size(replace(window, ceil=True), height, width)
        found.append(Rounding(Rule.CEIL, window.pads, size))
        as_caffe = _as_caffe(window, height, width)
        if as_caffe != size:
            found.append(Rounding(Rule.CEIL_CAFFE, window.pads, as_caffe))
    upper, lower = _same(window, height, width)
    found.append(Rounding(Rule.SAME_UPPER, upper, _places(window, upper, height, width)))
    if upper != lower:
        found.append(Rounding(Rule.SAME_LOWER, lower, _places(window, lower, height, width)))
    distinct = {(one.output_size, one.pads) for one in found}
    return tuple(found) if len(distinct) > 1 else ()


def _output_size(window: Window, height: int, width: int) -> tuple[int, int] | None:
    try:
        return window.output_size(height, width)
    except GeometryError:
        return None


def _places(window: Window, pads: Sides, height: int, width: int) -> tuple[int, int] | None:
    return _output_size(replace(window, pad=pads), height, width)


def _as_caffe(window: Window, height: int, width: int) -> tuple[int, int] | None:
    """By Caffe's pooling layer, whose quotient is rounded up."""
    rounded_up = replace(window, ceil=True)
    size = _output_size(rounded_up, height, width)
    if size is None or any(window.pads):
        return size
    down, across = window.strides
    return -(-(height - window.height) // down) + 1, -(-(width - window.width) // across) + 1


def _same(window: Window, height: int, width: int) -> tuple[Sides, Sides]:
    """The padding of SAME, with the larger half behind, and with the larger half before."""
    down, across = window.strides
    rows = _same_padding(height, window.height, down)
    columns = _same_padding(width, window.width, across)
    less_above, more_below = rows // 2, rows - rows // 2
    less_left, more_right = columns // 2, columns - columns // 2
    return (
        (less_above, more_below, less_left, more_right),
        (more_below, less_above, more_right, less_left),
    )


def _same_padding(size: int, window: int, stride: int) -> int:
    """Pixels that ``ceil(size / stride)`` places need besides the image's own."""
    places = -(-size // stride)
    return max(0, (places - 1) * stride + window - size)
