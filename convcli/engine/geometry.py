"""Where a window may stand on an image, and how many places that makes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convcli.errors import GeometryError


@dataclass(frozen=True)
class Window:
    """A window of ``height`` x ``width`` pixels that moves over an image in steps of ``stride``.

    Args:
        height: Rows of the window, at least 1.
        width: Columns of the window, at least 1.
        stride: Pixels from one place to the next, in both directions, at least 1.
        pad: Pixels added on each of the four sides, at least 0.

    Raises:
        GeometryError: A size or the stride is below 1, or the pad is below 0.

    >>> Window(5, 5).output_size(28, 28)
    (24, 24)
    """

    height: int
    width: int
    stride: int = 1
    pad: int = 0

    def __post_init__(self) -> None:
        for name, least in (("height", 1), ("width", 1), ("stride", 1), ("pad", 0)):
            value = getattr(self, name)
            if value < least:
                raise GeometryError(f"{name} is {value}", f"it must be at least {least}")

    @property
    def area(self) -> int:
        """Pixels under the window, in one channel."""
        return self.height * self.width

    def output_size(self, height: int, width: int) -> tuple[int, int]:
        """Places the window has on an image: rows of them, columns of them.

        ``floor((size + 2*pad - window) / stride) + 1`` in each direction (Dumoulin and Visin, *A
        guide to convolution arithmetic for deep learning*, 2016, relationship 6). The floor leaves
        out the last pixels where no whole step fits.

        Args:
            height: Rows of the image.
            width: Columns of the image.

        Raises:
            GeometryError: The window is larger than the padded image.

        >>> Window(3, 3, stride=2, pad=1).output_size(28, 27)
        (14, 14)
        """
        return self._places(height, self.height, "rows"), self._places(width, self.width, "columns")

    def formula(self, height: int, width: int) -> str:
        """The arithmetic of :meth:`output_size` with the numbers in it.

        >>> Window(5, 5).formula(28, 28)
        'floor((28 + 2*0 - 5) / 1) + 1 = 24'
        >>> Window(5, 3).formula(28, 28)
        'floor((28 + 2*0 - 5) / 1) + 1 = 24, floor((28 + 2*0 - 3) / 1) + 1 = 26'
        """
        rows, columns = self.output_size(height, width)
        lines = [
            f"{self._arithmetic(height, self.height)} = {rows}",
            f"{self._arithmetic(width, self.width)} = {columns}",
        ]
        return lines[0] if lines[0] == lines[1] else ", ".join(lines)

    def _places(self, size: int, window: int, direction: str) -> int:
        free = size + 2 * self.pad - window
        if free < 0:
            raise GeometryError(
                f"a window of {window} {direction} does not fit {size} {direction}: "
                f"{self._arithmetic(size, window)} is below 1",
                "take a smaller window or a larger pad",
            )
        return free // self.stride + 1

    def _arithmetic(self, size: int, window: int) -> str:
        return f"floor(({size} + 2*{self.pad} - {window}) / {self.stride}) + 1"


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


def pad_images(images: NDArray[np.generic], pad: int, value: float = 0.0) -> NDArray[np.generic]:
    """The images with ``pad`` pixels of ``value`` on each side; the images themselves for no pad.

    >>> pad_images(np.ones((1, 1, 1, 1)), 1)[0, 0]
    array([[0., 0., 0.],
           [0., 1., 0.],
           [0., 0., 0.]])
    """
    if pad == 0:
        return images
    sides = ((0, 0), (0, 0), (pad, pad), (pad, pad))
    return np.pad(images, sides, constant_values=value)
