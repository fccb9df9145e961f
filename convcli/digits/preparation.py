"""A user's picture of a digit, made into 28x28 pixels the way MNIST was, with every stage kept.

The way is that of NIST and MNIST: ink is told from paper, cropped, fitted into 20x20 by averaging
and centred by mass in 28x28 (:mod:`convcli.digits.normalizing`). Before that, what a photo of paper
shows besides is taken away: shadows (:mod:`convcli.digits.levelling`), printed lines
(:mod:`convcli.digits.ruling`) and ink that is not the digit's (:mod:`convcli.digits.parts`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from convcli.digits.doubts import Doubt, find_doubts
from convcli.digits.levelling import ink_is_dark, is_even, level, paper_level
from convcli.digits.normalizing import (
    BOX_SIZE,
    FIELD_SIZE,
    Pixels,
    average,
    centre_by_mass,
    centre_of_mass,
    fit_in_box,
    ink_bounds,
)
from convcli.digits.parts import find_digit
from convcli.digits.ruling import find_lines, line_pixels
from convcli.digits.separating import (
    ADVICE,
    Levels,
    count_levels,
    require_contrast,
    separate,
    two_levels,
    without_noise,
)
from convcli.digits.windows import spread
from convcli.errors import PictureError

MOST_SIDE = 1024
"""Pixels of the longer side. A larger picture is made so small first."""

MOST_INK = 0.5
"""Of a picture. If more of it is ink, it may be the paper that is taken for ink."""

SPECK = 80
"""Of so many parts of the picture's longer side, a digit takes more than one."""

FULL = 96
"""Of 255. Fainter ink is the soft edge of what it touches, and holds nothing together."""

SOFT_EDGE = 0.5
"""Of the stroke's width. Fainter ink so near the digit is its soft edge."""


@dataclass(frozen=True, eq=False)
class Stage:
    """The picture after one step of its preparation.

    Attributes:
        name: What it is now, in one word.
        description: What was done, with the numbers.
        pixels: uint8 (H, W), or in colour (H, W, 3).
    """

    name: str
    description: str
    pixels: Pixels


@dataclass(frozen=True, eq=False)
class PreparedPicture:
    """A picture with the stages that led to it, the first as it was read.

    Attributes:
        stages: In their order.
        doubts: What speaks against its being one digit, whole.
    """

    stages: tuple[Stage, ...]
    doubts: tuple[Doubt, ...] = ()

    @property
    def pixels(self) -> Pixels:
        """The last stage: uint8 in the size that the network takes."""
        return self.stages[-1].pixels


def prepare(grey: Pixels) -> PreparedPicture:
    """A picture of one digit as a network trained on MNIST expects it.

    Paper and ink are told apart by the two levels of grey that divide the picture best, and the
    border says which of the two is paper. Where the paper is lit unevenly, each pixel is measured
    against the paper around it first. A picture that has 28x28 pixels already is taken as it is,
    apart from being inverted when its paper is light: so an exported MNIST digit stays the digit it
    was.

    Args:
        grey: uint8 (height, width), 0 black and 255 white.

    Returns:
        The stages: grey, reduced (if it is large), inverted (if the paper is light), levelled (if
        it is lit unevenly), unruled (if lines were found), separated, kept (if something was not
        the digit's), cropped, fitted, brightened (if averaging made thin ink faint) and centred.

    Raises:
        PictureError: There is no ink to see. Whoever knows the file puts its name in front.

    >>> sheet = np.full((60, 50), 255, dtype=np.uint8)
    >>> sheet[10:50, 20:26] = 0
    >>> [(stage.name, stage.pixels.shape) for stage in prepare(sheet).stages][-3:]
    [('cropped', (40, 6)), ('fitted', (20, 3)), ('centred', (28, 28))]
    """
    if grey.shape == (FIELD_SIZE, FIELD_SIZE):
        return PreparedPicture(tuple(_as_it_is(grey)))
    stages = list(_with_bright_ink(grey))
    levels = _levels(stages[-1].pixels)
    stages += _without_lines(stages[-1].pixels, levels)
    if stages[-1].name == "unruled":
        levels = _levels(stages[-1].pixels)
    separated = separate(stages[-1].pixels, levels)
    low, high = levels.ramp
    what = f"paper told from ink: up to {low:.0f} became 0, from {high:.0f} on 255, evenly between"
    stages.append(Stage("separated", what, separated))
    ink = separated >= FULL
    digit = find_digit(ink)
    if max(np.ptp(place) + 1 for place in np.nonzero(digit.mask)) < max(ink.shape) / SPECK:
        raise PictureError("no ink to see but specks", ADVICE)
    with_soft_edges = spread(digit.mask, max(2, round(SOFT_EDGE * digit.stroke)))
    kept = np.where(with_soft_edges, separated, np.uint8(0))
    if (kept != separated).any():
        parts = f"{digit.parts} of {digit.parts + digit.dropped} parts"
        what = f"kept what is the digit's own: {parts}, with their soft edges"
        stages.append(Stage("kept", what, kept))
    stages += _normalised(stages[-1].pixels)
    return PreparedPicture(tuple(stages), find_doubts(ink, digit))


def _as_it_is(grey: Pixels) -> Iterator[Stage]:
    what = (
        f"read as {_size(grey)} grey pixels, MNIST's own size, so nothing will be cropped or moved"
    )
    yield Stage("grey", what, grey)
    border = _border_level(grey)
    levels = two_levels(count_levels(grey))
    require_contrast(levels)
    if border > levels.middle:
        yield _inverted(grey, f"the border is light (its median is {border:.0f} of 255)")


def _levels(pixels: Pixels) -> Levels:
    levels = two_levels(without_noise(pixels))
    require_contrast(levels)
    return levels


def _with_bright_ink(grey: Pixels) -> Iterator[Stage]:
    """The stages up to one whose ink is bright on paper that is dark, everywhere alike."""
    yield Stage("grey", f"read as {_size(grey)} grey pixels", grey)
    if max(grey.shape) > MOST_SIDE:
        size = [max(1, side * MOST_SIDE // max(grey.shape)) for side in grey.shape]
        large, grey = grey, average(grey, *size)
        yield Stage("reduced", f"reduced: {_size(large)} averaged to {_size(grey)}", grey)
    border = _border_level(grey)
    levels = two_levels(count_levels(grey))
    is_light = border > levels.middle
    paper = paper_level(grey if is_light else 255 - grey)
    even = is_even(paper)
    mostly_ink = ((grey > levels.middle) != is_light).mean() > MOST_INK
    why = f"the border is light (its median is {border:.0f} of 255)"
    if (not even or mostly_ink) and ink_is_dark(grey) != is_light:
        is_light = not is_light
        why = "the ink is darker than the paper around it"
        paper = paper_level(grey if is_light else 255 - grey)
        even = is_even(paper)
    if is_light:
        yield _inverted(grey, why)
        grey = 255 - grey
    if not even:
        darkest, lightest = (int(level) for level in (paper.min(), paper.max()))
        what = f"levelled: divided by the paper around it, which goes from {darkest} to {lightest}"
        yield Stage("levelled", what, 255 - level(255 - grey, paper))


def _border_level(grey: Pixels) -> float:
    return float(np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])))


def _inverted(grey: Pixels, why: str) -> Stage:
    return Stage("inverted", f"inverted, because {why}", 255 - grey)


def _without_lines(pixels: Pixels, levels: Levels) -> Iterator[Stage]:
    ink = pixels > levels.ramp[0]
    removed = np.zeros_like(ink)
    counts = []
    for turned in (False, True):
        view = (ink & ~removed).T if turned else ink
        lines = find_lines(view)
        found = line_pixels(view, lines)
        removed |= found.T if turned else found
        counts.append(len(lines))
    if removed.any():
        # The soft edges of a line are too faint to be ink, and would be all that is left of it.
        removed |= spread(removed, 2) & ~ink
        paper = np.uint8(np.median(pixels[~ink]))
        what = f"printed lines taken out: {counts[0]} across, {counts[1]} down"
        yield Stage("unruled", what, np.where(removed, paper, pixels))


def _normalised(separated: Pixels) -> Iterator[Stage]:
    rows, columns = ink_bounds(separated)
    cropped = separated[rows, columns]
    yield Stage(
        "cropped",
        f"cropped to the ink: rows {rows.start}..{rows.stop - 1}, "
        f"columns {columns.start}..{columns.stop - 1}",
        cropped,
    )
    fitted = fit_in_box(cropped)
    yield Stage(
        "fitted",
        f"fitted in {BOX_SIZE}x{BOX_SIZE}: {_size(cropped)} averaged to {_size(fitted)}",
        fitted,
    )
    brightest = int(fitted.max())
    if not brightest:
        raise PictureError("its ink is too thin for 20x20 pixels", "crop it to the digit")
    if brightest < 255:
        fitted = brighten(fitted)
        yield Stage(
            "brightened",
            f"brightened: the brightest, {brightest}, became 255, the others in proportion",
            fitted,
        )
    centred = centre_by_mass(fitted)
    row, column = centre_of_mass(centred)
    yield Stage(
        "centred",
        f"centred in {FIELD_SIZE}x{FIELD_SIZE}: the centre of mass is at row {row:.1f}, "
        f"column {column:.1f}",
        centred,
    )


def brighten(pixels: Pixels) -> Pixels:
    """Multiply by what makes the brightest pixel 255; halves are rounded up.

    Args:
        pixels: uint8 (height, width), at least one pixel above zero.

    >>> brighten(np.array([[0, 1, 129, 193]], dtype=np.uint8))
    array([[  0,   1, 170, 255]], dtype=uint8)
    """
    brightest = int(pixels.max())
    # 255 * 510 takes more than 16 bits.
    doubled = pixels.astype(np.int64) * 510
    brightened: Pixels = ((doubled + brightest) // (2 * brightest)).astype(np.uint8)
    return brightened


def _size(pixels: Pixels) -> str:
    height, width = pixels.shape
    return f"{height}x{width}"
