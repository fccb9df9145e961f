"""One image through convolution and pooling, with every stage and every step named.

This is chapter 7 of *Deep Learning from Scratch* slowed down: the plain engine runs once, and what
it made is kept together with the arithmetic that says how it came about.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.activations import relu
from convcli.engine.convolution import filter_window
from convcli.engine.geometry import Window
from convcli.engine.strips import convolve_in_strips, max_pool_in_strips
from convcli.errors import GeometryError, ParameterError
from convcli.inspection.steps import Step, convolution_steps, max_pooling_steps

Array = NDArray[Any]

PIXELS = "pixels"
"""The family of what a network is given."""


@dataclass(frozen=True)
class Stage:
    """One array on the way, and how it came about.

    Attributes:
        name: ``input``, ``filters``, ``bias``, ``convolution``, ``relu`` or ``pooling``; of a
            network's own layers the names that they have there.
        array: NCHW; for the filters (FN, C, FH, FW), for the bias (FN,).
        origin: One clause, the formula with its numbers where there is one.
        family: Stages of one family hold values that can be compared, such as those before and
            after a pooling; each is a family of its own where it is left out.
        signed: Whether its values may be negative.
    """

    name: str
    array: Array
    origin: str
    family: str = ""
    signed: bool = True

    def __post_init__(self) -> None:
        if not self.family:
            object.__setattr__(self, "family", self.name)

    @property
    def minimum(self) -> float:
        """The smallest value."""
        return float(self.array.min())

    @property
    def maximum(self) -> float:
        """The largest value."""
        return float(self.array.max())


@dataclass(frozen=True)
class Walkthrough:
    """Everything that one pass made.

    Attributes:
        stages: In the order of the data; each can be drawn.
        bias: (FN,), one per filter.
        bias_origin: One clause.
        steps: The four steps of the convolution, then those of the pooling.
    """

    stages: tuple[Stage, ...]
    bias: Array
    bias_origin: str
    steps: tuple[Step, ...]

    def stage(self, name: str) -> Stage:
        """The stage of that name."""
        return next(stage for stage in self.stages if stage.name == name)

    @property
    def operands(self) -> tuple[Stage, ...]:
        """The stages and the bias: all that is needed to compute every number again."""
        image, filters, *results = self.stages
        return (image, filters, Stage("bias", self.bias, self.bias_origin), *results)

    @property
    def arrays(self) -> dict[str, Array]:
        """The arrays by name, as they are saved; NCHW, and (FN,) for the bias."""
        return {stage.name: stage.array for stage in self.operands}


def walk_through(
    image: Array,
    filters: Array,
    bias: Array,
    *,
    stride: int = 1,
    pad: int = 0,
    pool: Window,
    with_relu: bool = False,
    origins: Mapping[str, str] | None = None,
) -> Walkthrough:
    """Convolve one image, pool the result, and keep every stage.

    Args:
        image: (1, C, H, W).
        filters: (FN, C, FH, FW).
        bias: (FN,).
        stride: Of the convolution.
        pad: Of the convolution.
        pool: The pooling window with its stride.
        with_relu: Whether a ReLU stands between convolution and pooling.
        origins: Where ``input``, ``filters`` and ``bias`` are from, a clause each, as far as the
            caller knows.

    Raises:
        GeometryError: A window does not fit.
        ParameterError: The values are so large that the sum is not finite.

    >>> image, filters = np.ones((1, 1, 28, 28)), np.ones((30, 1, 5, 5))
    >>> walked = walk_through(image, filters, np.zeros(30), pool=Window(2, 2, stride=2))
    >>> [(stage.name, stage.array.shape) for stage in walked.stages][2:]
    [('convolution', (1, 30, 24, 24)), ('pooling', (1, 30, 12, 12))]
    """
    with stage_named("convolution"), np.errstate(over="ignore", invalid="ignore"):
        convolved = convolve_in_strips(image, filters, bias, stride=stride, pad=pad)
    # A sum that is not finite is at one of the ends, or is not equal to itself.
    if not np.isfinite([convolved.min(), convolved.max()]).all():
        raise ParameterError(
            "the convolution is not finite", "the filters hold values far too large"
        )
    activated = relu(convolved) if with_relu else convolved
    with stage_named("pooling"):
        pooled = max_pool_in_strips(activated, pool)
    window = filter_window(filters, stride, pad)
    given = dict.fromkeys(("input", "filters", "bias"), "as it was given") | dict(origins or {})
    family = "relu" if with_relu else "convolution"
    stages = [
        Stage("input", image, given["input"], PIXELS, signed=bool(image.min() < 0)),
        Stage("filters", filters, given["filters"]),
        Stage("convolution", convolved, sum_origin(window, image.shape)),
        Stage("relu", activated, "max(value, 0)", signed=False),
        Stage("pooling", pooled, pool.formula(*activated.shape[2:]), family, signed=not with_relu),
    ]
    return Walkthrough(
        stages=tuple(stage for stage in stages if with_relu or stage.name != "relu"),
        bias=bias,
        bias_origin=given["bias"],
        steps=(
            *convolution_steps("convolution", image.shape, filters.shape, window),
            *max_pooling_steps("pooling", activated.shape, pool),
        ),
    )


def sum_origin(window: Window, image_shape: tuple[int, ...]) -> str:
    """How a convolution comes about, in a clause.

    Args:
        window: Of its filters.
        image_shape: (..., C, H, W) of what goes in.

    >>> sum_origin(Window(5, 5), (16, 28, 28))
    'sum over 16 channels; floor((28 + 2*0 - 5) / 1) + 1 = 24'
    """
    channels, height, width = image_shape[-3:]
    sums = f"sum over {channels} channels; " if channels > 1 else ""
    return sums + window.formula(height, width)


@contextmanager
def stage_named(stage: str) -> Iterator[None]:
    """Put the name of a stage in front of what does not fit in it."""
    try:
        yield
    except GeometryError as error:
        raise GeometryError(f"{stage}: {error.message}", error.hint) from error
