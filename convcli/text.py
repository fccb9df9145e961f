"""How texts from outside are written, so that they can be shown; standard library only."""

from pathlib import Path


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
