"""The picture of the house in ``docs/architecture.md``: every room and file, in its own words.

``python -m tools.house`` writes the picture anew; a test holds it to the code.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "convcli"
PAGE = ROOT / "docs" / "architecture.md"
_PICTURE = re.compile(r"(<!-- house -->\n```text\n).*?(```\n<!-- /house -->)", re.DOTALL)


def picture() -> str:
    """One line for each room and file: its name, and the first sentence of its docstring."""
    return "".join(f"{line}\n" for line in _lines(PACKAGE, 0))


def with_picture(page: str) -> str:
    """The page with the picture as it is now."""
    return _PICTURE.sub(lambda match: match[1] + picture() + match[2], page)


def _lines(folder: Path, depth: int) -> Iterator[str]:
    yield _line(f"{folder.name}/", folder / "__init__.py", depth)
    entries = sorted(folder.iterdir(), key=lambda path: (path.is_dir(), path.name))
    for path in entries:
        if path.suffix == ".py" and path.name != "__init__.py":
            yield _line(path.name, path, depth + 1)
        elif (path / "__init__.py").exists():
            yield from _lines(path, depth + 1)


def _line(name: str, module: Path, depth: int) -> str:
    words = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    first = " ".join(words.split("\n\n")[0].split())
    return f"{'  ' * depth + name:<36}{first}".rstrip()


def main() -> None:
    """Write the picture into the page."""
    PAGE.write_text(with_picture(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
