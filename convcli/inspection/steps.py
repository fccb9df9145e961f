"""The steps inside a convolution and inside a pooling, with their shapes."""

from collections.abc import Iterable
from dataclasses import dataclass

from convcli.engine.geometry import Window

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


def convolution_steps(
    stage: str, image_shape: Shape, filter_shape: Shape, window: Window
) -> tuple[Step, ...]:
    """The four steps of a convolution.

    Args:
        stage: The name of the stage that they make.
        image_shape: (N, C, H, W) of what goes in.
        filter_shape: (FN, C, FH, FW).
        window: The filters'.

    >>> steps = convolution_steps("conv1", (1, 1, 28, 28), (30, 1, 5, 5), Window(5, 5))
    >>> [step.shape for step in steps]
    [(576, 25), (25, 30), (576, 30), (1, 30, 24, 24)]
    """
    number, channels, height, width = image_shape
    rows, places = window.output_size(height, width)
    positions, values, filters = number * rows * places, channels * window.area, filter_shape[0]
    steps = [
        ("im2col", (positions, values), f"each {_size(window)} patch of the image becomes one row"),
        ("filters", (values, filters), "each filter becomes one column"),
        ("product", (positions, filters), "columns @ filter matrix + bias"),
        (
            "output",
            (number, filters, rows, places),
            "reshape to (N, OH, OW, FN), transpose to (N, FN, OH, OW)",
        ),
    ]
    return _numbered(stage, steps)


def max_pooling_steps(stage: str, image_shape: Shape, window: Window) -> tuple[Step, ...]:
    """The five steps of a max pooling.

    Args:
        stage: The name of the stage that they make.
        image_shape: (N, C, H, W) of what goes in.
        window: Of the pooling.
    """
    columns, rows, output = _pooling_shapes(image_shape, window)
    steps = [
        ("im2col", columns, f"each {_size(window)} patch becomes one row"),
        ("rows", rows, f"reshape: {window.area} values of one channel a row"),
        ("argmax", rows[:1], "the place of the largest value in its row"),
        ("max", rows[:1], "the largest value of each row"),
        ("output", output, "reshape to (N, OH, OW, C), transpose to (N, C, OH, OW)"),
    ]
    return _numbered(stage, steps)


def average_pooling_steps(stage: str, image_shape: Shape, window: Window) -> tuple[Step, ...]:
    """The four steps of an average pooling.

    Args:
        stage: The name of the stage that they make.
        image_shape: (N, C, H, W) of what goes in.
        window: Of the pooling.
    """
    columns, rows, output = _pooling_shapes(image_shape, window)
    steps = [
        ("im2col", columns, f"each {_size(window)} patch becomes one row"),
        ("rows", rows, f"reshape: {window.area} values of one channel a row"),
        ("mean", rows[:1], "the mean of each row"),
        ("output", output, "reshape to (N, OH, OW, C), transpose to (N, C, OH, OW)"),
    ]
    return _numbered(stage, steps)


def _pooling_shapes(image_shape: Shape, window: Window) -> tuple[Shape, Shape, Shape]:
    """Of the im2col matrix, of its rows channel by channel, and of the output."""
    number, channels, height, width = image_shape
    size = window.output_size(height, width)
    positions = number * size[0] * size[1]
    return (
        (positions, channels * window.area),
        (positions * channels, window.area),
        (number, channels, *size),
    )


def _numbered(stage: str, rows: Iterable[tuple[str, Shape, str]]) -> tuple[Step, ...]:
    return tuple(
        Step(stage, number, name, shape, origin)
        for number, (name, shape, origin) in enumerate(rows, start=1)
    )


def _size(window: Window) -> str:
    return f"{window.height}x{window.width}"
