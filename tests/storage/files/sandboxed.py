"""Readers that run in the sandbox's child process, most of them with a fault."""

import ctypes
import os
import resource
import signal
import sys
import time
from typing import BinaryIO

import numpy as np

from convcli.errors import FileError
from convcli.storage.files.sandbox_child import Result


def arrays(file: BinaryIO) -> Result:
    """One array of each kind, from the bytes of the file."""
    data = np.frombuffer(file.read(), np.uint8)
    return {"name": "ゼロ", "numbers": [1, 2.5, None]}, {
        "bytes": data.reshape(2, -1),
        "halves": (data / 2).astype(np.float16),
        "wide": data.astype(np.int64) * -(2**40),
        "true": data > 1,
        "none": np.empty((0, 3)),
        "one": np.array(7.5),
    }


def given(file: BinaryIO, **arguments: object) -> Result:
    """The arguments."""
    return arguments, {}


def raises(file: BinaryIO, message: str) -> Result:
    """Some exception."""
    raise AttributeError(message)


def refuses(file: BinaryIO) -> Result:
    """The project's own error."""
    raise FileError("a page of the web", "get the file again")


def devours(file: BinaryIO, mebibytes: int) -> Result:
    """Memory."""
    return len(bytearray(mebibytes * 2**20)), {}


def works(file: BinaryIO) -> Result:
    """For ever."""
    while True:
        pass


def waits(file: BinaryIO) -> Result:
    """For ever, without working."""
    time.sleep(1000)
    return None, {}


def dies(file: BinaryIO, number: int) -> Result:
    """By a signal."""
    os.kill(os.getpid(), number)
    return None, {}


def crashes(file: BinaryIO) -> Result:
    """As a fault in C does."""
    ctypes.string_at(0)
    return None, {}


def ends(file: BinaryIO) -> Result:
    """Without a word."""
    os._exit(3)


def talks(file: BinaryIO) -> Result:
    """To both streams, as a library in C does."""
    os.write(1, b"\xff" * 1000)
    os.write(2, b"\xff" * 1000)
    sys.stdout.write("a word")
    return "all", {}


def writes(file: BinaryIO, path: str) -> Result:
    """Into a file."""
    with open(path, "wb") as target:  # noqa: PTH123 - only sandboxed code is this plain
        target.write(b"trace")
    return None, {}


def opens(file: BinaryIO) -> Result:
    """As many files as it can."""
    kept = []
    try:
        while True:
            kept.append(os.open(os.devnull, os.O_RDONLY))
    except OSError:
        return len(kept), {}


def limits(file: BinaryIO) -> Result:
    """What it may take."""
    kinds = ("RLIMIT_CORE", "RLIMIT_FSIZE", "RLIMIT_CPU")
    return {kind: resource.getrlimit(getattr(resource, kind)) for kind in kinds}, {}


def ignores_signals(file: BinaryIO) -> Result:
    """Works on when its time is over."""
    signal.signal(signal.SIGPROF, signal.SIG_IGN)
    while True:
        pass


def lies(file: BinaryIO, answer: str) -> Result:
    """Writes an answer of its own, in hexadecimal digits, to whatever is open."""
    for descriptor in range(3, 20):
        try:
            os.write(descriptor, bytes.fromhex(answer))
        except OSError:
            continue
    os._exit(0)


def knows(file: BinaryIO) -> Result:
    """What it was started with."""
    return {"modules": sorted(sys.modules), "path": sys.path, "flags": sys.flags.isolated}, {}


def swaps(file: BinaryIO) -> Result:
    """Numbers in the order of other machines."""
    return None, {"numbers": np.arange(3, dtype=">i4" if sys.byteorder == "little" else "<i4")}
