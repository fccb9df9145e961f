"""The ways of an image that ``convcli forward`` shows; errors name the file they are about."""

from collections.abc import Mapping
from typing import Any

from convcli.cli import inputs, options
from convcli.cli.commands.forward.result import Result
from convcli.cli.hints import advised
from convcli.cli.inputs import Input, OpenedNetwork
from convcli.engine.geometry import Window
from convcli.errors import GeometryError, ParameterError
from convcli.inspection.layer_walk import bias_origin, filters_of, walk_layer
from convcli.inspection.trace import trace
from convcli.inspection.walkthrough import Stage, Walkthrough, walk_through
from convcli.network.contract import InputContract

GEOMETRY = ("stride", "pad", "pool_size", "pool_stride", "relu")


def walk(
    opened: OpenedNetwork,
    layer: str | None,
    filters: str,
    geometry: Mapping[str, int],
    image_request: Mapping[str, Any],
) -> Result:
    """One convolution and what follows it.

    Args:
        opened: The network.
        layer: The convolution's name, to show it as it is there; None for the first one, followed
            by what the geometry says.
        filters: The user's list of its filters.
        geometry: The values of the options :data:`GEOMETRY`.
        image_request: The values of the shared image options.
    """
    with advised(ParameterError, "give a network that has one, or see it with --all-layers"):
        convolution = opened.convolution(layer)
    chosen = options.parse_indices(filters, convolution.filters, "filter")
    contract = _contract(opened, image_request) if layer is None else opened.network.contract
    shown = inputs.open_input(contract, **image_request)
    if layer is None:
        walked = _walk_first(shown, opened, chosen, geometry)
    else:
        with opened.named():
            walked = walk_layer(opened.network, shown.pixels, layer, chosen)
    name = None if layer is None else convolution.name
    return Result(shown, opened, chosen, walked, opened.read(shown.pixels), name)


def walk_all(shown: Input, opened: OpenedNetwork) -> tuple[Stage, ...]:
    """Every stage of the whole network."""
    with opened.named():
        return trace(opened.network, shown.pixels)


def _contract(opened: OpenedNetwork, image_request: Mapping[str, Any]) -> InputContract:
    contract, mnist = opened.network.contract, InputContract()
    if opened.network.reads_classes or image_request["image"] is not None:
        return contract
    # Filters alone take images of any size, and MNIST's have this one.
    return contract.resized((mnist.height, mnist.width))


def _walk_first(
    shown: Input, opened: OpenedNetwork, chosen: list[int], geometry: Mapping[str, int]
) -> Walkthrough:
    convolution = opened.convolution()
    weights, bias = filters_of(opened.network, convolution)
    origins = {
        "input": str(shown.contract),
        "filters": convolution.weight,
        "bias": bias_origin(convolution),
    }
    size = geometry["pool_size"]
    try:
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
