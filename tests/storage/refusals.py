"""How every reader of a file refuses: in one line, in little memory, with the project's error."""

import io
import tracemalloc
from collections.abc import Callable
from typing import Any, BinaryIO

import pytest

from convcli.errors import FileError

MOST_MEMORY = 32 * 2**20
# What is left of a line of 200 characters after "Error: " and the name of the file.
LONGEST_MESSAGE = 200 - len("Error: ") - 60 - len(": ")


def assert_refused(read: Callable[[BinaryIO], Any], data: bytes, message: str) -> None:
    """The reader refuses these bytes; the message matches, is short and harmless."""
    file = io.BytesIO(data)
    tracemalloc.start()
    try:
        with pytest.raises(FileError, match=message) as refusal:
            read(file)
        memory = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert memory < MOST_MEMORY
    assert str(refusal.value).isprintable()
    assert len(str(refusal.value)) <= LONGEST_MESSAGE
