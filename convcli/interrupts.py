"""Ctrl-C in the program ``convcli``: one line, exit code 130, and only whole files.

An exception can be swallowed or changed on its way: by an import, by a class that is being made, by
C code that calls back into Python. So the program raises none. It ends where it is: at once, or,
while a file is put in its place, right after that. A library user's process has none of this: only
the console script calls :func:`answer`, and without it nothing here has an effect.

This is the first module that the program imports, and until it is whole Ctrl-C is Python's affair.
So it imports only what is there already: ``signal`` itself and ``contextlib`` take milliseconds.
"""

import _signal  # type: ignore[import-not-found]
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

EXIT_CODE = 130
UNCHANGED = "interrupted; nothing half-written was left behind"

# Lists, because to append and to remove are single steps, whichever thread does them.
_held: list[None] = []
_asked: list[None] = []
_ending: list[None] = []
_undone: "list[Callable[[], object]]" = []
_words: "list[Callable[[], str]]" = [lambda: UNCHANGED]


def answer() -> None:
    """Answer Ctrl-C from now on, unless whoever started this process wants it ignored."""
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, _interrupted)


def ignore() -> None:
    """Let Ctrl-C pass: all is done, and Python only takes a moment to end."""
    _signal.signal(_signal.SIGINT, _signal.SIG_IGN)


class Held:
    """A context whose block is done whole before Ctrl-C counts."""

    def __enter__(self) -> None:
        _held.append(None)

    def __exit__(self, kind: object, *_: object) -> None:
        _held.pop()
        # Not after an error, which has a line and an exit code of its own.
        if _asked and not _held and kind is None:
            _end()


class Undone:
    """A context: if Ctrl-C ends the process inside, ``undo`` is called first.

    Args:
        undo: Something short that waits for nothing. If it raises an ``OSError``, so be it.
    """

    def __init__(self, undo: "Callable[[], object]") -> None:
        self._undo = undo

    def __enter__(self) -> None:
        _undone.append(self._undo)

    def __exit__(self, *_: object) -> None:
        _undone.remove(self._undo)


class AnsweredWith:
    """A context in which Ctrl-C is answered with words of its own.

    Args:
        words: Gives one line without its beginning, ``Error:``, when it is needed.
    """

    def __init__(self, words: "Callable[[], str]") -> None:
        self._given = words

    def __enter__(self) -> None:
        _words.append(self._given)

    def __exit__(self, *_: object) -> None:
        _words.remove(self._given)


def _interrupted(_number: int, _frame: object) -> None:
    _asked.append(None)
    if not _held:
        _end()


def _end() -> None:
    if _ending:
        # A second Ctrl-C, while the first is being answered.
        return
    _ending.append(None)
    for undo in reversed(_undone):
        _attempt(undo)
    # The terminal has written ^C on the line.
    line = "\n" * os.isatty(2) + f"Error: {_words[-1]()}\n"
    encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
    # Past sys.stderr, which may be in the middle of a line of its own.
    _attempt(lambda: os.write(2, line.encode(encoding, "backslashreplace")))
    os._exit(EXIT_CODE)


def _attempt(action: "Callable[[], object]") -> None:
    try:
        action()
    except OSError:
        # There is nobody left to tell.
        return
