"""The folders where MNIST is looked for, in order, and the files that are found there."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from convcli.errors import FileError
from convcli.storage.mnist.registry import FILES, PublishedFile
from convcli.text import printable

VARIABLE = "CONVCLI_DATA_DIR"
SAMPLE_DIRECTORY = Path(__file__).parent / "sample_digits"


@dataclass(frozen=True)
class Place:
    """One of the folders where MNIST may be, by a name that tells it from the others.

    A place that was asked for, by the caller (``is_given``) or by the environment, is used whatever
    it holds, so that a mistyped folder is an error and never something else in its stead. The cache
    holds what was downloaded and nothing else: every file there must be the published one.
    """

    name: str
    directory: Path | None
    asked_for: bool = False
    is_given: bool = False
    is_cache: bool = False
    is_sample: bool = False

    def find(self, file: PublishedFile) -> Path | None:
        """The path of a file, under whichever spelling of its name is there."""
        if self.directory is None:
            return None
        spellings = (file.name,) if self.is_cache else file.spellings
        paths = (self.directory / spelling for spelling in spellings)
        return next((path for path in paths if _is_there(path)), None)

    def path(self, file: PublishedFile) -> Path:
        """The path of a file that has to be there.

        Raises:
            FileError: There is no such file, or no such folder.
        """
        found = self.find(file)
        if found is None:
            raise self.missing(file)
        return found

    def missing(self, file: PublishedFile) -> FileError:
        """The error that says that a file is not there."""
        folder = printable(str(self.directory), 50)
        if self.directory is None or not self.directory.is_dir():
            return FileError(f"{self.name}: there is no folder {folder}", "check the path")
        return FileError(f"{self.name}: there is no {file.name} in {folder}", self.remedy)

    @property
    def remedy(self) -> str:
        """What to do when a file here is missing or damaged."""
        if self.is_sample:
            return "install convcli again"
        if self.is_cache:
            return "run 'convcli data download'"
        return "download MNIST into it, or name another folder"


def _is_there(path: Path) -> bool:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        # Something is there, or may be: opening it will say what is the matter.
        return True
    return True


def cache_directory() -> Path:
    """The folder that ``convcli data download`` fills when it is told no other."""
    from platformdirs import user_cache_path

    return user_cache_path("convcli", appauthor=False) / "mnist"


def places(data_dir: Path | None) -> Iterator[Place]:
    """Every place in the order in which they are asked.

    The cache is worked out only if it comes to it.

    >>> [place.name for place in places(None)]
    ['data directory', 'CONVCLI_DATA_DIR', 'cache', 'sample digits']
    """
    variable = os.environ.get(VARIABLE)
    yield Place("data directory", data_dir, asked_for=True, is_given=True)
    yield Place(VARIABLE, Path(variable) if variable else None, asked_for=True)
    yield Place("cache", cache_directory(), is_cache=True)
    yield Place("sample digits", SAMPLE_DIRECTORY, is_sample=True)


def used_place(data_dir: Path | None) -> Place:
    """The place that is read: the first that was asked for, else the cache, else the samples."""
    for place in places(data_dir):
        if place.directory is not None and (
            place.asked_for or any(place.find(file) for file in FILES)
        ):
            return place
    return place
