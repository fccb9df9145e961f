"""How texts from outside are written, so that they can be shown; standard library only."""

import re
from collections.abc import Callable
from pathlib import Path

# A shape, (1, 30, 24, 24), is one word in spite of its spaces.
WORD = re.compile(r"(?:\([\d, ]*\)|\S)+")


def printable(text: object, limit: int = 60) -> str:
    r"""Text from outside, made safe to show: one line, no control characters, ``limit`` at most.

    Whatever does not print is written as its escape; a long text keeps its beginning and its end.

    >>> printable("W1\x1b[31m\n")
    'W1\\x1b[31m\\n'
    >>> printable("a" * 50, limit=9)
    'aaaa…aaaa'
    """
    whole = text if isinstance(text, str) else str(text)
    half = (limit - 1) // 2
    # Cut before escaping as well, so that a text of a gigabyte costs no more than a short one.
    if len(whole) > limit:
        whole = whole[:limit] + "…" + whole[-limit:]
    shown = escaped(whole)
    if len(shown) > limit:
        return shown[:half] + "…" + shown[-half:]
    return shown


def escaped(text: str) -> str:
    r"""The whole text, whatever its length, with everything that does not print as its escape.

    >>> escaped("out\x9b2J/\udcff")
    'out\\x9b2J/\\udcff'
    """
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


def file_name(path: Path | str) -> str:
    """The last part of a path, safe to show in a message of one line.

    >>> file_name("somewhere/params.pkl")
    'params.pkl'
    """
    return printable(Path(path).name or str(path))


def unbroken(text: str) -> list[str]:
    """The parts of a text that stay on one line: words, numbers, paths and shapes.

    >>> unbroken("a shape of (1, 30, 24, 24), so to say")
    ['a', 'shape', 'of', '(1, 30, 24, 24),', 'so', 'to', 'say']
    """
    return WORD.findall(text)


def wrapped(
    text: str, width: int, indent: str = "", measure: Callable[[str], int] = len
) -> list[str]:
    """A text in lines that fit, broken only between :func:`unbroken` parts.

    A text that fits stays as it is. A part that is longer than a line has a line of its own, which
    is then too long: it is not cut.

    Args:
        text: One line.
        width: Columns there are.
        indent: What each line but the first begins with.
        measure: How many columns a text takes.

    >>> wrapped("the output has shape (1, 30, 24, 24)", width=20)
    ['the output has shape', '(1, 30, 24, 24)']
    """
    if measure(text) <= width:
        return [text] if text else []
    lines: list[str] = []
    for part in unbroken(text):
        longer = f"{lines[-1]} {part}" if lines else part
        if not lines or measure(longer) <= width:
            lines[-1:] = [longer]
        else:
            lines.append(indent + part)
    return lines
