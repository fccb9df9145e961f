"""What stands under the name of another file when a download went wrong."""

_DOWNLOAD = "download the file itself"


def stranger_of(beginning: bytes) -> tuple[str, str] | None:
    """What was downloaded in place of the file, and what to do; None if it is neither of these.

    Args:
        beginning: The first bytes of the file; all that there are, if they are few.

    >>> stranger_of(b"<!DOCTYPE html>")
    ('a web page', 'download the file itself')
    >>> stranger_of(b"PK") is None
    True
    """
    if not beginning:
        return "an empty file", _DOWNLOAD
    if beginning.startswith(b"version https://git-lfs"):
        return "a git-LFS pointer", "run 'git lfs pull'"
    if beginning.lstrip().startswith(b"<"):
        return "a web page", _DOWNLOAD
    return None
