"""What excites a filter, in words."""

from collections.abc import Sequence

from convcli.inspection.excitation import MadePicture
from convcli.views.sentences.numbers import exact_text, place_text

LYING, STANDING = "lying", "standing"


def direction_text(degrees: int) -> str:
    """A direction of a bar as readers say it.

    >>> direction_text(0), direction_text(90), direction_text(30), direction_text(135)
    ('0° lying', '90° standing', '30° rising', '135° falling')
    """
    if degrees == 0:
        return f"0° {LYING}"
    if degrees == 90:
        return f"90° {STANDING}"
    return f"{degrees}° {'rising' if degrees < 90 else 'falling'}"


def who_likes_what(preferred: Sequence[int]) -> str:
    """Which filters respond most to a standing bar, and which to a lying one.

    Args:
        preferred: Of each filter the direction of the bar that it responds to most, in degrees.

    >>> who_likes_what([90, 0, 75, 45])
    'Standing strokes (75° to 105°) excite filters 0, 2 most; lying ones (165° to 15°) filter 1.'
    """
    standing = [number for number, degrees in enumerate(preferred) if 75 <= degrees <= 105]
    lying = [number for number, degrees in enumerate(preferred) if degrees <= 15 or degrees >= 165]
    return (
        f"Standing strokes (75° to 105°) excite {_filters(standing)} most; "
        f"lying ones (165° to 15°) {_filters(lying)}."
    )


def how_it_was_made(made: MadePicture, number: int) -> str:
    """What the picture that was made does."""
    return (
        f"The picture made for filter {number} raises its output {place_text(made.place)} from "
        f"{exact_text(made.before)}, where every pixel is grey, to {exact_text(made.response)}."
    )


def _filters(numbers: Sequence[int]) -> str:
    if not numbers:
        return "no filter"
    listed = ", ".join(map(str, numbers))
    return f"filter{'' if len(numbers) == 1 else 's'} {listed}"
