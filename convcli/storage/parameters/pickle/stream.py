"""The bytes of a pickle, opcode by opcode, in little memory however large the file is."""

import codecs
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from convcli.errors import FileError
from convcli.storage.files.opening import chunks_of
from convcli.storage.parameters.arrays import LONGEST_NAME

_CHUNK = 2**16
_LONGEST_LINE = 80


@dataclass(frozen=True, slots=True)
class Bytes:
    """A byte string: where in the file it stands, and not yet what it says."""

    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Text:
    """A text: where in the file it stands, and in which of the two encodings of pickles."""

    start: int
    length: int
    encoding: str


@dataclass(frozen=True, slots=True)
class Latin1:
    """The bytes whose values are the code points of a text: protocols 0 to 2 write bytes so."""

    text: Text

    @property
    def length(self) -> int:
        """Bytes in the file, which are at least as many as the bytes they stand for."""
        return self.text.length


class PickleStream:
    """Reads forward through a pickle; long strings are stepped over, and read when they are needed.

    Raises:
        FileError: By every method that needs more bytes than the file holds.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = file.seek(0, os.SEEK_END)
        self.position = 0
        self._chunk = b""
        self._chunk_start = 0

    def take(self, count: int) -> bytes:
        """The next bytes."""
        offset = self._buffered(count)
        self.position += count
        return self._chunk[offset : offset + count]

    def number(self, count: int) -> int:
        """The next bytes as a little-endian number without sign."""
        return int.from_bytes(self.take(count), "little")

    def line(self) -> bytes:
        """The next bytes up to a newline, which must come soon."""
        limit = min(_LONGEST_LINE, self.size - self.position)
        offset = self._buffered(limit)
        newline = self._chunk.find(b"\n", offset, offset + limit)
        if newline < 0:
            raise FileError("a line without an end", "the file is damaged")
        self.position += newline + 1 - offset
        return self._chunk[offset:newline]

    def skip_bytes(self, length: int) -> Bytes:
        """Step over a byte string."""
        start = self.position
        if length > self.size - start:
            raise _truncated()
        self.position += length
        return Bytes(start, length)

    def skip_text(self, length: int) -> Text:
        """Step over a text in UTF-8."""
        return Text(self.skip_bytes(length).start, length, "utf-8")

    def skip_text_line(self) -> Text:
        """Step over a text of protocol 0, which ends with its line however long it is."""
        start = self.position
        while True:
            offset = self._buffered(1)
            newline = self._chunk.find(b"\n", offset)
            if newline >= 0:
                end = self._chunk_start + newline
                self.position = end + 1
                return Text(start, end - start, "raw-unicode-escape")
            self.position = self._chunk_start + len(self._chunk)

    def beginning(self, value: Bytes | Text | Latin1) -> str:
        """What a string says, as far as a name can be long; what is not ASCII stays escaped."""
        place = value.text if isinstance(value, Latin1) else value
        self._file.seek(place.start)
        beginning = self._file.read(min(place.length, LONGEST_NAME + 1))
        return beginning.decode("ascii", "backslashreplace")

    def contents(self, value: Bytes | Latin1) -> Iterator[bytes]:
        """The bytes of a byte string, piece by piece."""
        if isinstance(value, Bytes):
            yield from chunks_of(self._file, value.start, value.length)
            return
        text = value.text
        decoder = codecs.getincrementaldecoder(text.encoding)()
        try:
            for chunk in chunks_of(self._file, text.start, text.length):
                yield decoder.decode(chunk).encode("latin-1")
            yield decoder.decode(b"", final=True).encode("latin-1")
        except UnicodeError as error:
            raise FileError("a text that stands for no bytes", "the file is damaged") from error

    def _buffered(self, count: int) -> int:
        """Hold the next bytes in the chunk, and say where in it they begin."""
        if count > self.size - self.position:
            raise _truncated()
        offset = self.position - self._chunk_start
        if offset + count > len(self._chunk):
            self._file.seek(self.position)
            self._chunk = self._file.read(max(count, _CHUNK))
            self._chunk_start, offset = self.position, 0
            if len(self._chunk) < count:
                raise _truncated()
        return offset


def _truncated() -> FileError:
    return FileError("it ends in the middle", "the file is incomplete")
