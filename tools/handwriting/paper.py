"""What a camera sees: paper of a colour, lines on it, ink, light and shadow, noise and JPEG."""

from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from convcli.digits.normalizing import Pixels

Field = NDArray[np.float64]
Colour = NDArray[np.float64]

DARK_INKS = np.array([(25, 25, 30), (25, 35, 110), (40, 40, 45), (20, 60, 45), (80, 20, 35)]) / 255
BRIGHT_INKS = np.array([(190, 35, 40), (30, 90, 190), (20, 130, 70), (150, 50, 150)]) / 255
LIGHT_INKS = np.array([(250, 250, 245), (255, 240, 180), (200, 225, 255)]) / 255
WHITE_PAPERS = np.array([(255, 255, 255), (245, 243, 238), (240, 240, 245), (248, 244, 228)]) / 255
COLOURED_PAPERS = (
    np.array([(250, 235, 130), (190, 220, 245), (250, 205, 215), (200, 235, 195), (205, 170, 125)])
    / 255
)
DARK_PAPERS = np.array([(15, 15, 15), (30, 60, 45), (40, 40, 70), (60, 40, 30)]) / 255
DESKS = np.array([(120, 85, 55), (70, 50, 40), (90, 90, 95), (160, 130, 100), (35, 35, 40)]) / 255
LINES = (
    np.array([(150, 175, 215), (160, 160, 170), (100, 135, 180), (110, 110, 120), (200, 110, 120)])
    / 255
)


def one_of(colours: Colour, rng: np.random.Generator) -> Colour:
    """Any of the colours."""
    colour: Colour = colours[rng.integers(len(colours))]
    return colour


def sheet(size: tuple[int, ...], colour: Colour) -> Field:
    """Paper of one colour: (height, width, 3), 0 to 1."""
    paper: Field = np.broadcast_to(colour, (*size, 3)).copy()
    return paper


def inked(paper: Field, ink: Field, colour: Colour) -> Field:
    """Ink over whatever is there: it hides the paper where it is full."""
    return paper * (1 - ink[..., None]) + colour * ink[..., None]


def graphite(ink: Field, rng: np.random.Generator) -> Field:
    """Ink as a pencil leaves it: the paper's grain stays free, and it is nowhere quite black."""
    grain = smooth_noise(ink.shape, rng.uniform(0.8, 1.6), rng)
    pressure = rng.uniform(0.45, 0.8)
    left: Field = ink * pressure * (0.9 + 0.45 * grain).clip(0.25, 1)
    return left


def smooth_noise(size: tuple[int, ...], radius: float, rng: np.random.Generator) -> Field:
    """Noise of mean 0 and deviation 1 whose spots are about as wide as the radius."""
    noise = rng.integers(0, 256, size, dtype=np.uint8)
    blurred = np.asarray(Image.fromarray(noise).filter(ImageFilter.GaussianBlur(radius)), float)
    spots: Field = (blurred - blurred.mean()) / max(blurred.std(), 1e-6)
    return spots


def lines(
    size: tuple[int, int], spacing: float, width: float, turn: float, first: float, upright: bool
) -> Field:
    """Parallel lines across a sheet, as ink from 0 to 1.

    Args:
        size: Of the sheet.
        spacing: From line to line, in pixels.
        width: Of a line, in pixels.
        turn: Radians off the sheet's side.
        first: Where the first line is, as a part of the spacing.
        upright: Whether they run down instead of across.
    """
    y, x = np.mgrid[: size[0], : size[1]].astype(float)
    across = x * np.cos(turn) + y * np.sin(turn) if upright else y * np.cos(turn) - x * np.sin(turn)
    distance = np.abs((across - first * spacing + spacing / 2) % spacing - spacing / 2)
    ink: Field = (width / 2 - distance + 0.5).clip(0, 1)
    return ink


def places(size: tuple[int, ...]) -> tuple[Field, Field]:
    """How far down and how far right each pixel is, 0 to 1."""
    y, x = np.mgrid[: size[0], : size[1]]
    return y / (size[0] - 1), x / (size[1] - 1)


def shadow(size: tuple[int, ...], edge: Field, soft: float, depth: float) -> Field:
    """Light with a shadow in it: 1 in the light, ``1 - depth`` in the shadow.

    Args:
        size: Of the sheet.
        edge: Of each pixel how far inside the shadow it is, as a part of the sheet.
        soft: Width of the edge, as a part of the sheet.
        depth: How much of the light is lost.
    """
    inside = (edge / soft + 0.5).clip(0, 1)
    return np.broadcast_to(1 - depth * (3 - 2 * inside) * inside**2, size)


def photographed(scene: Field, rng: np.random.Generator, noise: float = 2.5) -> Pixels:
    """A scene as a camera gives it: slightly blurred, with noise; uint8 (height, width, 3).

    Args:
        scene: (height, width, 3), 0 to 1.
        rng: Where chance comes from.
        noise: Deviation in levels.
    """
    levels = (scene * 255 * rng.uniform(0.88, 1)).clip(0, 255).astype(np.uint8)
    blurred = Image.fromarray(levels).filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1)))
    grain = rng.normal(0, noise, (*scene.shape[:2], 1)) + rng.normal(0, noise / 2, scene.shape)
    seen: Pixels = (np.asarray(blurred) + grain).round().clip(0, 255).astype(np.uint8)
    return seen


def jpeg(pixels: Pixels, quality: int) -> bytes:
    """The picture as a JPEG file."""
    return _file(pixels, "JPEG", quality=quality)


def png(pixels: Pixels) -> bytes:
    """The picture as a PNG file; with four channels the fourth is how little one sees through."""
    return _file(pixels, "PNG")


def _file(pixels: Pixels, form: str, **options: Any) -> bytes:
    file = BytesIO()
    Image.fromarray(pixels).save(file, form, **options)
    return file.getvalue()
