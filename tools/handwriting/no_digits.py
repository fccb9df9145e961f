"""Pictures that show no digit: ``EVERY`` lists what is drawn, each as often as the others."""

import numpy as np

from tools.handwriting.paper import (
    DARK_INKS,
    LINES,
    WHITE_PAPERS,
    Field,
    inked,
    lines,
    one_of,
    places,
    sheet,
    smooth_noise,
)
from tools.handwriting.writing import digit
from tools.sample_digits.drawing import lay_ink, smooth_path

Size = tuple[int, int]


def _bare(size: Size, rng: np.random.Generator) -> Field:
    y, x = places(size)
    return sheet(size, one_of(WHITE_PAPERS, rng)) * (0.7 + 0.3 * (x + y) / 2)[..., None]


def _bare_with_lines(size: Size, rng: np.random.Generator) -> Field:
    spacing, width, turn = rng.uniform(40, 100), rng.uniform(1, 3), rng.uniform(-0.05, 0.05)
    pattern = lines(size, spacing, width, turn, rng.random(), upright=rng.random() < 0.3)
    return inked(sheet(size, one_of(WHITE_PAPERS, rng)), pattern, one_of(LINES, rng))


def _scribble(size: Size, rng: np.random.Generator) -> Field:
    points = rng.uniform(0.15, 0.85, (26, 2)) * size[::-1]
    ink = lay_ink([smooth_path(points)], 4, 0.1, 0) / 255
    return _on_paper(_placed(ink, size), rng)


def _shape(size: Size, rng: np.random.Generator) -> Field:
    y, x = places(size)
    reach = rng.uniform(0.2, 0.35)
    rectangle = np.maximum(np.abs(y - 0.5), np.abs(x - 0.5) * rng.uniform(0.8, 1.2)) < reach
    disc = np.hypot(y - 0.5, x - 0.5) < reach
    return _on_paper((rectangle if rng.random() < 0.5 else disc).astype(float), rng)


def _texture(size: Size, rng: np.random.Generator) -> Field:
    """Spots of all sizes, as leaves or cloth show them."""
    scene = sum(
        smooth_noise(size, radius, rng)[..., None] * weight
        for radius, weight in ((2, 0.06), (8, 0.1), (25, 0.16))
    )
    return np.clip(np.repeat(scene, 3, axis=2) + rng.uniform(0.35, 0.65), 0, 1)


def _text(size: Size, rng: np.random.Generator) -> Field:
    """A page of small writing."""
    ink = np.zeros(size)
    height = int(min(size) / rng.uniform(9, 14))
    for top in range(height, size[0] - 2 * height, int(height * 1.8)):
        left = height
        while left < size[1] - 2 * height:
            mark = digit(int(rng.integers(10)), height * rng.uniform(0.5, 0.9), (4, 7), rng)
            mark = mark[: size[0] - top, : size[1] - left]
            ink[top : top + mark.shape[0], left : left + mark.shape[1]] = mark
            left += int(mark.shape[1] * 1.3) + (height if rng.random() < 0.2 else 0)
    return _on_paper(ink, rng)


def _checks(size: Size, rng: np.random.Generator) -> Field:
    side = int(rng.integers(30, 90))
    y, x = np.mgrid[: size[0], : size[1]] // side
    return _on_paper(((x + y) % 2).astype(float), rng)


def _dots(size: Size, rng: np.random.Generator) -> Field:
    y, x = np.mgrid[: size[0], : size[1]]
    ink = np.zeros(size)
    for _ in range(int(rng.integers(8, 25))):
        place = rng.uniform(0.1, 0.9, 2) * size
        ink[np.hypot(y - place[0], x - place[1]) < rng.uniform(3, 14)] = 1
    return _on_paper(ink, rng)


def _on_paper(ink: Field, rng: np.random.Generator) -> Field:
    paper = sheet(ink.shape, one_of(WHITE_PAPERS, rng))
    return inked(paper, ink, one_of(DARK_INKS, rng))


def _placed(ink: Field, size: Size) -> Field:
    field = np.zeros(size)
    part = ink[: size[0], : size[1]]
    field[: part.shape[0], : part.shape[1]] = part
    return field


EVERY = (_bare, _bare_with_lines, _scribble, _shape, _texture, _text, _checks, _dots)
