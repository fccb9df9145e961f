"""Good files of every kind, from which each hostile one is built by making one thing wrong."""

import gzip
import io
import pickle
import zlib
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from safetensors.numpy import save

from tests import chapter_7

MEBIBYTE = 2**20

Content: TypeAlias = bytes | Callable[[], bytes]
"""What is in a file; large ones are made when they are needed."""


def made(content: Content) -> bytes:
    """The bytes."""
    return content if isinstance(content, bytes) else content()


def network() -> dict[str, NDArray[Any]]:
    """Parameters that fit: two filters, three hidden units."""
    random = np.random.default_rng(0)
    shapes = chapter_7.shapes(filters=2, hidden=3)
    return {name: random.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def changed(**arrays: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """The network with other arrays of these names, or more."""
    return network() | arrays


def as_pickle(arrays: Any, protocol: int = 2) -> bytes:
    """What ``pickle.dump`` writes."""
    return pickle.dumps(arrays, protocol)


def as_npz(arrays: dict[str, NDArray[Any]], write: Callable[..., None] = np.savez) -> bytes:
    """What ``numpy.savez`` writes."""
    file = io.BytesIO()
    write(file, **arrays)
    return file.getvalue()


def as_safetensors(arrays: dict[str, NDArray[Any]]) -> bytes:
    """What the safetensors library writes."""
    written: bytes = save(arrays)
    return written


def as_idx(items: NDArray[np.uint8]) -> bytes:
    """An IDX file, raw."""
    shape = b"".join(length.to_bytes(4, "big") for length in items.shape)
    return bytes([0, 0, 8, items.ndim]) + shape + items.tobytes()


def images() -> NDArray[np.uint8]:
    """Eight pictures of 28x28."""
    return np.random.default_rng(1).integers(0, 256, (8, 28, 28), np.uint8)


def labels() -> NDArray[np.uint8]:
    """Their labels."""
    return np.arange(8, dtype=np.uint8)


def as_gzip(data: bytes) -> bytes:
    """Packed as MNIST is."""
    return gzip.compress(data, mtime=0)


def digit() -> Image.Image:
    """A stroke of ink on white paper, 60x80."""
    sheet = Image.new("L", (60, 80), 255)
    ImageDraw.Draw(sheet).line([(20, 15), (40, 65)], fill=0, width=7)
    return sheet


def as_picture(kind: str, image: Image.Image | None = None, **options: Any) -> bytes:
    """What Pillow writes."""
    file = io.BytesIO()
    (image or digit()).save(file, kind, **options)
    return file.getvalue()


EMPTY_BLOCKS = b"\0\0\0\xff\xff" * 30
"""A piece of a deflate stream from which nothing comes."""


def deflated_zeros(mebibytes: int) -> bytes:
    """A deflate stream without an end that unpacks to that many mebibytes, made in no time."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    piece = packer.compress(bytes(MEBIBYTE)) + packer.flush(zlib.Z_FULL_FLUSH)
    # A full flush makes a piece independent of what stands before it.
    return piece * mebibytes


def zlib_zeros(mebibytes: int) -> bytes:
    """A whole zlib stream of zeros, as in a chunk of a PNG file."""
    checksum = (mebibytes * MEBIBYTE % 65521) << 16 | 1
    return b"\x78\xda" + deflated_zeros(mebibytes) + b"\x03\0" + checksum.to_bytes(4, "big")
