"""The kinds of pictures: each a function that makes a file and knows what it shows."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tools.handwriting import no_digits
from tools.handwriting.paper import (
    BRIGHT_INKS,
    COLOURED_PAPERS,
    DARK_INKS,
    DARK_PAPERS,
    DESKS,
    LIGHT_INKS,
    LINES,
    WHITE_PAPERS,
    Field,
    graphite,
    inked,
    jpeg,
    lines,
    one_of,
    photographed,
    places,
    png,
    shadow,
    sheet,
    smooth_noise,
)
from tools.handwriting.writing import (
    BALLPOINT,
    FELT_TIP,
    FINE,
    MARKER,
    Written,
    digit,
    sheet_size,
    written,
)

Draw = Callable[[int, np.random.Generator], bytes]

ONE_DIGIT, SEVERAL, NONE = "one digit", "several digits", "no digit"


@dataclass(frozen=True)
class Kind:
    """A kind of picture.

    Attributes:
        name: For the table.
        draw: Makes a picture file that shows a label.
        shows: One digit, several or none.
        warned: Whether a warning is right beside the reading.
    """

    name: str
    draw: Draw
    shows: str = ONE_DIGIT
    warned: bool = False


def _scanned(scene: Field, rng: np.random.Generator) -> bytes:
    return jpeg(photographed(scene, rng), int(rng.integers(80, 96)))


def _pad(on: Written, paper: int, ink: int) -> bytes:
    """A drawing program's picture: two even levels and the soft edge between them."""
    return png(np.floor(paper + on.ink * (ink - paper) + 0.5).astype(np.uint8))


def _plain(label: int, rng: np.random.Generator) -> bytes:
    return _pad(written(label, rng), 255, int(rng.integers(0, 60)))


def _thick(label: int, rng: np.random.Generator) -> bytes:
    on = written(label, rng, part=(0.45, 0.85), radius=MARKER)
    return _scanned(inked(sheet(on.ink.shape, one_of(WHITE_PAPERS, rng)), on.ink, _dark(rng)), rng)


def _thin(label: int, rng: np.random.Generator) -> bytes:
    on = written(label, rng, part=(0.45, 0.8), radius=FINE)
    return _scanned(inked(sheet(on.ink.shape, one_of(WHITE_PAPERS, rng)), on.ink, _dark(rng)), rng)


def _inverted(label: int, rng: np.random.Generator) -> bytes:
    on = written(label, rng)
    paper, ink = one_of(DARK_PAPERS, rng), one_of(LIGHT_INKS, rng)
    return _scanned(inked(sheet(on.ink.shape, paper), on.ink, ink), rng)


def _off_centre(label: int, rng: np.random.Generator) -> bytes:
    on = written(label, rng, part=(0.25, 0.5), wander=1)
    return _pad(on, 255, int(rng.integers(0, 60)))


def _small(label: int, rng: np.random.Generator) -> bytes:
    on = written(label, rng, part=(0.08, 0.16), radius=(2.5, 6.0), wander=0.8)
    return _scanned(inked(sheet(on.ink.shape, one_of(WHITE_PAPERS, rng)), on.ink, _dark(rng)), rng)


def _transparent(label: int, rng: np.random.Generator) -> bytes:
    on = written(label, rng)
    colour = one_of(np.concatenate([DARK_INKS, BRIGHT_INKS]), rng)
    pixels = np.empty((*on.ink.shape, 4))
    pixels[..., :3] = colour
    pixels[..., 3] = on.ink
    return png((pixels * 255).round().astype(np.uint8))


def _coloured(label: int, rng: np.random.Generator) -> bytes:
    on = written(label, rng)
    ink = one_of(np.concatenate([DARK_INKS, BRIGHT_INKS]), rng)
    paper = one_of(np.concatenate([WHITE_PAPERS, COLOURED_PAPERS]), rng)
    return _scanned(inked(sheet(on.ink.shape, paper), on.ink, ink), rng)


def _pencil(label: int, rng: np.random.Generator) -> bytes:
    on = written(label, rng, radius=BALLPOINT)
    paper = sheet(on.ink.shape, one_of(WHITE_PAPERS, rng))
    paper *= 1 + 0.01 * smooth_noise(on.ink.shape, 1.5, rng)[..., None]
    scene = inked(paper, graphite(on.ink, rng), np.full(3, rng.uniform(0.2, 0.35)))
    return _scanned(scene * _slightly_uneven(on.ink.shape, rng), rng)


def _on_ruled_lines(label: int, rng: np.random.Generator) -> bytes:
    on = written(label, rng, part=(0.3, 0.7), radius=(2.0, 5.5))
    return _scanned(_with_lines(on, rng, squared=False), rng)


def _on_squared_paper(label: int, rng: np.random.Generator) -> bytes:
    on = written(label, rng, part=(0.3, 0.7), radius=(2.0, 5.5))
    return _scanned(_with_lines(on, rng, squared=True), rng)


def _shadow_from_the_side(label: int, rng: np.random.Generator) -> bytes:
    on, scene = _in_ink(label, rng)
    y, x = places(on.ink.shape)
    across = (x, 1 - x, y, 1 - y)[rng.integers(4)]
    slanted = across + rng.uniform(-0.25, 0.25) * (y if across is x else x)
    light = shadow(on.ink.shape, slanted - rng.uniform(0.3, 0.7), *_edge_and_depth(rng))
    return _scanned(scene * light[..., None], rng)


def _shadow_from_a_corner(label: int, rng: np.random.Generator) -> bytes:
    on, scene = _in_ink(label, rng)
    y, x = places(on.ink.shape)
    down, right = (y, 1 - y)[rng.integers(2)], (x, 1 - x)[rng.integers(2)]
    reach = rng.uniform(0.4, 0.85)
    inside = reach - np.hypot(down, right) if rng.random() < 0.5 else reach - (down + right) / 1.3
    light = shadow(on.ink.shape, inside, *_edge_and_depth(rng))
    return _scanned(scene * light[..., None], rng)


def _uneven_light(label: int, rng: np.random.Generator) -> bytes:
    on, scene = _in_ink(label, rng)
    y, x = places(on.ink.shape)
    lamp = np.hypot(y - rng.uniform(-0.2, 1.2), x - rng.uniform(-0.2, 1.2))
    light = 1 / (1 + rng.uniform(0.8, 3) * lamp**2)
    return _scanned(scene * (light / light.max())[..., None], rng)


def _noise_and_jpeg(label: int, rng: np.random.Generator) -> bytes:
    _, scene = _in_ink(label, rng)
    pixels = photographed(scene * rng.uniform(0.6, 1), rng, noise=rng.uniform(8, 18))
    return jpeg(pixels, int(rng.integers(15, 45)))


def _ruled_in_shadow(label: int, rng: np.random.Generator) -> bytes:
    on = written(label, rng, part=(0.3, 0.7), radius=(2.0, 5.5))
    y, x = places(on.ink.shape)
    inside = (x, 1 - x)[rng.integers(2)] + 0.2 * y - rng.uniform(0.3, 0.8)
    light = shadow(on.ink.shape, inside, *_edge_and_depth(rng))
    scene = _with_lines(on, rng, squared=rng.random() < 0.5) * light[..., None]
    return _scanned(scene * _slightly_uneven(on.ink.shape, rng), rng)


def _sheet_on_a_desk(label: int, rng: np.random.Generator) -> bytes:
    """A note photographed with what it lies on: a darker desk at one side or more."""
    on, scene = _in_ink(label, rng)
    size = on.ink.shape
    grain = smooth_noise((size[0], 1), 3, rng) + 0.3 * smooth_noise(size, 1.5, rng)
    desk = sheet(size, one_of(DESKS, rng)) * (1 + 0.08 * grain)[..., None]
    y, x = places(size)
    turn = rng.uniform(-0.12, 0.12)
    edges = [y + turn * x, 1 - y - turn * x, x - turn * y, 1 - x + turn * y]
    rows, columns = np.flatnonzero(on.ink.any(axis=1)), np.flatnonzero(on.ink.any(axis=0))
    free = (rows[0] / size[0], 1 - rows[-1] / size[0], columns[0] / size[1],
            1 - columns[-1] / size[1])  # fmt: skip
    paper = np.ones(size)
    for number in rng.permutation(4)[: rng.integers(1, 5)]:
        room = free[number] - 0.12
        if room > 0.03:
            paper *= edges[number] > rng.uniform(0.02, min(room, 0.3)) - abs(turn) / 2
    covered = np.maximum(paper, on.ink)[..., None]
    return _scanned((scene * covered + desk * (1 - covered)) * _slightly_uneven(size, rng), rng)


def _broken_strokes(label: int, rng: np.random.Generator) -> bytes:
    """A dry pen: here and there the stroke has a gap, about as long as it is wide."""
    on = written(label, rng, radius=(2.0, 5.5))
    y, x = np.mgrid[: on.ink.shape[0], : on.ink.shape[1]]
    ink = on.ink
    inside = np.argwhere(ink > 0.9)
    for _ in range(int(rng.integers(1, 4))):
        down, right = inside[rng.integers(len(inside))]
        ink = ink * (np.hypot(y - down, x - right) > on.digit_height * rng.uniform(0.02, 0.06))
    return _scanned(inked(sheet(ink.shape, one_of(WHITE_PAPERS, rng)), ink, _dark(rng)), rng)


def _with_specks(label: int, rng: np.random.Generator) -> bytes:
    """Crumbs, dust and a dot of the pen."""
    on = written(label, rng, radius=(2.0, 5.5))
    y, x = np.mgrid[: on.ink.shape[0], : on.ink.shape[1]]
    ink = on.ink
    for _ in range(int(rng.integers(2, 9))):
        down, right = rng.uniform(0.03, 0.97, 2) * on.ink.shape
        size = on.digit_height * rng.uniform(0.006, 0.035)
        ink = np.maximum(ink, (size - np.hypot(y - down, (x - right) * rng.uniform(0.6, 1))) > 0)
    return _scanned(inked(sheet(ink.shape, one_of(WHITE_PAPERS, rng)), ink, _dark(rng)), rng)


def _touching_the_border(label: int, rng: np.random.Generator) -> bytes:
    on = written(label, rng, part=(0.5, 0.8))
    rows, columns = np.flatnonzero(on.ink.any(axis=1)), np.flatnonzero(on.ink.any(axis=0))
    cut = int(on.digit_height * rng.uniform(0.01, 0.04))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    parts = (np.s_[top + cut :], np.s_[: bottom - cut], np.s_[:, left + cut :],
             np.s_[:, : right - cut])  # fmt: skip
    ink = on.ink[parts[rng.integers(4)]]
    return _scanned(inked(sheet(ink.shape, one_of(WHITE_PAPERS, rng)), ink, _dark(rng)), rng)


def _two_digits(label: int, rng: np.random.Generator) -> bytes:
    height = rng.uniform(120, 300)
    radius = (2.5, 6.0)
    pair = [
        digit(number, height * rng.uniform(0.85, 1.15), radius, rng)
        for number in (label, int(rng.integers(10)))
    ]
    gap = int(height * rng.uniform(0.12, 0.6))
    tall = max(ink.shape[0] for ink in pair)
    padded = []
    for ink in pair:
        above = int((tall - ink.shape[0]) * rng.random())
        padded.append(np.pad(ink, ((above, tall - ink.shape[0] - above), (0, 0))))
    row = np.concatenate([padded[0], np.zeros((tall, gap)), padded[1]], axis=1)
    if rng.random() < 0.25:
        wide = max(ink.shape[1] for ink in pair)
        column = [np.pad(ink, ((0, gap), (0, wide - ink.shape[1]))) for ink in pair]
        row = np.concatenate(column)
    margins = rng.uniform(0.2, 0.8, (2, 2)) * height
    ink = np.pad(row, margins.astype(int))
    return _scanned(inked(sheet(ink.shape, one_of(WHITE_PAPERS, rng)), ink, _dark(rng)), rng)


def _no_digit(label: int, rng: np.random.Generator) -> bytes:
    draw = no_digits.EVERY[label % len(no_digits.EVERY)]
    return _scanned(draw(sheet_size(rng), rng), rng)


def _dark(rng: np.random.Generator) -> Field:
    return one_of(DARK_INKS, rng)


def _slightly_uneven(size: tuple[int, ...], rng: np.random.Generator) -> Field:
    y, x = places(size)
    slope = rng.uniform(-0.12, 0.12, 2)
    light: Field = (0.88 + slope[0] * (y - 0.5) + slope[1] * (x - 0.5))[..., None]
    return light


def _edge_and_depth(rng: np.random.Generator) -> tuple[float, float]:
    return rng.uniform(0.03, 0.35), rng.uniform(0.35, 0.65)


def _in_ink(label: int, rng: np.random.Generator) -> tuple[Written, Field]:
    on = written(label, rng, radius=(BALLPOINT, FELT_TIP)[rng.integers(2)])
    return on, inked(sheet(on.ink.shape, one_of(WHITE_PAPERS, rng)), on.ink, _dark(rng))


def _with_lines(on: Written, rng: np.random.Generator, squared: bool) -> Field:
    height, width = on.ink.shape
    paper = sheet((height, width), one_of(WHITE_PAPERS, rng))
    spacing = on.digit_height * (rng.uniform(0.2, 0.6) if squared else rng.uniform(0.35, 1.1))
    thickness, turn = rng.uniform(0.8, 3), rng.uniform(-0.05, 0.05)
    colour, strength = one_of(LINES, rng), rng.uniform(0.6, 1)
    for upright in (False, True)[: 1 + squared]:
        pattern = lines((height, width), spacing, thickness, turn, rng.random(), upright)
        paper = inked(paper, pattern * strength, colour)
    if rng.random() < 0.25:
        return inked(paper, graphite(on.ink, rng), np.full(3, rng.uniform(0.15, 0.3)))
    return inked(paper, on.ink, _dark(rng))


KINDS = (
    Kind("plain", _plain),
    Kind("thick", _thick),
    Kind("thin", _thin),
    Kind("inverted", _inverted),
    Kind("off-centre", _off_centre),
    Kind("small", _small),
    Kind("transparent", _transparent),
    Kind("coloured", _coloured),
    Kind("pencil", _pencil),
    Kind("on ruled lines", _on_ruled_lines),
    Kind("on squared paper", _on_squared_paper),
    Kind("shadow from the side", _shadow_from_the_side),
    Kind("shadow from a corner", _shadow_from_a_corner),
    Kind("uneven light", _uneven_light),
    Kind("noise and JPEG", _noise_and_jpeg),
    Kind("lines in a shadow", _ruled_in_shadow),
    Kind("sheet on a desk", _sheet_on_a_desk),
    Kind("broken strokes", _broken_strokes),
    Kind("with specks", _with_specks),
    Kind("touching the border", _touching_the_border, warned=True),
    Kind("two digits", _two_digits, SEVERAL, warned=True),
    Kind("no digit", _no_digit, NONE, warned=True),
)
