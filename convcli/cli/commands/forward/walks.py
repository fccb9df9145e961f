"""The ways of an image that ``convcli forward`` shows; errors name the file they are about."""

from collections.abc import Mapping
from typing import Any

from convcli.cli import inputs, options
from convcli.cli.commands.forward.first import walk_first
from convcli.cli.commands.forward.result import Result
from convcli.cli.hints import advised
from convcli.cli.inputs import Input, OpenedNetwork
from convcli.errors import ParameterError
from convcli.inspection.walkthrough import Stage
from convcli.network.contract import InputContract


def walk(
    opened: OpenedNetwork,
    layer: str | None,
    filters: str,
    geometry: Mapping[str, int],
    image_request: Mapping[str, Any],
    drawn: bool,
) -> Result:
    """One convolution and what follows it.

    Args:
        opened: The network.
        layer: The convolution's name, to show it as it is there; None for the first one, followed
            by what the geometry says.
        filters: The user's list of its filters.
        geometry: The values of the options :data:`convcli.cli.commands.forward.first.GEOMETRY`.
        image_request: The values of the shared image options.
        drawn: Whether pictures will be written.
    """
    with advised(ParameterError, "give a network that has one, or see it with --all-layers"):
        convolution = opened.convolution(layer)
    chosen = options.parse_indices(filters, convolution.filters, "filter")
    contract = _contract(opened, image_request) if layer is None else opened.network.contract
    shown = inputs.open_input(contract, **image_request)
    if layer is None:
        walked = walk_first(shown, opened, chosen, geometry, drawn)
    else:
        # What goes through the network is imported where it does.
        from convcli.inspection.layer_walk import walk_layer

        opened.require_affordable()
        with opened.named():
            walked = walk_layer(opened.network, shown.pixels, layer, chosen)
    name = None if layer is None else convolution.name
    return Result(shown, opened, chosen, walked, opened.read(shown.pixels), name)


def walk_all(shown: Input, opened: OpenedNetwork) -> tuple[Stage, ...]:
    """Every stage of the whole network."""
    from convcli.inspection.trace import trace

    opened.require_affordable()
    with opened.named():
        return trace(opened.network, shown.pixels)


def _contract(opened: OpenedNetwork, image_request: Mapping[str, Any]) -> InputContract:
    contract, mnist = opened.network.contract, InputContract()
    if opened.network.reads_classes or image_request["image"] is not None:
        return contract
    # Filters alone take images of any size, and MNIST's have this one.
    return contract.resized((mnist.height, mnist.width))
