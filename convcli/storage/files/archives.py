"""Zips as a file of arrays has them: few members, plainly packed, one behind the other.

``zipfile`` reads them. It takes whatever can be called a zip and believes what the directory says,
so the directory is bounded before ``zipfile`` reads it, and every member before it is unpacked.

Source of the format: PKWARE, APPNOTE.TXT, sections 4.3.12 (directory) and 4.3.16 (its end).
"""

import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from convcli.errors import FileError
from convcli.storage.files.opening import CHUNK, MEBIBYTE, is_padded
from convcli.text import printable

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

_END = struct.Struct("<4s4H2LH")
_LOCATOR_SIZE = 20
_LOCAL_SIZE = 30
_MOST_BYTES_OF_AN_ENTRY = 256

_STORED, _DEFLATED = 0, 8
# A member may have its sizes behind it (bit 3) and a name in UTF-8 (bit 11); bits 1 and 2 say how
# hard the packer tried. The others mean encryption or worse.
_KNOWN_FLAGS = 1 << 3 | 1 << 11 | 1 << 1 | 1 << 2

# Trained parameters hardly shrink. A file that grows a hundredfold was made to, and unpacking more
# than this takes longer than anyone should wait for a refusal.
_MOST_EXPANSION = 100
_UNSUSPICIOUS = 16 * MEBIBYTE
_MOST_UNPACKED = 64 * MEBIBYTE

_DAMAGED = "the file is damaged"
_REPACK = "write it again with numpy.savez"


@contextmanager
def plain_zip(file: BinaryIO, most_members: int) -> "Iterator[tuple[ZipFile, list[ZipInfo]]]":
    """A zip that has been looked through: all that it says is within measure.

    Args:
        file: A seekable binary file.
        most_members: How many members it may have.

    Yields:
        The zip, and its members in the order of its directory.

    Raises:
        FileError: It is no zip, is damaged, or has members that are encrypted, packed in an unusual
            way, on top of each other, named alike, or expand beyond measure.
    """
    # Its import takes some milliseconds, which a command without a zip need not spend.
    from zipfile import ZipFile

    size = file.seek(0, os.SEEK_END)
    count = _count_of_members(file, size, most_members)
    with _explained("a zip with a damaged directory"):
        archive = ZipFile(file)
    with archive:
        members = archive.infolist()
        if len(members) != count:
            raise FileError(f"a zip that does not have its {count:,} members", _DAMAGED)
        _check(members, archive.start_dir, size)
        yield archive, members


def contents_of(archive: "ZipFile", member: "ZipInfo") -> Iterator[bytes]:
    """The unpacked contents of a member, piece by piece, and no more than the directory says.

    Raises:
        FileError: They are damaged; a wrong checksum is found at the end only.
    """
    problem = "its bytes in the zip are damaged"
    with _explained(problem):
        stream = archive.open(member)
    with stream:
        while True:
            with _explained(problem):
                chunk = stream.read(CHUNK)
            if not chunk:
                return
            yield chunk


@contextmanager
def _explained(problem: str) -> Iterator[None]:
    from zipfile import BadZipFile

    try:
        yield
    # RuntimeError and its child are what zipfile says to a password or method that it wants.
    except (BadZipFile, EOFError, RuntimeError, ValueError, struct.error, zlib.error) as error:
        raise FileError(problem, "get the file again") from error


def _count_of_members(file: BinaryIO, size: int, most: int) -> int:
    """How many members there should be, from the record that ends the file.

    ``zipfile`` looks for this record further in front as well, and takes a directory of any size.
    """
    if size < _END.size:
        raise FileError("too short for a zip", "the file is incomplete")
    file.seek(max(size - _END.size - _LOCATOR_SIZE, 0))
    tail = file.read(_END.size + _LOCATOR_SIZE)
    record = _END.unpack(tail[-_END.size :])
    signature, disk, first_disk, here, count, length, start, comment = record
    if signature != b"PK\x05\x06" or comment:
        raise FileError("a zip without a directory at its end", "the file is incomplete")
    # Numbers of 64 bits are for zips of more than 4 GB; they would take the place of these.
    if (
        disk or first_disk or here != count or start + length + _END.size != size
        or tail.startswith(b"PK\x06\x07")
    ):  # fmt: skip
        raise FileError("a zip whose directory is not where it should be", _DAMAGED)
    if count > most or length > most * _MOST_BYTES_OF_AN_ENTRY:
        raise FileError(f"a zip of {count:,} members", f"{most:,} are the most")
    return int(count)


def _check(members: "list[ZipInfo]", directory: int, size: int) -> None:
    """Refuse members for what the directory says of them."""
    names = set()
    end = 0
    for member in sorted(members, key=lambda member: member.header_offset):
        shown = f"'{printable(member.orig_filename, 30)}'"
        if member.orig_filename in names:
            raise FileError(f"{shown} is there twice", _DAMAGED)
        names.add(member.orig_filename)
        if member.flag_bits & ~_KNOWN_FLAGS or member.compress_type not in (_STORED, _DEFLATED):
            raise FileError(f"{shown} is encrypted, or packed in an unusual way", _REPACK)
        if member.compress_type == _STORED and member.compress_size != member.file_size:
            raise FileError(f"{shown} has two sizes", _DAMAGED)
        if is_padded(member.compress_size, member.file_size):
            raise FileError(f"{shown} is larger packed than unpacked", _REPACK)
        if member.header_offset < end or (not end and member.header_offset):
            raise FileError(f"{shown} does not follow what is in front of it", _DAMAGED)
        end = member.header_offset + _LOCAL_SIZE + member.compress_size
    if end > directory:
        raise FileError("a zip with members outside of it", "the file is incomplete")
    # Members that are not packed are no larger than the file.
    unpacked = sum(member.file_size for member in members if member.compress_type == _DEFLATED)
    if unpacked > min(_MOST_UNPACKED, max(_UNSUSPICIOUS, _MOST_EXPANSION * size)):
        raise FileError(f"{size:,} bytes that unpack to {unpacked:,}", _REPACK)
