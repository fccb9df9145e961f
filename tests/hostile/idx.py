"""IDX files, raw and packed, that are not what their headers say."""

import bz2
import lzma
import struct
import zlib

import numpy as np

from tests.hostile.genuine import (
    EMPTY_BLOCKS,
    MEBIBYTE,
    Content,
    as_gzip,
    as_idx,
    as_npz,
    deflated_zeros,
    images,
    labels,
    network,
)

IMAGES, LABELS = as_idx(images()), as_idx(labels())
PACKED = as_gzip(IMAGES)
GZIP = b"\x1f\x8b\x08\0" + bytes(6)


def _headed(*lengths: int, kind: int = 8, dimensions: int | None = None) -> bytes:
    """A header and the pixels of the good file."""
    count = len(lengths) if dimensions is None else dimensions
    return bytes([0, 0, kind, count]) + struct.pack(f">{len(lengths)}I", *lengths) + IMAGES[16:]


def _member(flags: int, fields: bytes = b"", method: int = 8) -> bytes:
    """The good file packed with these flags and fields in the header of gzip."""
    head = b"\x1f\x8b" + bytes([method, flags]) + bytes(6) + fields
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    tail = struct.pack("<LL", zlib.crc32(IMAGES), len(IMAGES))
    return head + packer.compress(IMAGES) + packer.flush() + tail


def _with_header_checksum(fields: bytes, flags: int, wrong: int = 0) -> bytes:
    head = b"\x1f\x8b\x08" + bytes([flags]) + bytes(6) + fields
    return _member(flags, fields + struct.pack("<H", (zlib.crc32(head) & 0xFFFF) ^ wrong))


def _bomb(header: bytes, mebibytes: int = 300) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    begun = packer.compress(header) + packer.flush(zlib.Z_FULL_FLUSH)
    return GZIP + begun + deflated_zeros(mebibytes)


def _padded() -> bytes:
    """Megabytes of packed blocks with nothing in them, and then the good file."""
    return GZIP + EMPTY_BLOCKS * (MEBIBYTE // 4) + PACKED[10:]


def _many_labels(value: int) -> bytes:
    """As many labels as a file may hold, in 65 KB."""
    count = 64 * MEBIBYTE - 8
    return as_gzip(as_idx(np.full(count, value, np.uint8)))


FIELDS = b"\x04\x00abcd" + b"name\x1b[2J\0" + b"a comment\0"

# Each is wrong raw, and wrong when it is packed.
_PLAIN: dict[str, bytes] = {
    "nothing": b"",
    "three bytes": IMAGES[:3],
    "a web page": b"<!DOCTYPE html><html><title>404</title>",
    "a web page behind empty lines": b"\r\n\r\n<html>",
    "a git-LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
    "parameters": as_npz(network()),
    "something in front of the magic": b"\1" + IMAGES,
    "a magic from the other end": IMAGES[3::-1] + IMAGES[4:],
    "floats": _headed(8, 28, 28, kind=0x0D),
    "signed bytes": _headed(8, 28, 28, kind=0x09),
    "no dtype": _headed(8, 28, 28, kind=0),
    "no dimensions": _headed(8, 28, 28, dimensions=0),
    "one dimension": _headed(8 * 784),
    "two dimensions": _headed(8, 784),
    "four dimensions": _headed(8, 1, 28, 28),
    "nine dimensions": _headed(8, 1, 1, 1, 1, 1, 1, 28, 28),
    "255 dimensions": _headed(8, 28, 28, dimensions=255),
    "half a header": IMAGES[:10],
    "another height": _headed(8, 27, 28),
    "height and width turned": _headed(8, 14, 56),
    "no images": _headed(0, 28, 28),
    "fewer images": _headed(7, 28, 28),
    "more images": _headed(9, 28, 28),
    "images without pixels": _headed(8, 0, 28),
    "gigabytes": _headed(2**31, 28, 28),
    "more than 2**64 bytes": _headed(2**32 - 1, 2**32 - 1, 2**32 - 1),
    "more than 2**64 bytes that wrap to few": _headed(2**16, 2**24, 2**24),
    "nothing times gigabytes": _headed(0, 2**32 - 1, 2**32 - 1),
    "64 MiB that are not there": _headed(85598, 28, 28),
    "a byte too few": IMAGES[:-1],
    "a byte too many": IMAGES + b"\0",
    "two files": IMAGES + IMAGES,
    "labels": LABELS,
}  # fmt: skip

_PACKINGS: dict[str, Content] = {
    "half a file": PACKED[: len(PACKED) // 2],
    "a byte too few": PACKED[:-1],
    "no checksum": PACKED[:-8],
    "a wrong checksum": PACKED[:-5] + bytes([PACKED[-5] ^ 1]) + PACKED[-4:],
    "a wrong length": PACKED[:-1] + bytes([PACKED[-1] ^ 1]),
    "a changed byte": PACKED[:900] + bytes([PACKED[900] ^ 1]) + PACKED[901:],
    "two members": as_gzip(IMAGES[:3000]) + as_gzip(IMAGES[3000:]),
    "an empty member behind": PACKED + as_gzip(b""),
    "an empty member in front": as_gzip(b"") + PACKED,
    "zeros behind": PACKED + bytes(512),
    "a script behind": PACKED + b"\n#!/bin/sh\ntouch escaped\n",
    "a member in a member": as_gzip(PACKED),
    "only a magic": PACKED[:2],
    "only a header": PACKED[:10],
    "another method": _member(0, method=7),
    "flags that there are not": _member(0xE0),
    "a wrong checksum of the header": _with_header_checksum(FIELDS, 0x1E, wrong=1),
    "an extra field beyond the end": _member(0x04, b"\xff\xff"),
    "a name that never ends": lambda: b"\x1f\x8b\x08\x08" + bytes(6) + b"n" * 30 * MEBIBYTE,
    "zlib in place of gzip": zlib.compress(IMAGES),
    "bzip2": bz2.compress(IMAGES),
    "xz": lzma.compress(IMAGES),
    "padding": _padded,
    "a bomb": lambda: _bomb(_headed(8, 28, 28)[:16]),
    "a bomb that says so": lambda: _bomb(_headed(401_408, 28, 28)[:16]),
    "a bomb without a header": lambda: _bomb(b""),
}

HOSTILE_IMAGES: dict[str, Content] = {
    **{f"raw: {name}": data for name, data in _PLAIN.items()},
    **{f"packed: {name}": as_gzip(data) for name, data in _PLAIN.items()},
    **{f"packing: {name}": data for name, data in _PACKINGS.items()},
}

HOSTILE_LABELS: dict[str, Content] = {
    "label 10": as_idx(np.array([*range(7), 10], np.uint8)),
    "label 255, packed": as_gzip(as_idx(np.full(8, 255, np.uint8))),
    "one label fewer": as_idx(labels()[:7]),
    "one label more": as_gzip(as_idx(np.arange(9, dtype=np.uint8))),
    "no labels": as_idx(labels()[:0]),
    "labels of two dimensions": as_idx(labels().reshape(8, 1)),
    "images": IMAGES,
    "64 MiB of label 0": lambda: _many_labels(0),
    "64 MiB of label 255": lambda: _many_labels(255),
    "gigabytes of labels": bytes([0, 0, 8, 1]) + b"\xff" * 4 + bytes(8),
    "a label too few": LABELS[:-1],
    "a web page": b"<html>",
}

CONTROLS: dict[str, Content] = {
    "raw": IMAGES,
    "packed": PACKED,
    "packed, with a name, a comment and an extra field": _with_header_checksum(FIELDS, 0x1E),
}
