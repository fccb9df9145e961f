"""The stages of a walkthrough in colours: the same ones in files, figures and the terminal."""

from collections.abc import Sequence
from typing import Any, Protocol

from numpy.typing import NDArray

from convcli.inspection.walkthrough import PIXELS as PIXEL_FAMILY
from convcli.inspection.walkthrough import Stage, Walkthrough
from convcli.views.mosaic import Picture, Row
from convcli.views.palette import BYTES, PIXELS, Legend, Scale, scale_for

MOST_MAPS = 120  # In one row of pictures in a terminal.


class Prepared(Protocol):
    """A user's picture after one step of its preparation."""

    @property
    def name(self) -> str:
        """What it is now, in a word."""

    @property
    def description(self) -> str:
        """What was done, in a clause."""

    @property
    def pixels(self) -> NDArray[Any]:
        """uint8, (height, width), or (height, width, 3) in colour."""


def stage_scales(walkthrough: Walkthrough) -> dict[str, Scale]:
    """The scale of every stage, by its name.

    Stages of one family share a scale: a diverging one, or a sequential one where no value can be
    negative. An input of pixels 0..1 has the scale of pixels.

    Raises:
        ValueError: A value is not finite.
    """
    families: dict[str, list[Stage]] = {}
    for stage in walkthrough.stages:
        families.setdefault(stage.family, []).append(stage)
    scales = {family: _shared_scale(stages) for family, stages in families.items()}
    return {stage.name: scales[stage.family] for stage in walkthrough.stages}


def _shared_scale(stages: Sequence[Stage]) -> Scale:
    first = stages[0]
    if first.family == PIXEL_FAMILY and not first.signed and first.maximum <= PIXELS.high:
        return PIXELS
    signed = any(stage.signed for stage in stages)
    return scale_for(*(stage.array for stage in stages), signed=signed)


def stage_legends(walkthrough: Walkthrough) -> list[Legend]:
    """What the colours mean, one for each scale, with the stages that share it."""
    sharing: dict[Scale, list[str]] = {}
    for name, scale in stage_scales(walkthrough).items():
        sharing.setdefault(scale, []).append(name)
    return [Legend(", ".join(names), scale) for scale, names in sharing.items()]


def maps_of(stage: Stage) -> NDArray[Any]:
    """Every map of a stage: (maps, height, width).

    An array of (N, C, height, width) has N * C maps, in this order.
    """
    height, width = stage.array.shape[2:]
    return stage.array.reshape(-1, height, width)


def stage_rows(walkthrough: Walkthrough, filter_numbers: Sequence[int]) -> list[Row]:
    """Every map of every stage as a picture of its own, for the terminal.

    One map of each stage makes one row, as in the article; several make a row for each stage, of
    its first :data:`MOST_MAPS`.

    Args:
        walkthrough: What was made.
        filter_numbers: Which filters of the network they are.
    """
    scales = stage_scales(walkthrough)
    if all(stage.array[..., 0, 0].size == 1 for stage in walkthrough.stages):
        return [
            Row(
                [
                    Picture.of(
                        (*tile_names(stage, filter_numbers), size_text(stage)),
                        maps_of(stage)[0],
                        scales[stage.name],
                    )
                    for stage in walkthrough.stages
                ]
            )
        ]
    return [
        Row(
            [
                Picture.of((label,) if label else (), values, scales[stage.name])
                for label, values in zip(
                    tile_labels(stage, filter_numbers)[:MOST_MAPS],
                    maps_of(stage)[:MOST_MAPS],
                    strict=True,
                )
            ],
            _heading(stage),
        )
        for stage in walkthrough.stages
    ]


def _heading(stage: Stage) -> str:
    count = len(maps_of(stage))
    left_out = f", the first {MOST_MAPS} of {count} drawn" if count > MOST_MAPS else ""
    return f"{stage.name}, {size_text(stage)}{left_out}"


def prepared_pictures(stages: Sequence[Prepared]) -> list[Picture]:
    """Every step of a user's picture."""
    return [_prepared_picture(stage) for stage in stages]


def _prepared_picture(stage: Prepared) -> Picture:
    caption = (stage.name, "{}x{}".format(*stage.pixels.shape))
    if stage.pixels.ndim == 3:
        return Picture.photograph(caption, stage.pixels)
    return Picture.of(caption, stage.pixels, BYTES)


def tile_labels(stage: Stage, filter_numbers: Sequence[int]) -> list[str]:
    """A short label for each map of a stage, in the order of :func:`maps_of`.

    It is the number of the filter; where there are several channels, ``filter:channel``, and of the
    input the number of the channel.

    >>> import numpy as np
    >>> tile_labels(Stage("filters", np.zeros((2, 1, 5, 5)), ""), [0, 7])
    ['0', '7']
    >>> tile_labels(Stage("filters", np.zeros((2, 2, 5, 5)), ""), [0, 7])
    ['0:0', '0:1', '7:0', '7:1']
    """
    channels = range(stage.array.shape[1])
    if stage.name == "input":
        return [""] if len(channels) == 1 else [str(channel) for channel in channels]
    if stage.name == "filters" and len(channels) > 1:
        return [f"{number}:{channel}" for number in filter_numbers for channel in channels]
    return [str(number) for number in filter_numbers]


def tile_names(stage: Stage, filter_numbers: Sequence[int]) -> list[str]:
    """The same with the name of the stage: ``filter 7``, ``pooling 7``.

    >>> import numpy as np
    >>> tile_names(Stage("filters", np.zeros((2, 1, 5, 5)), ""), [0, 7])
    ['filter 0', 'filter 7']
    """
    kind = "filter" if stage.name == "filters" else stage.name
    return [f"{kind} {label}".rstrip() for label in tile_labels(stage, filter_numbers)]


def size_text(stage: Stage) -> str:
    """Height and width of one map: ``28x28``."""
    height, width = stage.array.shape[2:]
    return f"{height}x{width}"
