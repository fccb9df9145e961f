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
from convcli.engine.convolution import ConvolutionTrace, filter_window, trace_convolution
from convcli.engine.geometry import Window
from convcli.engine.pooling import PoolingTrace, trace_max_pool
from convcli.errors import GeometryError, ParameterError

Array = NDArray[Any]


@dataclass(frozen=True)
class Stage:
    """One array on the way, and how it came about.

    Attributes:
        name: ``input``, ``filters``, ``bias``, ``convolution``, ``relu`` or ``pooling``.
        array: NCHW; for the filters (FN, C, FH, FW), for the bias (FN,).
        origin: One clause, the formula with its numbers where there is one.
    """

    name: str
    array: Array
    origin: str

    @property
    def minimum(self) -> float:
        """The smallest value."""
        return float(self.array.min())

    @property
    def maximum(self) -> float:
        """The largest value."""
        return float(self.array.max())


@dataclass(frozen=True)
class Step:
    """One step inside a stage.

    Attributes:
        stage: The stage it belongs to.
        number: Counted from 1 in its stage.
        name: What is done, in a word or two.
        shape: The shape of the result.
        origin: One clause that says how it is done.
    """

    stage: str
    number: int
    name: str
    shape: tuple[int, ...]
    origin: str


@dataclass(frozen=True)
class Walkthrough:
    """Everything that one pass made.

    Attributes:
        stages: In the order of the data; each can be drawn.
        bias: (FN,), one per filter.
        bias_origin: One clause.
        convolution: The intermediates of the convolution.
        pooling: The intermediates of the pooling.
        steps: The four steps of the convolution, then those of the pooling.
    """

    stages: tuple[Stage, ...]
    bias: Array
    bias_origin: str
    convolution: ConvolutionTrace
    pooling: PoolingTrace
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
    with _named("convolution"), np.errstate(over="ignore", invalid="ignore"):
        convolution = trace_convolution(image, filters, bias, stride=stride, pad=pad)
    if not np.isfinite(convolution.output).all():
        raise ParameterError(
            "the convolution is not finite", "the filters hold values far too large"
        )
    activated = relu(convolution.output) if with_relu else convolution.output
    with _named("pooling"):
        pooling = trace_max_pool(activated, pool)
    window = filter_window(filters, stride, pad)
    given = dict.fromkeys(("input", "filters", "bias"), "as it was given") | dict(origins or {})
    stages = [
        Stage("input", image, given["input"]),
        Stage("filters", filters, given["filters"]),
        Stage("convolution", convolution.output, window.formula(*image.shape[2:])),
        Stage("relu", activated, "max(value, 0)"),
        Stage("pooling", pooling.output, pool.formula(*activated.shape[2:])),
    ]
    return Walkthrough(
        stages=tuple(stage for stage in stages if with_relu or stage.name != "relu"),
        bias=bias,
        bias_origin=given["bias"],
        convolution=convolution,
        pooling=pooling,
        steps=(*_convolution_steps(convolution, window), *_pooling_steps(pooling, pool)),
    )


@contextmanager
def _named(stage: str) -> Iterator[None]:
    try:
        yield
    except GeometryError as error:
        raise GeometryError(f"{stage}: {error.message}", error.hint) from error


def _convolution_steps(trace: ConvolutionTrace, window: Window) -> list[Step]:
    patch = f"{window.height}x{window.width}"
    rows = [
        ("im2col", trace.columns, f"each {patch} patch of the image becomes one row"),
        ("filters", trace.filter_matrix, "each filter becomes one column"),
        ("product", trace.product, "columns @ filter matrix + bias"),
        ("output", trace.output, "reshape to (N, OH, OW, FN), transpose to (N, FN, OH, OW)"),
    ]
    return _numbered("convolution", rows)


def _pooling_steps(trace: PoolingTrace, window: Window) -> list[Step]:
    rows = [
        ("im2col", trace.columns, f"each {window.height}x{window.width} patch becomes one row"),
        ("rows", trace.rows, f"reshape: {window.area} values of one channel a row"),
        ("argmax", trace.winners, "the place of the largest value in its row"),
        ("max", trace.maxima, "the largest value of each row"),
        ("output", trace.output, "reshape to (N, OH, OW, C), transpose to (N, C, OH, OW)"),
    ]
    return _numbered("pooling", rows)


def _numbered(stage: str, rows: list[tuple[str, Array, str]]) -> list[Step]:
    return [
        Step(stage, number, name, array.shape, origin)
        for number, (name, array, origin) in enumerate(rows, start=1)
    ]
