"""The stages of a walkthrough in colours: the same ones in files, figures and the terminal."""

from collections.abc import Sequence

from convcli.model.walkthrough import Stage, Walkthrough
from convcli.views.mosaic import Picture
from convcli.views.palette import PIXELS, Colours, Scale, colours, scale_for


def stage_scales(walkthrough: Walkthrough) -> dict[str, Scale]:
    """The scale of every stage, by its name.

    The input has the scale of pixels and the filters have one of their own. What is compared shares
    one: convolution and pooling a diverging scale; with a ReLU between them, ReLU and pooling a
    sequential one, because they cannot be negative.

    Raises:
        ValueError: A value is not finite, or a pixel of the input is outside 0..1.
    """
    arrays = {stage.name: stage.array for stage in walkthrough.stages}
    pooling = [arrays["pooling"]]
    if "relu" in arrays:
        rectified = scale_for(arrays["relu"], *pooling, signed=False)
        maps = {
            "convolution": scale_for(arrays["convolution"], signed=True),
            "relu": rectified,
            "pooling": rectified,
        }
    else:
        signed = scale_for(arrays["convolution"], *pooling, signed=True)
        maps = {"convolution": signed, "pooling": signed}
    return {"input": PIXELS, "filters": scale_for(arrays["filters"], signed=True)} | maps


def stage_legends(walkthrough: Walkthrough) -> list[str]:
    """What the colours mean, one line for each scale, with the stages that share it."""
    sharing: dict[Scale, list[str]] = {}
    for name, scale in stage_scales(walkthrough).items():
        sharing.setdefault(scale, []).append(name)
    return [f"{', '.join(names)}: {scale.legend}" for scale, names in sharing.items()]


def coloured(stage: Stage, scale: Scale) -> Colours:
    """Every map of a stage as a tile: uint8, (maps, height, width, 3).

    An array of (N, C, height, width) has N * C maps, in this order.
    """
    height, width = stage.array.shape[2:]
    return colours(stage.array.reshape(-1, height, width), scale)


def stage_pictures(walkthrough: Walkthrough, filter_numbers: Sequence[int]) -> list[Picture]:
    """Every map of every stage as a picture of its own, one pixel a pixel, for the terminal.

    Args:
        walkthrough: What was made.
        filter_numbers: Which filters of the network they are.
    """
    scales = stage_scales(walkthrough)
    return [
        Picture((name, size_text(stage)), tile)
        for stage in walkthrough.stages
        for name, tile in zip(
            tile_names(stage, filter_numbers), coloured(stage, scales[stage.name]), strict=True
        )
    ]


def tile_names(stage: Stage, filter_numbers: Sequence[int]) -> list[str]:
    """What each map of a stage is called, in the order of :func:`coloured`.

    >>> import numpy as np
    >>> tile_names(Stage("filters", np.zeros((2, 1, 5, 5)), ""), [0, 7])
    ['filter 0', 'filter 7']
    >>> tile_names(Stage("input", np.zeros((1, 3, 28, 28)), ""), [0, 7])
    ['input channel 0', 'input channel 1', 'input channel 2']
    """
    if stage.name == "input":
        return _by_channel(["input"], stage.array.shape[1])
    if stage.name == "filters":
        return _by_channel([f"filter {number}" for number in filter_numbers], stage.array.shape[1])
    return [f"{stage.name} {number}" for number in filter_numbers]


def size_text(stage: Stage) -> str:
    """Height and width of one map: ``28x28``."""
    height, width = stage.array.shape[2:]
    return f"{height}x{width}"


def _by_channel(names: list[str], channels: int) -> list[str]:
    if channels == 1:
        return names
    return [f"{name} channel {channel}" for name in names for channel in range(channels)]
