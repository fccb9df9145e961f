"""What a network expects of its input; without it a network reads nonsense."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.errors import GeometryError, UsageError

Array = NDArray[Any]

DIGITS = tuple("0123456789")
MOST_NUMBERS = 2**24
"""In one image: 16 megapixels in grey, 64 MiB as float32."""


@dataclass(frozen=True)
class InputContract:
    """From the bytes of a picture to the numbers that go in: (byte / scale - mean) / deviation.

    Attributes:
        channels: 1 for grey, 3 for red, green and blue.
        height: Rows.
        width: Columns.
        scale: What bytes 0..255 are divided by, above zero.
        mean: Subtracted after that: one number for each channel, or one for all.
        standard_deviation: Divided by after that: one for each channel, or one for all; above zero.
        classes: What each score is the score of; the numbers from 0 where it is empty.

    Raises:
        UsageError: A number cannot be.

    >>> str(InputContract())
    'pixels / 255'
    """

    channels: int = 1
    height: int = 28
    width: int = 28
    scale: float = 255.0
    mean: tuple[float, ...] = (0.0,)
    standard_deviation: tuple[float, ...] = (1.0,)
    classes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if min(self.shape) < 1:
            raise UsageError(f"an input of shape {self.shape}", "each number must be at least 1")
        if prod(self.shape) > MOST_NUMBERS:
            raise UsageError(
                f"an input of shape {self.shape}", f"{MOST_NUMBERS:,} numbers are the most"
            )
        for name, values in (("mean", self.mean), ("standard deviation", self.standard_deviation)):
            if len(values) not in (1, self.channels):
                raise UsageError(
                    f"{len(values)} numbers for the {name} of {self.channels} channels",
                    "give one, or one for each channel",
                )
        if not (0 < self.scale < np.inf and min(self.standard_deviation) > 0):
            raise UsageError("the input is divided by zero or less", "give a number above zero")

    @property
    def shape(self) -> tuple[int, int, int]:
        """(channels, height, width)."""
        return self.channels, self.height, self.width

    @property
    def is_mnist(self) -> bool:
        """Whether a digit of MNIST has this shape."""
        return self.shape == (1, 28, 28)

    @property
    def size_text(self) -> str:
        """The shape as readers write it.

        >>> InputContract(3, 32, 48).size_text
        '3x32x48'
        """
        return "x".join(map(str, self.shape))

    def resized(self, size: tuple[int, ...]) -> "InputContract":
        """The same for pictures of another size.

        Args:
            size: (height, width), or (channels, height, width).

        Raises:
            UsageError: A number is below 1, or there are other means than channels.

        >>> InputContract(3).resized((32, 48)).shape
        (3, 32, 48)
        """
        channels, height, width = size if len(size) == 3 else (self.channels, *size)
        return replace(self, channels=channels, height=height, width=width)

    def class_names(self, number: int) -> tuple[str, ...]:
        """A name for each of so many scores.

        >>> InputContract().class_names(3)
        ('0', '1', '2')
        """
        if self.classes and len(self.classes) == number:
            return self.classes
        return tuple(map(str, range(number)))

    def values(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The numbers that the network takes.

        The book's ``load_mnist(normalize=True)`` divides by 255 in float32, and so does this.

        Args:
            pixels: uint8; (N, height, width) for one channel, else (N, channels, height, width).

        Returns:
            float32, (N, channels, height, width).

        Raises:
            GeometryError: The pixels have another shape.

        >>> contract = InputContract(1, 1, 2, mean=(0.5,), standard_deviation=(0.5,))
        >>> contract.values(np.array([[[0, 255]]], np.uint8))
        array([[[[-1.,  1.]]]], dtype=float32)
        """
        pictures = pixels[:, None] if pixels.ndim == 3 else pixels
        if pictures.shape[1:] != self.shape:
            raise GeometryError(
                f"pictures of shape {pictures.shape[1:]} for a network that takes {self.shape}",
                "give pictures of that shape",
            )
        values = pictures.astype(np.float32)
        values /= np.float32(self.scale)
        if self._is_shifted:
            values -= _column(self.mean)
            values /= _column(self.standard_deviation)
        return values

    def bytes_of(self, values: Array) -> NDArray[np.uint8] | None:
        """The bytes that :meth:`values` made these numbers of.

        Args:
            values: (N, channels, height, width).

        Returns:
            uint8 of the same shape; None if they were not made of bytes.

        >>> contract = InputContract(1, 1, 2, mean=(0.5,), standard_deviation=(0.5,))
        >>> contract.bytes_of(contract.values(np.array([[[0, 7]]], np.uint8)))
        array([[[[0, 7]]]], dtype=uint8)
        """
        shares = values.astype(np.float64) * _column(self.standard_deviation) + _column(self.mean)
        pixels = np.rint(shares * self.scale).clip(0, 255).astype(np.uint8)
        return pixels if np.array_equal(self.values(pixels), values) else None

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "InputContract":
        """The contract that :attr:`json` gave.

        >>> InputContract.from_json(InputContract(mean=(0.5,)).json) == InputContract(mean=(0.5,))
        True
        """
        lists = ("mean", "standard_deviation", "classes")
        arguments: dict[str, Any] = {
            name: tuple(value) if name in lists else value for name, value in values.items()
        }
        return cls(**arguments)

    @property
    def json(self) -> dict[str, Any]:
        """As values of JSON, for files and programs.

        >>> InputContract().json["scale"]
        255.0
        """
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
        }

    def __str__(self) -> str:
        """The arithmetic in a clause.

        >>> str(InputContract(mean=(0.1307,), standard_deviation=(0.3081,)))
        '(pixels / 255 - 0.1307) / 0.3081'
        """
        scaled = "pixels" if self.scale == 1 else f"pixels / {self.scale:g}"
        if not self._is_shifted:
            return scaled
        mean, deviation = (
            f"{values[0]:g}" if len(values) == 1 else f"({', '.join(f'{v:g}' for v in values)})"
            for values in (self.mean, self.standard_deviation)
        )
        return f"({scaled} - {mean}) / {deviation}"

    @property
    def _is_shifted(self) -> bool:
        return any(self.mean) or any(value != 1 for value in self.standard_deviation)


def _column(values: tuple[float, ...]) -> NDArray[np.float32]:
    return np.array(values, np.float32)[:, None, None]
