"""A map of what counts for a score, beside the image and the control."""

from typing import Any

from numpy.typing import NDArray

from convcli.inspection.attribution import Attribution
from convcli.views.explanation_panels import Panel, scale_of_stage
from convcli.views.palette import scale_for

Array = NDArray[Any]


def panels(image: Array, found: Attribution, control: Attribution) -> list[Panel]:
    """The image, the map with what counts most outlined, and the control.

    Each map has a scale of its own: what is compared is where they are strong. How much fainter the
    control is, its scale and the sentences say.

    Args:
        image: (channels, height, width), as the network takes it.
        found: The map.
        control: That of the network with shuffled weights.
    """
    return [
        Panel("input", image, scale_of_stage("input", image), _marked(found), is_part=True),
        _map("saliency", found),
        _map("control, shuffled weights", control),
    ]


def _map(title: str, one: Attribution) -> Panel:
    # Occlusion and Grad-CAM have no channels of their own.
    tiles = one.values if one.method.startswith("gradient") else one.values[:1]
    return Panel(title, tiles, scale_for(tiles, signed=one.is_signed), _marked(one), is_part=True)


def _marked(one: Attribution) -> list[tuple[int, int]]:
    if one.occlusion is None:
        return [one.strongest[1:]]
    row, column = one.occlusion.strongest
    reach = range(one.occlusion.size)
    return [(row + down, column + across) for down in reach for across in reach]
