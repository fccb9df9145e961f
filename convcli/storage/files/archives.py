"""The members of a zip file, as strictly as a file of arrays allows.

Python's ``zipfile`` opens anything that can be called a zip: with something in front, behind and
between the members, with members that lie on top of each other, with names of which a reader sees a
part. Here the members follow each other from the first byte to the directory, the directory ends
the file, and a name is the same in both places where it stands.

Source of the format: PKWARE, APPNOTE.TXT, sections 4.3.7 (local header), 4.3.9 (data descriptor),
4.3.12 (directory) and 4.3.16 (end of the directory).
"""

import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from convcli.errors import FileError
from convcli.storage.files.opening import MEBIBYTE, is_padded
from convcli.storage.parameters.arrays import CHUNK, MOST_ARRAYS, chunks_of
from convcli.text import printable

_LOCAL = struct.Struct("<4s5H3L2H")
_DIRECTORY = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")

_STORED, _DEFLATED = 0, 8
# A member may have a data descriptor behind it (bit 3) and a name in UTF-8 (bit 11); bits 1 and 2
# say how hard the packer tried. The others mean encryption or worse.
_HAS_DESCRIPTOR = 1 << 3
_KNOWN_FLAGS = _HAS_DESCRIPTOR | 1 << 11 | 1 << 1 | 1 << 2
_LONGEST_DESCRIPTOR = 24
# A size that stands in a field of its own, of 64 bits.
_ELSEWHERE = 2**32 - 1
_WIDE_SIZES = struct.Struct("<2H2Q")

_LONGEST_DIRECTORY = MOST_ARRAYS * 256
# Trained parameters hardly shrink. A file that grows a hundredfold was made to, and unpacking more
# than this takes longer than anyone should wait for a refusal.
_MOST_EXPANSION = 100
_UNSUSPICIOUS = 16 * MEBIBYTE
_MOST_UNPACKED = 64 * MEBIBYTE

_DAMAGED = "the file is damaged"
_REPACK = "write it again with numpy.savez"


@dataclass(frozen=True)
class Member:
    """One file in a zip, as the directory describes it.

    Attributes:
        name: Its name, in which what is not ASCII is escaped.
        start: First byte of its contents in the zip.
        packed_size: Bytes of its contents in the zip.
        size: Bytes of its contents when they are unpacked.
        checksum: CRC-32 of the unpacked contents.
        deflated: Whether the contents are packed at all.
    """

    name: str
    start: int
    packed_size: int
    size: int
    checksum: int
    deflated: bool

    def contents(self, file: BinaryIO) -> Iterator[bytes]:
        """The unpacked contents, piece by piece.

        Raises:
            FileError: They are damaged; a wrong checksum is found at the end only.
        """
        checksum = 0
        for chunk in self._inflated(file) if self.deflated else self._stored(file):
            checksum = zlib.crc32(chunk, checksum)
            yield chunk
        if checksum != self.checksum:
            raise FileError(f"{self.name} has a wrong checksum", _DAMAGED)

    def _stored(self, file: BinaryIO) -> Iterator[bytes]:
        return chunks_of(file, self.start, self.packed_size)

    def _inflated(self, file: BinaryIO) -> Iterator[bytes]:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        left = self.packed_size
        try:
            for packed in self._stored(file):
                left -= len(packed)
                chunk = inflater.decompress(packed, CHUNK)
                while chunk:
                    yield chunk
                    chunk = inflater.decompress(inflater.unconsumed_tail, CHUNK)
                if inflater.eof:
                    break
        except zlib.error as error:
            raise FileError(f"{self.name} cannot be unpacked", _DAMAGED) from error
        if left or inflater.unused_data or not inflater.eof:
            raise FileError(f"{self.name} does not end where it should", _DAMAGED)


class _Entry(NamedTuple):
    """What the directory says of a member, field by field."""

    signature: bytes
    made_by: int
    needed: int
    flags: int
    method: int
    time: int
    date: int
    checksum: int
    packed_size: int
    size: int
    name_length: int
    extra_length: int
    comment_length: int
    disk: int
    internal_attributes: int
    external_attributes: int
    offset: int


def members_of(file: BinaryIO) -> list[Member]:
    """The members of a zip in the order of its directory, all sizes checked against the file.

    Raises:
        FileError: The file is no plain zip, has something left over, or expands beyond measure.
    """
    file_size = file.seek(0, os.SEEK_END)
    directory, directory_start = _directory(file, file_size)
    entries = list(_entries(directory))
    members = [_member(file, entry, name) for entry, name in entries]
    placed = sorted(
        (entry.offset, member.start + member.packed_size, _descriptors(entry))
        for (entry, _), member in zip(entries, members, strict=True)
    )
    end, between = 0, [b""]
    for start, next_end, next_between in [*placed, (directory_start, 0, [b""])]:
        length = start - end
        if not 0 <= length <= _LONGEST_DESCRIPTOR or _read(file, end, length) not in between:
            raise FileError("its members do not follow each other", _DAMAGED)
        end, between = next_end, next_between
    # Members that are not packed are no larger than the file.
    unpacked = sum(member.size for member in members if member.deflated)
    if unpacked > min(_MOST_UNPACKED, max(_UNSUSPICIOUS, _MOST_EXPANSION * file_size)):
        raise FileError(f"{file_size:,} bytes that unpack to {unpacked:,}", _REPACK)
    return members


def _directory(file: BinaryIO, file_size: int) -> tuple[bytes, int]:
    """The directory and its place, from the record that ends the file."""
    if file_size < _END.size:
        raise FileError("too short for a zip", "the file is incomplete")
    file.seek(file_size - _END.size)
    signature, disk, first_disk, here, count, length, start, comment = _END.unpack(
        file.read(_END.size)
    )
    if signature != b"PK\x05\x06" or comment:
        raise FileError("a zip without a directory at its end", "the file is incomplete")
    if disk or first_disk or here != count or start + length + _END.size != file_size:
        raise FileError("a zip whose directory is not where it should be", _DAMAGED)
    if count > MOST_ARRAYS or length > _LONGEST_DIRECTORY:
        raise FileError(f"a zip of {count:,} members", f"{MOST_ARRAYS:,} are the most")
    file.seek(start)
    directory = file.read(length)
    if len(list(_entries(directory))) != count:
        raise FileError(f"a zip that does not have its {count:,} members", _DAMAGED)
    return directory, start


def _entries(directory: bytes) -> Iterator[tuple[_Entry, bytes]]:
    """Each entry of the directory with its name."""
    position = 0
    while position < len(directory):
        if len(directory) - position < _DIRECTORY.size:
            raise FileError("a zip with a damaged directory", _DAMAGED)
        entry = _Entry(*_DIRECTORY.unpack_from(directory, position))
        position += _DIRECTORY.size
        name = directory[position : position + entry.name_length]
        position += entry.name_length + entry.extra_length + entry.comment_length
        if entry.signature != b"PK\x01\x02" or position > len(directory):
            raise FileError("a zip with a damaged directory", _DAMAGED)
        yield entry, name


def _member(file: BinaryIO, entry: _Entry, raw_name: bytes) -> Member:
    """A member, its two descriptions checked against each other."""
    name = raw_name.decode("ascii", "backslashreplace")
    shown = printable(name, 30)
    if entry.flags & ~_KNOWN_FLAGS or entry.method not in (_STORED, _DEFLATED) or entry.disk:
        raise FileError(f"'{shown}' is encrypted, or packed in an unusual way", _REPACK)
    if entry.method == _STORED and entry.packed_size != entry.size:
        raise FileError(f"'{shown}' has two sizes", _DAMAGED)
    header = _read(file, entry.offset, _LOCAL.size + entry.name_length)
    if len(header) < _LOCAL.size + entry.name_length:
        raise FileError(f"'{shown}' lies outside the file", "the file is incomplete")
    signature, _, flags, method, _, _, *amounts, name_length, extra_length = _LOCAL.unpack_from(
        header
    )
    described = (signature, flags, method, name_length, header[_LOCAL.size :])
    if amounts[1:] == [_ELSEWHERE, _ELSEWHERE]:
        amounts[1:] = _wide_sizes(_read(file, entry.offset + len(header), _WIDE_SIZES.size))
    if described != (b"PK\x03\x04", entry.flags, entry.method, entry.name_length, raw_name) or (
        not flags & _HAS_DESCRIPTOR and amounts != [entry.checksum, entry.packed_size, entry.size]
    ):
        raise FileError(f"'{shown}' is described in two ways", _DAMAGED)
    if is_padded(entry.packed_size, entry.size):
        raise FileError(f"'{shown}' is larger packed than unpacked", _REPACK)
    start = entry.offset + len(header) + extra_length
    return Member(
        name, start, entry.packed_size, entry.size, entry.checksum, entry.method == _DEFLATED
    )


def _wide_sizes(extra: bytes) -> list[int]:
    """Packed and unpacked size from the first field behind a name, if it is the one of 64 bits."""
    if len(extra) < _WIDE_SIZES.size:
        return []
    kind, _, size, packed_size = _WIDE_SIZES.unpack(extra)
    return [packed_size, size] if kind == 1 else []


def _descriptors(entry: _Entry) -> list[bytes]:
    """What may stand behind a member: nothing, or its checksum and sizes, written in four ways."""
    if not entry.flags & _HAS_DESCRIPTOR:
        return [b""]
    bare = [
        struct.pack(f"<L2{kind}", entry.checksum, entry.packed_size, entry.size) for kind in "LQ"
    ]
    return [*bare, *(b"PK\x07\x08" + descriptor for descriptor in bare)]


def _read(file: BinaryIO, start: int, length: int) -> bytes:
    file.seek(start)
    return file.read(length)
