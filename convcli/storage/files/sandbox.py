"""Reading a stranger's file with somebody else's decoder, in a child process with limits.

A decoder in C may take gigabytes, hours or the process itself. So it runs in a process of its own
(:mod:`convcli.storage.files.sandbox_child`), which may neither write files nor take more memory and
time than it is given, and whose death is an error like any other. What comes back is a JSON text
and the bytes of arrays, each bounded before it is read; nothing of the child's is ever unpickled.
"""

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from math import prod
from typing import Any, BinaryIO, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from convcli.errors import FileError
from convcli.interrupts import Held, Undone
from convcli.text import file_name, printable

Arrays: TypeAlias = dict[str, NDArray[Any]]

# The child learns where this process finds its modules, and then begins. Isolated (-I), it would
# find only what is installed for everybody.
_BEGIN = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from convcli.storage.files.sandbox_child import main; main(json.loads(sys.argv[2]))"
)
# One thread is enough to read, and each further one reserves address space.
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
_NUMBERS = frozenset("?bBhHiIlLqQefd")
_MOST_HEADER_BYTES = 4 * 2**20
_MOST_DIMENSIONS = 32
_OUT_OF_TIME = ("SIGPROF", "SIGXCPU")
_HINT = "get the file again, or save it in another way"


@dataclass(frozen=True)
class Limits:
    """What a reader may take.

    Where a system has no such limit (Windows), only patience and the size of the result bound it.

    Attributes:
        memory: Bytes of address space beyond those that the process has before it reads (Linux).
        result: Bytes of all arrays together.
        seconds: Of processor time.
        patience: Seconds on the clock.
    """

    memory: int
    result: int
    seconds: float
    patience: float = 30.0


class _BreaksOffError(Exception):
    """The child is gone before its answer was whole."""


def run(
    reader: str, file: io.FileIO, limits: Limits, **arguments: str | int | bool
) -> tuple[Any, Arrays]:
    """Call a function on an open file in a child process.

    Args:
        reader: ``"package.module:function"``. The module is imported by the child alone, before
            the limits hold. The function takes the file, open for reading, and the arguments. It
            returns a value that JSON can express, and a dictionary of arrays: anything with a
            contiguous buffer of numbers in the machine's own byte order (NumPy's arrays, or a
            ``memoryview`` that was cast to a shape).
        file: The open file, read from its beginning whatever its position is.
        limits: What the child may take.
        arguments: Given to the function by name.

    Returns:
        The value and the arrays of the function, as little to be trusted as the file: types and
        sizes are right, but a child that has been taken over says what it likes.

    Raises:
        FileError: The function raised an error, or the child died or passed a limit; one line that
            begins with the file's name. The function's own ``ConvcliError`` is kept, any other
            exception is said to be damage.

    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile() as numbers:
    ...     _ = numbers.write(b"12"), numbers.flush()
    ...     run("convcli.storage.files.sandbox_child:read_bytes", numbers.file.raw,
    ...         Limits(memory=2**25, result=100, seconds=1))
    (2, {'bytes': array([49, 50], dtype=uint8)})
    """
    name = file_name(str(file.name))
    request = {"reader": reader, "arguments": arguments, "limits": asdict(limits)}
    ends = time.monotonic() + limits.patience
    with ExitStack() as stack:
        with Held():
            process = stack.enter_context(_started(request, file, name))
            stack.enter_context(Undone(process.kill))
        watch = threading.Timer(limits.patience, process.kill)
        watch.daemon = True
        stream = cast(BinaryIO, process.stdout)
        try:
            watch.start()
            header, arrays = _received(stream, limits.result)
        except _BreaksOffError:
            stream.close()
            process.wait()
            if time.monotonic() >= ends:
                raise _too_slow(name, f"{limits.patience:g} s") from None
            raise _death(name, process.returncode, limits) from None
        finally:
            # A child that has answered has nothing left to do.
            watch.cancel()
            process.kill()
    if "refusal" in header:
        raise explained(name, header["refusal"], limits)
    return header.get("value"), arrays


def _started(request: Mapping[str, Any], file: io.FileIO, name: str) -> "subprocess.Popen[bytes]":
    # An empty entry is the folder that a process is in.
    places = [place or os.getcwd() for place in sys.path]  # noqa: PTH109 - as Python itself does
    flags = ["-I", "-B"] if sys.dont_write_bytecode else ["-I"]
    try:
        return subprocess.Popen(  # noqa: S603 - this Python, and arguments of our own
            [sys.executable, *flags, "-c", _BEGIN, json.dumps(places), json.dumps(request)],
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | _ENVIRONMENT,
        )
    except OSError as error:
        reason = printable(error.strerror or error)
        raise FileError(
            f"{name}: cannot be read: no process could be started for it: {reason}",
            "end other programs",
        ) from error


def _received(stream: BinaryIO, most_bytes: int) -> tuple[dict[str, Any], Arrays]:
    length = int.from_bytes(_exactly(stream, 4), "big")
    if length > _MOST_HEADER_BYTES:
        raise _BreaksOffError
    try:
        header = json.loads(_exactly(stream, length))
        kinds = [(str(name), _kind(code), _shape(shape)) for name, code, shape in header["arrays"]]
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise _BreaksOffError from error
    if sum(kind.itemsize * prod(shape) for _, kind, shape in kinds) > most_bytes:
        return {"refusal": {"reason": "memory"}}, {}
    arrays = {}
    for name, kind, shape in kinds:
        arrays[name] = np.empty(shape, kind)
        _fill(stream, arrays[name].reshape(-1).view(np.uint8))
    return header, arrays


def _kind(code: Any) -> np.dtype[Any]:
    if code not in _NUMBERS:
        raise ValueError(code)
    kind: np.dtype[Any] = np.dtype(code)
    return kind


def _shape(lengths: Any) -> tuple[int, ...]:
    if len(lengths) > _MOST_DIMENSIONS or not all(type(n) is int and n >= 0 for n in lengths):
        raise ValueError(lengths)
    return tuple(lengths)


def _exactly(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise _BreaksOffError
    return data


def _fill(stream: Any, target: NDArray[np.uint8]) -> None:
    view, filled = target.data, 0
    while filled < len(view):
        count = stream.readinto(view[filled:])
        if not count:
            raise _BreaksOffError
        filled += count


def explained(name: str, refusal: Any, limits: Limits) -> FileError:
    """A refusal of the child's, which is a text from outside, as the error that it is.

    >>> print(explained("a.png", {"reason": "damage", "message": "no rows"}, Limits(1, 1, 1)))
    a.png: damaged or truncated (no rows); get the file again
    """
    said = refusal if isinstance(refusal, dict) else {}
    message, hint = (printable(said.get(key) or "", 90) for key in ("message", "hint"))
    match said.get("reason"):
        case "memory":
            most = f"{limits.memory // 2**20} MiB that it may"
            return FileError(f"{name}: takes more memory to read than the {most}", _HINT)
        case "error":
            return FileError(f"{name}: {message}", hint)
    return FileError(f"{name}: damaged or truncated ({message})", "get the file again")


def _too_slow(name: str, time_given: str) -> FileError:
    return FileError(f"{name}: takes longer to read than the {time_given} that it may", _HINT)


def _death(name: str, code: int, limits: Limits) -> FileError:
    if code >= 0:
        return FileError(f"{name}: the process that read it ended with exit code {code}", _HINT)
    try:
        signal_name = signal.Signals(-code).name
    except ValueError:
        signal_name = f"signal {-code}"
    if signal_name in _OUT_OF_TIME:
        return _too_slow(name, f"{limits.seconds:g} s of processor time")
    return FileError(f"{name}: the process that read it was ended by {signal_name}", _HINT)
