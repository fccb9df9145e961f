"""Where a window may stand on an image, and how many places that makes."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convcli.errors import GeometryError

Array = NDArray[Any]

Stride = int | tuple[int, int]
Pad = int | tuple[int, int] | tuple[int, int, int, int]
Sides = tuple[int, int, int, int]


@dataclass(frozen=True, repr=False)
class Window:
    """A window of ``height`` x ``width`` pixels that moves over an image in steps of ``stride``.

    Stride and pad are kept in their shortest form: ``Window(2, 2, stride=(2, 2))`` is equal to
    ``Window(2, 2, stride=2)``. :attr:`strides` and :attr:`pads` are always written out.

    Args:
        height: Pixels from top to bottom, at least 1.
        width: Pixels from left to right, at least 1.
        stride: Pixels from one place to the next, at least 1; two numbers are (down, across).
        pad: Pixels added on each of the four sides, at least 0; two numbers are (top and bottom,
            left and right), four are (top, bottom, left, right).
        ceil: Whether a last place is added where the window reaches over the padded image.

    Raises:
        GeometryError: A size or the stride is below 1, or the pad is below 0; or they are not so
            many numbers.

    >>> Window(5, 5).output_size(28, 28)
    (24, 24)
    >>> Window(3, 3, stride=(2, 1), pad=(0, 1, 0, 2))
    Window(height=3, width=3, stride=(2, 1), pad=(0, 1, 0, 2))
    """

    height: int
    width: int
    stride: Stride = 1
    pad: Pad = 0
    ceil: bool = False

    def __post_init__(self) -> None:
        strides = _spread("stride", self.stride, (1, 2))
        pads = _spread("pad", self.pad, (1, 2, 4))
        for name, numbers, least in (
            ("height", (self.height,), 1),
            ("width", (self.width,), 1),
            ("stride", strides, 1),
            ("pad", pads, 0),
        ):
            if min(numbers) < least:
                value = numbers[0] if len(numbers) == 1 else numbers
                raise GeometryError(f"{name} is {value}", f"it must be at least {least}")
        # Equal windows must have equal fields: dataclass compares and hashes these.
        object.__setattr__(self, "stride", _shortest(strides))
        object.__setattr__(self, "pad", _shortest(pads))

    def __repr__(self) -> str:
        ceil = ", ceil=True" if self.ceil else ""
        return (
            f"Window(height={self.height}, width={self.width}, "
            f"stride={self.stride}, pad={self.pad}{ceil})"
        )

    @property
    def area(self) -> int:
        """Pixels under the window, in one channel."""
        return self.height * self.width

    @cached_property
    def strides(self) -> tuple[int, int]:
        """The stride as (down, across).

        >>> Window(2, 2, stride=3).strides
        (3, 3)
        """
        down, *across = _spread("stride", self.stride, (1, 2))
        return down, across[0] if across else down

    @cached_property
    def pads(self) -> Sides:
        """The pad as (top, bottom, left, right).

        >>> Window(3, 3, pad=(1, 2)).pads
        (1, 1, 2, 2)
        """
        return pad_sides(self.pad)

    def output_size(self, height: int, width: int) -> tuple[int, int]:
        """Places the window has on an image: from top to bottom, and from left to right.

        ``floor((size + pad before + pad after - window) / stride) + 1`` in each direction (Dumoulin
        and Visin, *A guide to convolution arithmetic for deep learning*, 2016, relationship 6). The
        floor leaves out the last pixels where no whole step fits.

        With ``ceil`` the quotient is rounded up, and one place is taken off again where the last
        window would begin behind the image, in the padding (PyTorch's rule for pooling).

        Args:
            height: Pixels of the image from top to bottom, without padding.
            width: Pixels of the image from left to right, without padding.

        Raises:
            GeometryError: The window is larger than the padded image.

        >>> Window(3, 3, stride=2, pad=1).output_size(28, 27)
        (14, 14)
        >>> Window(2, 2, stride=2, ceil=True).output_size(28, 27)
        (14, 14)
        """
        vertical, horizontal = self._axes(height, width)
        return vertical.places(), horizontal.places()

    def formula(self, height: int, width: int) -> str:
        """The arithmetic of :meth:`output_size` with the numbers in it.

        >>> Window(5, 5).formula(28, 28)
        'floor((28 + 2*0 - 5) / 1) + 1 = 24'
        >>> Window(5, 3).formula(28, 28)
        'floor((28 + 2*0 - 5) / 1) + 1 = 24, floor((28 + 2*0 - 3) / 1) + 1 = 26'
        >>> Window(3, 3, stride=2, pad=(0, 1, 0, 1)).formula(28, 28)
        'floor((28 + 0 + 1 - 3) / 2) + 1 = 14'
        """
        lines = [f"{axis.arithmetic()} = {axis.places()}" for axis in self._axes(height, width)]
        return lines[0] if lines[0] == lines[1] else ", ".join(lines)

    def padding(self, height: int, width: int) -> Sides:
        """Pixels that an image needs on each side, for every place of the window to lie on pixels.

        These are :attr:`pads`, and with ``ceil`` what the last window reaches over them besides.

        Returns:
            (top, bottom, left, right).

        >>> Window(2, 2, stride=2, ceil=True).padding(28, 27)
        (0, 0, 0, 1)
        """
        if not self.ceil:
            return self.pads
        vertical, horizontal = self._axes(height, width)
        top, bottom, left, right = self.pads
        return top, bottom + vertical.overhang(), left, right + horizontal.overhang()

    def _axes(self, height: int, width: int) -> tuple["_Axis", "_Axis"]:
        top, bottom, left, right = self.pads
        down, across = self.strides
        return (
            _Axis("rows", height, self.height, down, top, bottom, self.ceil),
            _Axis("columns", width, self.width, across, left, right, self.ceil),
        )


class _Axis(NamedTuple):
    """One direction of a window on an image."""

    direction: str
    size: int
    window: int
    stride: int
    before: int
    after: int
    ceil: bool

    def places(self) -> int:
        free = self.size + self.before + self.after - self.window
        places = (-(-free // self.stride) if self.ceil else free // self.stride) + 1
        if places < 1:
            raise GeometryError(
                f"a window of {self.window} {self.direction} does not fit "
                f"{self.size} {self.direction}: {self.arithmetic()} is below 1",
                "take a smaller window or a larger pad",
            )
        return places - self.begins_behind_the_image(places) if self.ceil else places

    def begins_behind_the_image(self, places: int) -> bool:
        return self.stride * (places - 1) >= self.size + self.before

    def overhang(self) -> int:
        end = self.stride * (self.places() - 1) + self.window
        return max(0, end - self.before - self.size - self.after)

    def arithmetic(self) -> str:
        same = self.before == self.after
        pad = f"2*{self.before}" if same else f"{self.before} + {self.after}"
        quotient = f"(({self.size} + {pad} - {self.window}) / {self.stride}) + 1"
        if not self.ceil:
            return f"floor{quotient}"
        free = self.size + self.before + self.after - self.window
        behind = self.begins_behind_the_image(-(-free // self.stride) + 1)
        return f"ceil{quotient}{' - 1' if behind else ''}"


def pad_sides(pad: Pad) -> Sides:
    """A pad written out as (top, bottom, left, right).

    Raises:
        GeometryError: It is neither one number nor two nor four.

    >>> pad_sides(1), pad_sides((1, 2))
    ((1, 1, 1, 1), (1, 1, 2, 2))
    """
    numbers = _spread("pad", pad, (1, 2, 4))
    if len(numbers) == 4:
        top, bottom, left, right = numbers
        return top, bottom, left, right
    vertical, horizontal = numbers[0], numbers[-1]
    return vertical, vertical, horizontal, horizontal


def check_images(images: NDArray[np.generic]) -> tuple[int, int, int, int]:
    """The four sizes of a batch of images: number, channels, height, width (NCHW).

    Raises:
        GeometryError: The array has not four axes, or one of them is empty.

    >>> check_images(np.zeros((1, 1, 28, 28)))
    (1, 1, 28, 28)
    """
    if images.ndim != 4:
        raise GeometryError(
            f"images of shape {images.shape} have {images.ndim} axes",
            "four are needed: (number, channels, height, width)",
        )
    if 0 in images.shape:
        raise GeometryError(
            f"images of shape {images.shape} are empty", "every axis needs at least 1"
        )
    number, channels, height, width = images.shape
    return number, channels, height, width


def pad_images(images: Array, pad: Pad, value: float = 0.0) -> Array:
    """The images with pixels of ``value`` around them; the images themselves for no pad.

    Args:
        images: (N, C, H, W).
        pad: Pixels on each side, as :class:`Window` takes them.
        value: What the padding holds.

    Returns:
        (N, C, top + H + bottom, left + W + right), the dtype of ``images``.

    >>> pad_images(np.ones((1, 1, 1, 1)), 1)[0, 0]
    array([[0., 0., 0.],
           [0., 1., 0.],
           [0., 0., 0.]])
    >>> pad_images(np.ones((1, 1, 1, 1)), (0, 1, 0, 2))[0, 0]
    array([[1., 0., 0.],
           [0., 0., 0.]])
    """
    top, bottom, left, right = pad_sides(pad)
    if not (top or bottom or left or right):
        return images
    sides = ((0, 0), (0, 0), (top, bottom), (left, right))
    return np.pad(images, sides, constant_values=value)


def check_gradient(output_gradient: NDArray[np.generic], expected: tuple[int, ...]) -> None:
    """Refuse an output gradient that has not the shape of the output.

    Raises:
        GeometryError: It has another shape.

    >>> check_gradient(np.zeros((1, 30, 24, 24)), (1, 30, 24, 24))
    """
    if output_gradient.shape != expected:
        raise GeometryError(
            f"output gradient of shape {output_gradient.shape}", f"{expected} is needed"
        )


def _spread(name: str, value: int | tuple[int, ...], counts: tuple[int, ...]) -> tuple[int, ...]:
    numbers = tuple(value) if isinstance(value, tuple | list) else (value,)
    if len(numbers) not in counts:
        raise GeometryError(
            f"{name} is {value}", f"{' or '.join(map(str, counts))} numbers are needed"
        )
    return numbers


def _shortest(numbers: tuple[int, ...]) -> int | tuple[int, ...]:
    if len(set(numbers)) == 1:
        return numbers[0]
    if len(numbers) == 4 and numbers[0] == numbers[1] and numbers[2] == numbers[3]:
        return numbers[0], numbers[2]
    return numbers
