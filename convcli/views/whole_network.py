"""Every stage of a whole network in colours, for the terminal."""

from collections.abc import Sequence

from convcli.inspection.walkthrough import Stage
from convcli.views.mosaic import Picture, Row, arrange, enlarge
from convcli.views.palette import PAPER_PIXEL, Legend, Scale, colours, own_scale
from convcli.views.stages import size_text

MOST_MAPS = 8
MOST_NUMBERS = 200
NUMBERS_IN_A_ROW = 50


def rows(stages: Sequence[Stage]) -> list[Row]:
    """The first maps of each stage side by side, or the first numbers of a vector as cells.

    Args:
        stages: Of one image: (1, C, H, W) or (1, F), each drawn on a scale of its own.

    >>> import numpy as np
    >>> maps, vector = np.ones((1, 16, 28, 28)), np.ones((1, 5))
    >>> drawn = rows([Stage("conv1", maps, ""), Stage("affine1", vector, "")])
    >>> [(row.heading, len(row.pictures)) for row in drawn]
    [('conv1, 28x28, the first 8 of 16', 8), ('affine1, 5 numbers', 1)]
    """
    return [_maps(stage) if stage.array.ndim == 4 else _numbers(stage) for stage in stages]


def legends(stages: Sequence[Stage]) -> list[Legend]:
    """What the colours mean; the ends differ from stage to stage and are in the table."""
    scales = {scale.diverging: scale for scale in (own_scale(stage.array) for stage in stages)}
    subjects = {True: "a stage with negative values", False: "a stage without negative values"}
    return [
        Legend(f"{subjects[diverging]}, on a scale of its own", scales[diverging], with_ends=False)
        for diverging in sorted(scales)
    ]


def _maps(stage: Stage) -> Row:
    scale, maps = own_scale(stage.array), stage.array[0]
    drawn = maps[:MOST_MAPS]
    left_out = f", the first {len(drawn)} of {len(maps)}" if len(drawn) < len(maps) else ""
    pictures = [
        Picture.of((str(number),) if len(maps) > 1 else (), values, scale)
        for number, values in enumerate(drawn)
    ]
    return Row(pictures, f"{stage.name}, {size_text(stage)}{left_out}")


def _numbers(stage: Stage) -> Row:
    scale, vector = own_scale(stage.array), stage.array[0]
    drawn = vector[:MOST_NUMBERS]
    left_out = f", the first {len(drawn)}" if len(drawn) < len(vector) else ""
    return Row([_cells(stage, scale)], f"{stage.name}, {len(vector)} numbers{left_out}")


def _cells(stage: Stage, scale: Scale) -> Picture:
    blocks = enlarge(colours(stage.array[0, :MOST_NUMBERS], scale)[:, None, None], 2)
    across = min(len(blocks), NUMBERS_IN_A_ROW)
    return Picture((), arrange(blocks, across, 0, background=PAPER_PIXEL), scale)
