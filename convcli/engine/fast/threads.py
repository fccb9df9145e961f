"""Blocks of images shared among the cores.

BLAS, the library behind NumPy's matrix product, has threads of its own. They help with the products
only, and on the small product of one block they wait for each other longer than they work. So here
each core takes a block of images and carries it through every step, while BLAS keeps to one thread.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from threadpoolctl import ThreadpoolController

Work = Callable[[int, int], None]

# How many threads BLAS has is one setting for the whole process, and the buffers of a core are
# there once: callers take turns. Each of them has all cores.
_turn = Lock()


@cache
def usable_cores() -> int:
    """Cores this process may run on; under ``taskset`` or in a container fewer than there are.

    >>> usable_cores() >= 1
    True
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def share_blocks(prepare: Callable[[int], Work], number: int, block: int) -> None:
    """Cut ``number`` images into blocks, and let every core take the next one until none is left.

    May be called from several threads, which take turns; not from within the work.

    Args:
        prepare: Called with 0, 1, ... by the cores that take part, each in its own thread. Returns
            the work of that core: a function of the first image of a block and of the one after its
            last. No two blocks may write to the same place.
        number: Images; nothing is prepared for none.
        block: Images in a block, at least 1; the last block may have fewer.

    Raises:
        Exception: Whatever the work raises. No further block is begun then, nor after Ctrl-C, and
            the blocks that were begun are waited for.

    >>> squares = [0] * 5
    >>> def prepare(core):
    ...     def square(start, stop):
    ...         squares[start:stop] = [number**2 for number in range(start, stop)]
    ...     return square
    >>> share_blocks(prepare, number=5, block=2)
    >>> squares
    [0, 1, 4, 9, 16]
    """
    starts = deque(range(0, number, block))
    if not starts:
        return
    cores = range(min(usable_cores(), len(starts)))
    # NumPy keeps for each thread by itself what is to be done about an overflow.
    handling = np.geterr()

    def next_start() -> int | None:
        try:
            return starts.popleft()
        except IndexError:
            return None

    def take_blocks(core: int) -> None:
        try:
            with np.errstate(**handling):
                work = prepare(core)
                while (start := next_start()) is not None:
                    work(start, min(start + block, number))
        finally:
            # There is nothing left but after an error, and then no core shall begin another block.
            starts.clear()

    if len(starts) == 1:
        # Telling BLAS how many threads to have, and telling it back, takes as long as one image.
        with _turn:
            take_blocks(0)
        return
    with _turn, _blas().limit(limits=1, user_api="blas"):
        helpers = [_helpers().submit(take_blocks, core) for core in cores[1:]]
        try:
            take_blocks(cores[0])
        finally:
            for helper in helpers:
                helper.result()


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """BLAS keeps to one thread meanwhile: what to do where many small products follow each other.

    Not to be asked for from within :func:`share_blocks`, nor the other way about.

    >>> with one_blas_thread():
    ...     (np.ones((2, 2)) @ np.ones((2, 2))).tolist()
    [[2.0, 2.0], [2.0, 2.0]]
    """
    with _turn, _blas().limit(limits=1, user_api="blas"):
        yield


def blas_kernels() -> tuple[str, ...]:
    """What BLAS calls the code that it chose for this processor, such as ``Haswell``.

    It decides in which order sums are added up, and so the last bits of a product. OpenBLAS takes
    the one that the environment variable ``OPENBLAS_CORETYPE`` names.

    >>> all(kernel.isprintable() for kernel in blas_kernels())
    True
    """
    return tuple(str(library.get("architecture") or "unknown") for library in _blas_libraries())


def blas_threads() -> tuple[int, ...]:
    """How many threads BLAS has for one product, while the cores do not share the work.

    >>> min(blas_threads(), default=1) >= 1
    True
    """
    return tuple(int(library["num_threads"]) for library in _blas_libraries())


def _blas_libraries() -> list[dict[str, Any]]:
    """NumPy's own where it brings one along: other packages may have loaded theirs."""
    loaded = [library for library in _blas().info() if library["user_api"] == "blas"]
    own = [library for library in loaded if _is_numpy_s(library["filepath"])]
    return own or loaded


def _is_numpy_s(path: str) -> bool:
    # numpy.libs stands beside the package, .libs and .dylibs in it.
    return any(part in ("numpy", "numpy.libs") for part in Path(path).parts)


@cache
def _blas() -> "ThreadpoolController":
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


@cache
def _helpers() -> "ThreadPoolExecutor":
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(usable_cores(), thread_name_prefix="convcli")
