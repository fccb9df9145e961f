"""What of MNIST is found where, and what a command would read."""

from dataclasses import dataclass
from pathlib import Path

from convcli.errors import FileError
from convcli.storage.mnist.dataset import Dataset, is_published, open_dataset
from convcli.storage.mnist.locations import Place, places, used_place
from convcli.storage.mnist.registry import FILES, SPLITS, PublishedFile


@dataclass(frozen=True)
class FoundFile:
    """A file that has the name of one of MNIST's.

    Attributes:
        path: Where it is.
        size: Bytes; None when it cannot be read.
        published: Whether it is the published file, byte for byte.
        problem: Why it cannot be used; empty when it can.
    """

    path: Path
    size: int | None
    published: bool
    problem: str = ""


@dataclass(frozen=True)
class SurveyedPlace:
    """A place and the files that it holds."""

    place: Place
    files: list[FoundFile]


@dataclass(frozen=True)
class UsedData:
    """What a command would read for one split.

    Attributes:
        split: "train" or "test".
        place: Where it would look.
        dataset: What it would find; None when there is a problem.
        problem: What it would say then.
    """

    split: str
    place: Place
    dataset: Dataset | None
    problem: str = ""


def survey(data_dir: Path | None = None) -> list[SurveyedPlace]:
    """Look into every place, in the order in which they are asked, and check every file.

    >>> [surveyed.place.name for surveyed in survey()]
    ['data directory', 'CONVCLI_DATA_DIR', 'cache', 'sample digits']
    """
    return [
        SurveyedPlace(
            place,
            [_examined(place, file, path) for file in FILES if (path := place.find(file))],
        )
        for place in places(data_dir)
    ]


def used_data(data_dir: Path | None = None) -> list[UsedData]:
    """What a command would read, for each split."""
    place = used_place(data_dir)
    return [_opened(split, place, data_dir) for split in SPLITS]


def _examined(place: Place, file: PublishedFile, path: Path) -> FoundFile:
    try:
        published = is_published(place, file, path)
        return FoundFile(path, _size(path), published)
    except FileError as error:
        problem = error.message.removeprefix(f"{path.name}: ")
        return FoundFile(path, _size(path), published=False, problem=problem)


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _opened(split: str, place: Place, data_dir: Path | None) -> UsedData:
    try:
        return UsedData(split, place, open_dataset(split, data_dir))
    except FileError as error:
        return UsedData(split, place, None, str(error))
