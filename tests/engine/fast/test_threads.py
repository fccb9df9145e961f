import threading
import time
from collections.abc import Callable
from itertools import groupby
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_info

from convcli.engine.fast import threads
from convcli.engine.fast.threads import Work, share_blocks


def blas_threads() -> list[int]:
    found = [
        library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"
    ]
    assert found, "no BLAS library was found"
    return found


def same_for_all(work: Work) -> Callable[[int], Work]:
    return lambda _core: work


def nothing(start: int, stop: int) -> None:
    pass


@settings(deadline=None, max_examples=60)
@given(number=st.integers(1, 40), block=st.integers(1, 50))
def test_every_image_is_in_one_block(number: int, block: int) -> None:
    blocks: list[tuple[int, int]] = []
    share_blocks(same_for_all(lambda start, stop: blocks.append((start, stop))), number, block)
    assert sorted(blocks) == [
        (start, min(start + block, number)) for start in range(0, number, block)
    ]


def test_for_no_images_nothing_is_prepared() -> None:
    def prepare(core: int) -> Work:
        raise AssertionError(core)

    share_blocks(prepare, number=0, block=3)


def test_each_core_prepares_once_and_no_more_cores_than_blocks() -> None:
    prepared: list[int] = []

    def prepare(core: int) -> Work:
        prepared.append(core)
        return nothing

    share_blocks(prepare, number=1000, block=1)
    assert sorted(prepared) == list(range(threads.usable_cores()))
    prepared.clear()
    share_blocks(prepare, number=5, block=5)
    assert prepared == [0]


def test_blas_has_one_thread_meanwhile_and_its_own_number_afterwards() -> None:
    before, seen = blas_threads(), []
    share_blocks(same_for_all(lambda _start, _stop: seen.append(blas_threads())), 3, 1)
    assert seen == [[1] * len(before)] * 3
    assert blas_threads() == before


@pytest.mark.parametrize("guilty", ["the caller", "a helper"])
def test_an_error_reaches_the_caller_and_no_further_block_is_begun(
    guilty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "usable_cores", lambda: 2)
    before, caller = blas_threads(), threading.get_ident()
    both_began, begun = threading.Barrier(2, timeout=10), []

    def work(start: int, stop: int) -> None:
        begun.append(start)
        both_began.wait()
        if (threading.get_ident() == caller) == (guilty == "the caller"):
            raise ValueError(f"block {start}")
        time.sleep(0.2)

    with pytest.raises(ValueError, match=r"block [01]"):
        share_blocks(same_for_all(work), number=50, block=1)
    assert sorted(begun) == [0, 1]
    assert blas_threads() == before


def test_ctrl_c_ends_the_work_and_leaves_all_in_order() -> None:
    before, begun = blas_threads(), []

    def work(start: int, stop: int) -> None:
        begun.append(start)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        share_blocks(same_for_all(work), number=50, block=1)
    assert len(begun) <= threads.usable_cores()
    assert blas_threads() == before
    share_blocks(same_for_all(lambda _start, _stop: begun.append(-1)), number=1, block=1)
    assert begun[-1] == -1


def test_callers_from_several_threads_take_turns() -> None:
    events: list[str] = []

    def call(name: str) -> None:
        def work(start: int, stop: int) -> None:
            events.append(name)
            time.sleep(0.005)
            events.append(name)

        share_blocks(same_for_all(work), number=6, block=1)

    callers = [threading.Thread(target=call, args=(name,)) for name in "abc"]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert len(events) == 3 * 6 * 2
    assert sorted(name for name, _ in groupby(events)) == ["a", "b", "c"]


def test_what_numpy_does_about_an_overflow_holds_in_every_thread() -> None:
    def work(start: int, stop: int) -> None:
        handling.append(np.geterr()["over"])
        time.sleep(0.002)

    handling: list[Any] = []
    with np.errstate(over="raise"):
        share_blocks(same_for_all(work), number=20, block=1)
    assert handling == ["raise"] * 20
