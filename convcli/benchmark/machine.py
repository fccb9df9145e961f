"""Whose processor it was that ran."""

import platform
import re
from pathlib import Path

from convcli.text import printable

PROCESSORS = Path("/proc/cpuinfo")


def processor_name() -> str:
    """The processor as its maker calls it, or its kind where the system does not tell.

    >>> len(processor_name()) > 0
    True
    """
    try:
        listed = PROCESSORS.read_text(encoding="utf-8", errors="replace")
    except OSError:
        listed = ""
    found = re.search(r"^model name\s*:\s*(.+)$", listed, re.MULTILINE)
    name = found.group(1) if found else platform.processor() or platform.machine()
    return printable(name.strip() or "unknown")
