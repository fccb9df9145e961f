"""The steps inside a convolution and inside a pooling, with their shapes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from convcli.engine.convolution import ConvolutionTrace
from convcli.engine.geometry import Window
from convcli.engine.im2col import im2col
from convcli.engine.pooling import PoolingTrace

Array = NDArray[Any]
Shape = tuple[int, ...]


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
    shape: Shape
    origin: str


def convolution_steps(stage: str, trace: ConvolutionTrace, window: Window) -> tuple[Step, ...]:
    """The four steps of a convolution.

    Args:
        stage: The name of the stage that they make.
        trace: What each of them made.
        window: The filters', for the words.
    """
    rows = [
        ("im2col", trace.columns, f"each {_size(window)} patch of the image becomes one row"),
        ("filters", trace.filter_matrix, "each filter becomes one column"),
        ("product", trace.product, "columns @ filter matrix + bias"),
        ("output", trace.output, "reshape to (N, OH, OW, FN), transpose to (N, FN, OH, OW)"),
    ]
    return _numbered(stage, ((name, array.shape, origin) for name, array, origin in rows))


def max_pooling_steps(stage: str, trace: PoolingTrace, window: Window) -> tuple[Step, ...]:
    """The five steps of a max pooling."""
    rows = [
        ("im2col", trace.columns, f"each {_size(window)} patch becomes one row"),
        ("rows", trace.rows, f"reshape: {window.area} values of one channel a row"),
        ("argmax", trace.winners, "the place of the largest value in its row"),
        ("max", trace.maxima, "the largest value of each row"),
        ("output", trace.output, "reshape to (N, OH, OW, C), transpose to (N, C, OH, OW)"),
    ]
    return _numbered(stage, ((name, array.shape, origin) for name, array, origin in rows))


def average_pooling_steps(
    stage: str, images: Array, output: Array, window: Window
) -> tuple[Step, ...]:
    """The four steps of an average pooling.

    Args:
        stage: The name of the stage that they make.
        images: What goes in, (N, C, H, W).
        output: What comes out, (N, C, OH, OW).
        window: Of the pooling.
    """
    columns = im2col(images, window)
    rows = [
        ("im2col", columns.shape, f"each {_size(window)} patch becomes one row"),
        (
            "rows",
            columns.reshape(-1, window.area).shape,
            f"reshape: {window.area} values of one channel a row",
        ),
        ("mean", (output.size,), "the mean of each row"),
        ("output", output.shape, "reshape to (N, OH, OW, C), transpose to (N, C, OH, OW)"),
    ]
    return _numbered(stage, rows)


def _numbered(stage: str, rows: Iterable[tuple[str, Shape, str]]) -> tuple[Step, ...]:
    return tuple(
        Step(stage, number, name, shape, origin)
        for number, (name, shape, origin) in enumerate(rows, start=1)
    )


def _size(window: Window) -> str:
    return f"{window.height}x{window.width}"
