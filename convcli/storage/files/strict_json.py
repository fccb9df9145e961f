"""JSON from a stranger: nothing twice, no numbers that JSON has not, no bottomless nesting."""

from collections.abc import Callable
from typing import Any, NoReturn

from convcli.errors import FileError

_DAMAGED = "the file is damaged"


def parse_json(data: bytes | str, what: str, parse_int: Callable[[str], int] = int) -> object:
    """The value that a JSON text describes.

    The caller bounds its length before: a text of a megabyte makes objects of some ten.

    Args:
        data: The text, in UTF-8 if it is bytes.
        what: What the text is, for the message: ``a header``.
        parse_int: Makes an integer of its digits, or refuses them.

    Raises:
        FileError: It is no JSON, is nested too deeply, or has a name twice in one object.

    >>> parse_json('{"scale": 255, "scale": 1}', "a header")
    Traceback (most recent call last):
        ...
    convcli.errors.FileError: a name that is there twice; the file is damaged
    """
    # The sample parameters do without it.
    import json

    try:
        return json.loads(
            data if isinstance(data, str) else data.decode("utf-8"),
            object_pairs_hook=_without_duplicates,
            parse_constant=_refuse,
            parse_int=parse_int,
        )
    except (ValueError, RecursionError) as error:
        raise FileError(f"{what} that is no JSON", _DAMAGED) from error


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    described = dict(pairs)
    if len(described) < len(pairs):
        raise FileError("a name that is there twice", _DAMAGED)
    return described


def _refuse(constant: str) -> NoReturn:
    # NaN, Infinity and -Infinity, which Python reads and JSON does not have.
    raise ValueError(constant)
