"""The first convolution of a network with what the options of ``convcli forward`` put behind it."""

from collections.abc import Mapping

from convcli.cli import options
from convcli.cli.commands.forward.bounds import require_affordable_walk
from convcli.cli.inputs import Input, OpenedNetwork
from convcli.engine.geometry import Window
from convcli.errors import GeometryError, ParameterError
from convcli.inspection.operands import bias_origin, filters_of
from convcli.inspection.walkthrough import Walkthrough, walk_through

GEOMETRY = ("stride", "pad", "pool_size", "pool_stride", "relu")


def walk_first(
    shown: Input,
    opened: OpenedNetwork,
    chosen: list[int],
    geometry: Mapping[str, int],
    drawn: bool,
) -> Walkthrough:
    """One image through some of its filters and a pooling.

    Args:
        shown: The image.
        opened: The network.
        chosen: Which of the filters.
        geometry: The values of the options :data:`GEOMETRY`.
        drawn: Whether pictures will be written.
    """
    convolution = opened.convolution()
    weights, bias = filters_of(opened.network, convolution)
    origins = {
        "input": str(shown.contract),
        "filters": convolution.weight,
        "bias": bias_origin(convolution),
    }
    size = geometry["pool_size"]
    try:
        require_affordable_walk(shown, opened, chosen, geometry, drawn)
        # Not by the network's own trace: a photograph in its own size, through all filters at
        # once, would not fit into memory.
        return walk_through(
            shown.pixels,
            weights[chosen],
            bias[chosen],
            stride=geometry["stride"],
            pad=geometry["pad"],
            pool=Window(size, size, geometry["pool_stride"]),
            with_relu=bool(geometry["relu"]),
            origins=origins,
        )
    except GeometryError as error:
        if any(map(options.was_given, (*GEOMETRY, "keep_size"))):
            raise
        # Nothing was asked for that could be wrong, so it is the filters that do not fit.
        raise ParameterError(f"{opened.name}: {error.message}", error.hint) from error
