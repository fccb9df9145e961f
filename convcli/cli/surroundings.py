"""What the program does not read: settings for matplotlib that lie around.

matplotlib looks for them when it is imported: in the folder that the command runs in, which may be
a stranger's, in the environment, and in the user's home. The figures here use none of them, and a
file there may be broken or endless. So in the program, which draws nothing but these figures,
matplotlib is imported as it comes. A library user's matplotlib is left alone.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any


def leave_settings_unread() -> None:
    """Import matplotlib, if it comes to that, with the settings that it comes with."""
    sys.meta_path.insert(0, _Finder())


class _Finder:
    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Where matplotlib is; other modules are left to others."""
        if name != "matplotlib":
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


class _Loader(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        """Run the module; whichever settings it opens, it gets those that it opened first: its own.

        For that, the module has a function ``open`` while it is run. Nothing else has it.
        """
        import logging

        opened: list[Any] = []

        def open_first(file: Any, *arguments: Any, **named: Any) -> Any:
            opened.append(file)
            return Path(opened[0]).open(*arguments, **named)

        # It has more to say about its folders than a user of ours can do anything with.
        logging.getLogger("matplotlib").setLevel(logging.ERROR)
        vars(module)["open"] = open_first
        with _environment():
            super().exec_module(module)
            # They are looked up once, and now.
            module.get_configdir()
            module.get_cachedir()
        del vars(module)["open"]


@contextmanager
def _environment() -> Iterator[None]:
    """No backend of the user's choice, and a folder of our own for styles and the list of fonts."""
    from platformdirs import user_cache_path

    folder = user_cache_path("convcli", appauthor=False) / "matplotlib"
    ours = {"MPLBACKEND": None, "MPLCONFIGDIR": str(folder)}
    theirs = {name: os.environ.get(name) for name in ours}
    _set(ours)
    try:
        yield
    finally:
        _set(theirs)


def _set(variables: dict[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
