"""What runs in the child process of :mod:`convcli.storage.files.sandbox`, and has to start quickly.

The answer is a length of four bytes, a JSON text of that length, and the bytes of the arrays that
it announces, one after the other.
"""

import importlib
import json
import os
import signal
from collections.abc import Callable, Iterable, Mapping
from math import ceil
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

from convcli.errors import ConvcliError

Result: TypeAlias = tuple[Any, Mapping[str, Any]]
"""A value for JSON, and arrays: whatever a ``memoryview`` can be made of."""
Reader: TypeAlias = Callable[..., Result]
Answer: TypeAlias = tuple[dict[str, Any], list[memoryview]]

_MOST_FILES = 32
_STATISTICS = Path("/proc/self/statm")


def read_bytes(file: BinaryIO) -> Result:
    """The simplest reader: how many bytes there are, and the bytes.

    >>> import io
    >>> read_bytes(io.BytesIO(b"12"))
    (2, {'bytes': b'12'})
    """
    data = file.read()
    return len(data), {"bytes": data}


def answer(reader: Reader, file: BinaryIO, arguments: Mapping[str, Any]) -> Answer:
    """Call a reader, and put what became of it into words that can be sent.

    Returns:
        The header, which has either ``value`` and ``arrays`` (name, type, shape) or ``refusal``;
        and the contents of the arrays.

    >>> import io
    >>> answer(read_bytes, io.BytesIO(b"12"), {})[0]
    {'value': 2, 'arrays': [['bytes', 'B', (2,)]]}
    """
    try:
        value, arrays = reader(file, **arguments)
        views = [memoryview(array) for array in arrays.values()]
    except MemoryError:
        return _refusal("memory")
    except ConvcliError as error:
        return _refusal("error", error.message, error.hint)
    except Exception as error:  # noqa: BLE001 - no decoder promises what it raises for damage
        return _refusal("damage", str(error) or type(error).__name__)
    kinds = [[name, view.format, view.shape] for name, view in zip(arrays, views, strict=True)]
    return {"value": value, "arrays": kinds}, views


def _refusal(reason: str, message: str = "", hint: str = "") -> Answer:
    said = {"reason": reason, "message": message[:1000], "hint": hint[:1000]}
    return {"refusal": said, "arrays": []}, []


def main(request: Mapping[str, Any]) -> None:
    """Read the file that is standard input, and write the answer to standard output.

    Args:
        request: ``reader``, ``arguments`` and ``limits``, as :func:`sandbox.run` has them.
    """
    stream = _standard_output_alone()
    module, _, function = request["reader"].partition(":")
    try:
        reader: Reader = getattr(importlib.import_module(module), function)
    except ImportError as error:
        _send(stream, *_refusal("error", f"cannot be read without {error.name}", "install it"))
        return
    _limit(**request["limits"])
    with open(0, "rb") as file:
        file.seek(0)
        _send(stream, *answer(reader, file, request["arguments"]))


def _standard_output_alone() -> BinaryIO:
    """Standard output, and none for anybody else: a library in C may print to it."""
    stream = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return stream


def _send(stream: BinaryIO, header: Mapping[str, Any], views: Iterable[memoryview]) -> None:
    text = json.dumps(header).encode("ascii")
    stream.write(len(text).to_bytes(4, "big") + text)
    for view in views:
        if view.nbytes:
            stream.write(view.cast("B"))
    stream.flush()


def _limit(memory: int, seconds: float, patience: float, **_others: float) -> None:
    """Take no more than this from now on; each timer that runs out ends the process."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)
        # The parent does not wait longer, but it may be gone.
        signal.setitimer(signal.ITIMER_REAL, patience + 1)
    try:
        import resource
    except ImportError:
        # There is no such module on Windows.
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)
    bounds = {
        # The timer is exact, and this is what nothing in the process can put off.
        resource.RLIMIT_CPU: ceil(usage.ru_utime + usage.ru_stime + seconds) + 1,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: _MOST_FILES,
    }
    if _STATISTICS.is_file():
        pages = int(_STATISTICS.read_text(encoding="ascii").split()[0])
        bounds[resource.RLIMIT_AS] = pages * resource.getpagesize() + memory
    for kind, bound in bounds.items():
        # An unlimited one is -1.
        lowest = min(limit for limit in (bound, *resource.getrlimit(kind)) if limit >= 0)
        resource.setrlimit(kind, (lowest, lowest))
