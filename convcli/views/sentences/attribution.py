"""Which pixels count for a score, in words."""

from convcli.inspection.attribution import Attribution
from convcli.inspection.occlusion import Occlusion
from convcli.views.sentences.numbers import exact_text, place_text

MEANINGS = {
    "gradient": "how much the score of {} rises for a small rise of each pixel",
    "gradient-x-input": "the gradient of the score of {} times the value of each pixel",
    "occlusion": "how far the probability of {} falls without each pixel, the mean of all patches "
    "that cover it",
    "grad-cam": "where the feature maps of {layer} are large that the score of {} rests on",
}


def about(
    found: Attribution, control: Attribution, correlation: float | None, names: tuple[str, ...]
) -> list[str]:
    """Everything that is to be said of a map.

    Args:
        found: The map.
        control: That of the network with shuffled weights.
        correlation: Of the ranks of their magnitudes.
        names: Of all classes.
    """
    largest = abs(found.at_strongest)
    patch = found.occlusion
    return [
        what_it_shows(found, names[found.number]),
        the_strongest(found),
        *([] if patch is None else [without_the_patch(patch, found.number, names)]),
        beside_the_control(correlation, abs(control.at_strongest) / largest if largest else None),
    ]


def what_it_shows(attribution: Attribution, name: str) -> str:
    """What a number of the map is.

    Args:
        attribution: The map.
        name: Of its class.

    >>> import numpy as np
    >>> what_it_shows(Attribution("gradient", 7, np.zeros((1, 2, 2))), "7")
    'gradient: how much the score of 7 rises for a small rise of each pixel'
    """
    meaning = MEANINGS[attribution.method].format(name, layer=attribution.layer)
    return f"{attribution.method}: {meaning}"


def the_strongest(attribution: Attribution) -> str:
    """The pixel that counts most.

    >>> import numpy as np
    >>> the_strongest(Attribution("gradient", 7, np.array([[[0.0, -2.5]]])))
    'The strongest is pixel (0, 1) with -2.5.'
    """
    channel, *place = attribution.strongest
    several = len(attribution.values) > 1 and attribution.method.startswith("gradient")
    where = f" of channel {channel}" if several else ""
    return (
        f"The strongest is pixel {place_text(place)}{where} "
        f"with {exact_text(attribution.at_strongest)}."
    )


def without_the_patch(occlusion: Occlusion, number: int, names: tuple[str, ...]) -> str:
    """What the patch does that the reading rests on most.

    Args:
        occlusion: Every patch covered.
        number: Of the class.
        names: Of all classes.
    """
    row, column = occlusion.strongest
    down = occlusion.rows.index(row)
    reading = int(occlusion.readings[down, occlusion.columns.index(column)])
    last = (row + occlusion.size - 1, column + occlusion.size - 1)
    change = "falls" if occlusion.least < occlusion.whole else "goes"
    return (
        f"Without the {occlusion.size}x{occlusion.size} pixels from {place_text((row, column))} to "
        f"{place_text(last)} the probability of {names[number]} {change} from "
        f"{exact_text(occlusion.whole)} to {exact_text(occlusion.least)}; the network "
        f"{'still ' if reading == number else ''}reads a {names[reading]}."
    )


def beside_the_control(correlation: float | None, share: float | None) -> str:
    """How far the map is from that of a network which has learned nothing.

    Args:
        correlation: Of the ranks of the magnitudes; None where a map is the same everywhere.
        share: The control's largest magnitude by that of the map; None where that is zero.

    >>> beside_the_control(0.25, 0.105)
    ... # doctest: +NORMALIZE_WHITESPACE
    'Control, the same with shuffled weights: rank correlation 0.250 with this map (1: the same
    order of pixels); its largest magnitude is 0.105 times that of this map.'
    """
    said = "one of the maps is the same everywhere"
    if correlation is not None:
        said = f"rank correlation {correlation:.3f} with this map (1: the same order of pixels)"
    size = "" if share is None else f"; its largest magnitude is {share:.3g} times that of this map"
    return f"Control, the same with shuffled weights: {said}{size}."
