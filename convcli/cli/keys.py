"""Whether somebody presses a key, without waiting for the end of a line."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from convcli.interrupts import Undone

Wait = Callable[[float], bool]


@contextmanager
def watched_keys() -> Iterator[Wait]:
    """Keys are not echoed inside; what it gives waits for so many seconds, or until one is pressed.

    It says whether one was. Without a keyboard nobody can press one.
    """
    if sys.stdin is None or not sys.stdin.isatty():
        yield _without_keyboard
    elif os.name == "nt":
        yield _on_windows
    else:
        with _on_unix() as wait:
            yield wait


def _without_keyboard(seconds: float) -> bool:
    time.sleep(seconds)
    return False


@contextmanager
def _on_unix() -> Iterator[Wait]:
    import select
    import termios
    import tty

    keyboard = sys.stdin.fileno()
    settings = termios.tcgetattr(keyboard)

    def restore() -> None:
        # After what was typed meanwhile is thrown away: it was meant for nobody.
        with suppress(termios.error):
            termios.tcsetattr(keyboard, termios.TCSAFLUSH, settings)

    def wait(seconds: float) -> bool:
        return bool(select.select([keyboard], [], [], seconds)[0])

    with Undone(restore):
        try:
            tty.setcbreak(keyboard)
            yield wait
        finally:
            restore()


def _on_windows(seconds: float) -> bool:
    import msvcrt

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if msvcrt.kbhit():  # type: ignore[attr-defined,unused-ignore]
            msvcrt.getwch()  # type: ignore[attr-defined,unused-ignore]
            return True
        time.sleep(0.01)
    return False
