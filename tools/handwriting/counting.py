"""How many of each kind are read right, and how many are warned of."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from convcli.digits.pixels import one_picture
from convcli.digits.preparation import prepare
from convcli.errors import PictureError
from convcli.network.network import Network
from convcli.storage.pictures.decoding import decode
from tools.handwriting.kinds import ONE_DIGIT, Kind


@dataclass(frozen=True)
class Outcome:
    """What came of one picture.

    Attributes:
        content: The picture file.
        label: The digit that it shows, if it shows one.
        reading: What was read; None where the picture was refused.
        warnings: What was said of it.
    """

    content: bytes
    label: int
    reading: int | None
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Count:
    """What came of all pictures of one kind.

    Attributes:
        kind: Which.
        outcomes: Of each picture.
    """

    kind: Kind
    outcomes: tuple[Outcome, ...]

    @property
    def right(self) -> int | None:
        """How many were read right; None where there is no one digit to read."""
        if self.kind.shows != ONE_DIGIT:
            return None
        return sum(outcome.reading == outcome.label for outcome in self.outcomes)

    @property
    def warned(self) -> int:
        """How many were warned of or refused."""
        return sum(bool(one.warnings) or one.reading is None for one in self.outcomes)


def count(kind: Kind, each: int, seed: int, network: Network) -> Count:
    """Draw pictures of a kind, the labels in turn, and read them.

    Args:
        kind: Which.
        each: How many.
        seed: Another seed gives other pictures. None depends on those before it.
        network: Reads them.
    """
    return Count(kind, tuple(_outcomes(kind, each, seed, network)))


def _outcomes(kind: Kind, each: int, seed: int, network: Network) -> Iterator[Outcome]:
    for number in range(each):
        label = number % 10
        # The name is part of the seed, so that a new kind leaves the others as they are.
        rng = np.random.default_rng((seed, number, *kind.name.encode()))
        content = kind.draw(number if kind.shows == "no digit" else label, rng)
        reading, warnings = _read(content, network)
        yield Outcome(content, label, reading, warnings)


def _read(content: bytes, network: Network) -> tuple[int | None, tuple[str, ...]]:
    _, arrays = decode(BytesIO(content), colour=False)
    grey: NDArray[np.uint8] = np.asarray(arrays["pixels"])
    try:
        prepared = prepare(grey)
    except PictureError:
        return None, ()
    scores = network.scores(network.contract.values(one_picture(prepared.pixels)))
    return int(scores.argmax()), tuple(doubt.value for doubt in prepared.doubts)
