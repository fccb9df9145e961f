"""A user's picture of a digit, made into 28x28 pixels the way MNIST was, with every stage kept.

The way is that of NIST and MNIST: ink is told from paper, cropped, fitted into 20x20 by averaging
and centred by mass in 28x28 (:mod:`convcli.storage.normalising`).
"""

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from convcli.errors import FileError, file_name, printable
from convcli.storage.inputs import MEBIBYTE, bounded_memory, regular_file
from convcli.storage.normalising import (
    BOX_SIZE,
    FIELD_SIZE,
    Pixels,
    centre_by_mass,
    centre_of_mass,
    fit_in_box,
    ink_bounds,
)
from convcli.storage.picture_containers import Container, open_container
from convcli.storage.png_rows import check_rows

MOST_PIXELS = 16_000_000
MOST_BYTES = 64 * MEBIBYTE
LONGEST_SIDE = 65_535
"""As in a JPEG file. A decoder may take memory for every row, or time for the square of one."""

MOST_JPEG_PIXELS_IN_A_BYTE = 512
"""A block of 8x8 takes at least one bit, the one for its mean."""

MOST_JPEG_BYTES_IN_A_PIXEL = 32
"""No more bits than this stand for the coefficients of a block, whatever the quality."""

DECODER_MEMORY = 262 * MEBIBYTE
"""That a file and its decoder may take together. Four bytes for each of the most pixels are 61 MiB,
and a WebP decoder has them four times."""

LEAST_CONTRAST = 16
"""Levels between paper and ink. The noise of a blank sheet differs by less."""

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# Pillow promises no single exception for a file that breaks off or lies.
_DAMAGE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True, eq=False)
class Stage:
    """The picture after one step of its preparation.

    Attributes:
        name: What it is now, in one word.
        description: What was done, with the numbers.
        pixels: uint8 (H, W).
    """

    name: str
    description: str
    pixels: Pixels


@dataclass(frozen=True, eq=False)
class PreparedPicture:
    """A picture with the stages that led to it, the first as it was read."""

    stages: tuple[Stage, ...]

    @property
    def pixels(self) -> Pixels:
        """The last stage: uint8 (28, 28), ink bright on black."""
        return self.stages[-1].pixels


def read_picture(path: Path) -> Pixels:
    """A picture in grey, as a viewer shows it.

    The first frame of an animation, turned as its EXIF orientation says, what is transparent on
    white paper. Colours become grey by ITU-R 601 (0.299 red, 0.587 green, 0.114 blue); 16-bit grey
    is scaled to 8 bits.

    Args:
        path: A PNG, JPEG, BMP, GIF or WebP file of at most 16 megapixels and 64 MiB.

    Returns:
        uint8 (height, width): 0 is black, 255 white.

    Raises:
        FileError: The file is missing, no such picture, too large, damaged or truncated.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "red.png"
    >>> Image.new("RGB", (3, 2), (255, 0, 0)).save(path)
    >>> read_picture(path)
    array([[76, 76, 76],
           [76, 76, 76]], dtype=uint8)
    """
    name = file_name(path)
    with regular_file(path, MOST_BYTES) as file:
        data = file.readall()
    try:
        with warnings.catch_warnings():
            # Pillow warns of what is refused here, or of what no viewer would mention.
            warnings.simplefilter("ignore")
            container = open_container(data)
            del data
            if container is None:
                raise FileError(
                    f"{name}: not a PNG, JPEG, BMP, GIF or WebP picture", "save it as PNG"
                )
            with bounded_memory(DECODER_MEMORY - len(container.content)):
                return _decoded(container, name)
    except MemoryError as error:
        raise FileError(
            f"{name}: takes more memory than a picture should", "save it as PNG"
        ) from error
    except Image.DecompressionBombError as error:
        raise _too_large(name) from error
    except UnidentifiedImageError as error:
        raise FileError(
            f"{name}: a picture whose header is damaged", "get the file again"
        ) from error
    except _DAMAGE as error:
        reason = printable(error) or type(error).__name__
        raise FileError(
            f"{name}: damaged or truncated picture ({reason})", "get the file again"
        ) from error


def _decoded(container: Container, name: str) -> Pixels:
    with Image.open(io.BytesIO(container.content), formats=[container.format]) as image:
        if image.width * image.height > MOST_PIXELS:
            raise _too_large(name)
        if max(image.size) > LONGEST_SIDE:
            raise ValueError(f"{image.width}x{image.height} pixels")
        _check_amount(container, image)
        image.load()
        grey = _grey(image)
    turn = _UPRIGHT.get(container.orientation)
    return np.array(grey if turn is None else grey.transpose(turn))


def _check_amount(container: Container, image: Image.Image) -> None:
    """Refuse a header that announces what the file has not, where a decoder would make it up."""
    size, pixels = len(container.content), image.width * image.height
    if container.format == "PNG":
        check_rows(container.content)
    elif container.format == "JPEG" and not (
        pixels / MOST_JPEG_PIXELS_IN_A_BYTE
        <= size
        <= pixels * MOST_JPEG_BYTES_IN_A_PIXEL + MEBIBYTE
    ):
        raise ValueError(f"{size:,} bytes for {pixels:,} pixels")


def _too_large(name: str) -> FileError:
    return FileError(
        f"{name}: a picture of more than {MOST_PIXELS:,} pixels", "make it smaller first"
    )


def _grey(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        return Image.fromarray(_eight_bits(image))
    if not image.has_transparency_data:
        return image.convert("L")
    if image.mode != "RGBA":
        image = image.convert("RGBA")
    paper = Image.new("L", image.size, 255)
    paper.paste(image.convert("L"), mask=image.getchannel("A"))
    return paper


def _eight_bits(image: Image.Image) -> Pixels:
    wide = np.array(image, dtype=np.uint32)
    transparent = image.info.get("transparency")
    if transparent is not None:
        wide[wide == transparent] = 65535
    # 65535 becomes 255, and halves are rounded up; in place, for the picture may be large.
    wide += 128
    wide //= 257
    return wide.astype(np.uint8)


def prepare(path: Path) -> PreparedPicture:
    """A picture of one digit as a network trained on MNIST expects it.

    Paper and ink are told apart by the two levels of grey that divide the picture best, and the
    border says which of the two is paper. A picture that has 28x28 pixels already is taken as it
    is, apart from being inverted when its paper is light: so an exported MNIST digit stays the
    digit it was.

    Args:
        path: As for :func:`read_picture`. The digit is best alone in it and evenly lit.

    Returns:
        The stages: grey, inverted (if the paper is light), separated, cropped, fitted, brightened
        (if averaging made thin ink faint) and centred.

    Raises:
        FileError: As :func:`read_picture`, or there is no ink to see.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "one.png"
    >>> sheet = Image.new("L", (50, 60), 255)
    >>> sheet.paste(0, (20, 10, 26, 50))
    >>> sheet.save(path)
    >>> picture = prepare(path)
    >>> [(stage.name, stage.pixels.shape) for stage in picture.stages][-3:]
    [('cropped', (40, 6)), ('fitted', (20, 3)), ('centred', (28, 28))]
    """
    grey = read_picture(path)
    dark, light = _two_levels(grey, file_name(path))
    height, width = grey.shape
    as_it_is = grey.shape == (FIELD_SIZE, FIELD_SIZE)
    kept = ", MNIST's own size, so nothing will be cropped or moved" if as_it_is else ""
    stages = [Stage("grey", f"read as {height}x{width} grey pixels{kept}", grey)]
    border = np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]]))
    if border > (dark + light) / 2:
        inverted = 255 - grey
        dark, light = 255 - light, 255 - dark
        why = f"inverted, because the border is light (its median is {border:.0f} of 255)"
        stages.append(Stage("inverted", why, inverted))
    if not as_it_is:
        stages += _normalised(stages[-1].pixels, dark, light, file_name(path))
    return PreparedPicture(tuple(stages))


def _two_levels(grey: Pixels, name: str) -> tuple[float, float]:
    """The mean dark and the mean light level, divided where they differ most.

    Of all thresholds, the one with the largest variance between the two classes (N. Otsu, "A
    threshold selection method from gray-level histograms", 1979).
    """
    counts = np.array(Image.fromarray(grey).histogram(), dtype=np.float64)
    levels = np.arange(256)
    below, above = counts.cumsum()[:-1], counts[::-1].cumsum()[-2::-1]
    masses = counts * levels
    # A class without pixels has no mean; its variance is zero whatever is put there.
    dark = masses.cumsum()[:-1] / below.clip(1)
    light = masses[::-1].cumsum()[-2::-1] / above.clip(1)
    best = (below * above * (light - dark) ** 2).argmax()
    contrast = float(light[best] - dark[best]) if below[best] else 0.0
    if contrast < LEAST_CONTRAST:
        raise FileError(
            f"{name}: no ink to see: its dark and its light parts differ by {contrast:.0f} of 255",
            "give a picture of one digit, dark on light or light on dark",
        )
    return float(dark[best]), float(light[best])


def _normalised(pixels: Pixels, paper: float, ink: float, name: str) -> Iterator[Stage]:
    low, high = (5 * paper + 3 * ink) / 8, (3 * paper + 5 * ink) / 8
    ramp = ((np.arange(256) - low) / (high - low)).clip(0, 1)
    table = np.floor(255 * ramp + 0.5).astype(np.uint8)
    separated = np.array(Image.fromarray(pixels).point(table.tolist()))
    yield Stage(
        "separated",
        f"paper told from ink: up to {low:.0f} became 0, from {high:.0f} on 255, evenly between",
        separated,
    )
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
        raise FileError(f"{name}: its ink is too thin for 20x20 pixels", "crop it to the digit")
    if brightest < 255:
        fitted = ((fitted.astype(np.uint16) * 510 + brightest) // (2 * brightest)).astype(np.uint8)
        yield Stage("brightened", f"brightened: the brightest, {brightest}, became 255", fitted)
    centred = centre_by_mass(fitted)
    row, column = centre_of_mass(centred)
    yield Stage(
        "centred",
        f"centred in {FIELD_SIZE}x{FIELD_SIZE}: the centre of mass is at row {row:.1f}, "
        f"column {column:.1f}",
        centred,
    )


def _size(pixels: Pixels) -> str:
    height, width = pixels.shape
    return f"{height}x{width}"
