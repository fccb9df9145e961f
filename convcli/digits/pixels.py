"""From the bytes of a picture to the numbers a network takes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.errors import GeometryError


def one_picture(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """One picture as a batch of one, as the network's contract takes pixels.

    Args:
        pixels: uint8, (height, width), or (height, width, 3) in colour.

    Returns:
        uint8, (1, 1, height, width) or (1, 3, height, width).

    >>> one_picture(np.zeros((4, 5, 3), dtype=np.uint8)).shape
    (1, 3, 4, 5)
    """
    channels = pixels[..., None] if pixels.ndim == 2 else pixels
    return np.moveaxis(channels, -1, 0)[None]


def scale_pixels(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Pixels 0..255 as float32 0..1 in NCHW, one channel.

    ``value / 255`` in float32, as the book's ``load_mnist(normalize=True)`` does.

    Args:
        pixels: uint8, (height, width) for one picture or (N, height, width) for several.

    Returns:
        float32, (N, 1, height, width).

    Raises:
        GeometryError: The array has neither two nor three axes.

    >>> scale_pixels(np.array([[0, 51, 255]], dtype=np.uint8))
    array([[[[0. , 0.2, 1. ]]]], dtype=float32)
    """
    if pixels.ndim not in (2, 3):
        raise GeometryError(f"pixels of shape {pixels.shape}", "two or three axes are needed")
    pictures: NDArray[Any] = pixels if pixels.ndim == 3 else pixels[None]
    scaled: NDArray[np.float32] = pictures[:, None].astype(np.float32) / np.float32(255)
    return scaled
