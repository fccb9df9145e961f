"""The steps inside a convolution and inside a pooling, with their shapes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from convcli.engine.geometry import Window

Shape = tuple[int, ...]
Axes = tuple[str, ...]

IMAGES: Axes = ("N", "C", "H", "W")
FILTERS: Axes = ("FN", "C", "FH", "FW")


@dataclass(frozen=True)
class Step:
    """One step inside a stage.

    Attributes:
        stage: The stage it belongs to.
        number: Counted from 1 in its stage.
        name: What is done, in a word or two.
        shape: The shape of the result.
        origin: One clause that says how it is done.
        axes: What each axis of the result counts, as the engine names it.
        source: The shape of what the step is made of; of a product, of its first factor.
        source_axes: What each axis of that counts.
    """

    stage: str
    number: int
    name: str
    shape: Shape
    origin: str
    axes: Axes
    source: Shape
    source_axes: Axes


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
    images, kernels = _Array(image_shape, IMAGES), _Array(filter_shape, FILTERS)
    columns = _Array((positions, values), ("N*OH*OW", "C*FH*FW"))
    matrix = _Array((values, filters), ("C*FH*FW", "FN"))
    product = _Array((positions, filters), ("N*OH*OW", "FN"))
    output = _Array((number, filters, rows, places), ("N", "FN", "OH", "OW"))
    back = "reshape to (N, OH, OW, FN), transpose to (N, FN, OH, OW)"
    steps = [
        ("im2col", images, columns, f"each {_size(window)} patch of the image becomes one row"),
        ("filters", kernels, matrix, "each filter becomes one column"),
        ("product", columns, product, "columns @ filter matrix + bias"),
        ("output", product, output, back),
    ]
    return _numbered(stage, steps)


def max_pooling_steps(stage: str, image_shape: Shape, window: Window) -> tuple[Step, ...]:
    """The five steps of a max pooling.

    Args:
        stage: The name of the stage that they make.
        image_shape: (N, C, H, W) of what goes in.
        window: Of the pooling.
    """
    return _pooling_steps(
        stage,
        image_shape,
        window,
        {
            "argmax": "the place of the largest value in its row",
            "max": "the largest value of each row",
        },
    )


def average_pooling_steps(stage: str, image_shape: Shape, window: Window) -> tuple[Step, ...]:
    """The four steps of an average pooling.

    Args:
        stage: The name of the stage that they make.
        image_shape: (N, C, H, W) of what goes in.
        window: Of the pooling.
    """
    return _pooling_steps(stage, image_shape, window, {"mean": "the mean of each row"})


@dataclass(frozen=True)
class _Array:
    """A shape, and what each of its axes counts."""

    shape: Shape
    axes: Axes


def _pooling_steps(
    stage: str, image_shape: Shape, window: Window, taken: Mapping[str, str]
) -> tuple[Step, ...]:
    """A pooling that takes one number, or several, of each row."""
    number, channels, height, width = image_shape
    size = window.output_size(height, width)
    positions = number * size[0] * size[1]
    images = _Array(image_shape, IMAGES)
    columns = _Array((positions, channels * window.area), ("N*OH*OW", "C*PH*PW"))
    rows = _Array((positions * channels, window.area), ("N*OH*OW*C", "PH*PW"))
    numbers = _Array(rows.shape[:1], rows.axes[:1])
    output = _Array((number, channels, *size), ("N", "C", "OH", "OW"))
    steps = [
        ("im2col", images, columns, f"each {_size(window)} patch becomes one row"),
        ("rows", columns, rows, f"reshape: {window.area} values of one channel a row"),
        *((name, rows, numbers, origin) for name, origin in taken.items()),
        ("output", numbers, output, "reshape to (N, OH, OW, C), transpose to (N, C, OH, OW)"),
    ]
    return _numbered(stage, steps)


def _numbered(stage: str, steps: Iterable[tuple[str, _Array, _Array, str]]) -> tuple[Step, ...]:
    return tuple(
        Step(stage, number, name, result.shape, origin, result.axes, source.shape, source.axes)
        for number, (name, source, result, origin) in enumerate(steps, start=1)
    )


def _size(window: Window) -> str:
    return f"{window.height}x{window.width}"
