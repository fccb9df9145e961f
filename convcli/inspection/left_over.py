"""What of an image no place of a window reads: pixels behind the last place, and between two."""

from dataclasses import dataclass

from convcli.engine.geometry import Window


@dataclass(frozen=True)
class LeftOver:
    """What is left over in one direction, in rows or columns.

    Attributes:
        last: Of the image, behind the last place of the window.
        between: Of the image, between two places, where the stride is larger than the window.
        padding: Of the padding, behind the last place.
        beyond: That the last place reaches over the padded image, where places are rounded up.
    """

    last: int
    between: int
    padding: int
    beyond: int

    @property
    def unread(self) -> int:
        """Of the image, in all."""
        return self.last + self.between


def left_over(window: Window, height: int, width: int) -> tuple[LeftOver, LeftOver]:
    """What a window leaves over of an image: rows, and columns.

    Raises:
        GeometryError: The window does not fit.

    >>> left_over(Window(2, 2, stride=2), 5, 4)[0]
    LeftOver(last=1, between=0, padding=0, beyond=0)
    >>> left_over(Window(1, 2, stride=3), 7, 8)
    (LeftOver(last=0, between=4, padding=0, beyond=0), LeftOver(last=0, between=2, padding=0, beyond=0))
    """  # noqa: E501
    down, across = window.strides
    top, bottom, left, right = window.pads
    rows, columns = window.output_size(height, width)
    return (
        _in_direction(height, window.height, down, (top, bottom), rows),
        _in_direction(width, window.width, across, (left, right), columns),
    )


def _in_direction(
    size: int, window: int, stride: int, pads: tuple[int, int], places: int
) -> LeftOver:
    """Everything is counted from the first pixel of the padding."""
    before, after = pads
    first, behind = before, before + size
    end = stride * (places - 1) + window
    begin, stop = min(first, end), min(behind, end)
    read = _read_below(stop, window, stride) - _read_below(begin, window, stride)
    last = behind - max(first, stop)
    return LeftOver(
        last=last,
        between=size - last - read,
        padding=max(0, behind + after - max(behind, end)),
        beyond=max(0, end - behind - after),
    )


def _read_below(position: int, window: int, stride: int) -> int:
    """How many positions below this one lie under a window."""
    steps, rest = divmod(position, stride)
    return steps * min(window, stride) + min(rest, window)
