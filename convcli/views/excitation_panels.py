"""What excites one filter, as panels of a figure."""

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from convcli.inspection.excitation import Excited, MadePicture
from convcli.inspection.regions import regions_behind
from convcli.network.layers import Convolution
from convcli.network.network import INPUT, Network
from convcli.views.explanation_panels import Panel, scale_of_stage
from convcli.views.palette import scale_for
from convcli.views.sentences.numbers import exact_text

Array = NDArray[Any]


def panels(
    network: Network,
    layer: Convolution,
    number: int,
    made: MadePicture,
    found: Sequence[Excited],
    images: Sequence[Array],
) -> list[Panel]:
    """The filter, the picture made for it, and the images with what it saw there outlined.

    Args:
        network: The layer's.
        layer: Which convolution.
        number: Of the filter.
        made: The picture.
        found: The images that it responds to most.
        images: Those, (channels, height, width) each, as the network takes them.
    """
    weights = network.parameters[layer.weight][number]
    return [
        Panel(f"filter {number}", weights, scale_for(weights, signed=True)),
        Panel(
            f"made for it: {exact_text(made.response)}",
            made.pixels,
            scale_of_stage(INPUT, made.pixels),
        ),
        *(
            Panel(
                f"image {one.number}: {exact_text(one.response)}",
                image,
                scale_of_stage(INPUT, image),
                regions_behind(network, layer.name, (number, *one.place))[INPUT].map_places,
            )
            for one, image in zip(found, images, strict=True)
        ),
    ]
