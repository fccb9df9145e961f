"""What of MNIST is found where, and what a command would read."""

from dataclasses import dataclass, field
from pathlib import Path

from convcli.errors import FileError
from convcli.storage.mnist.dataset import Dataset, WholeFile, dataset_of, whole_file
from convcli.storage.mnist.locations import Place, places, used_place
from convcli.storage.mnist.registry import FILES, IMAGES, LABELS, SPLITS, PublishedFile


@dataclass(frozen=True)
class FoundFile:
    """A file that has the name of one of MNIST's.

    Attributes:
        file: Which one.
        path: Where it is.
        size: Bytes; None when it cannot be read.
        opened: The file, found whole; or why it cannot be used.
    """

    file: PublishedFile
    path: Path
    size: int | None
    opened: WholeFile | FileError = field(repr=False)

    @property
    def published(self) -> bool:
        """Whether it is the published file, byte for byte."""
        return isinstance(self.opened, WholeFile) and self.opened.is_published

    @property
    def problem(self) -> str:
        """Why it cannot be used, without its name; empty when it can."""
        if isinstance(self.opened, WholeFile):
            return ""
        return self.opened.message.removeprefix(f"{self.path.name}: ")


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


@dataclass(frozen=True)
class Status:
    """Every place in the order in which they are asked, and what would be used for each split."""

    places: list[SurveyedPlace]
    used: list[UsedData]


def status_of(data_dir: Path | None = None) -> Status:
    """Look into every place and check every file; each is opened once.

    >>> [surveyed.place.name for surveyed in status_of().places]
    ['data directory', 'CONVCLI_DATA_DIR', 'cache', 'sample digits']
    """
    surveyed = [
        SurveyedPlace(
            place,
            [_examined(place, file, path) for file in FILES if (path := place.find(file))],
        )
        for place in places(data_dir)
    ]
    used = used_place(data_dir)
    chosen = next(one for one in surveyed if one.place == used)
    return Status(surveyed, [_used(split, chosen) for split in SPLITS])


def _examined(place: Place, file: PublishedFile, path: Path) -> FoundFile:
    try:
        opened: WholeFile | FileError = whole_file(place, file, path)
    except FileError as error:
        opened = error
    return FoundFile(file, path, _size(path), opened)


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _used(split: str, surveyed: SurveyedPlace) -> UsedData:
    place, opened = surveyed.place, {found.file: found.opened for found in surveyed.files}
    files = (IMAGES[split], LABELS[split])
    try:
        for file in files:
            if file not in opened:
                raise place.missing(file)
        images, labels = (_whole(opened[file]) for file in files)
        return UsedData(split, place, dataset_of(split, place, images, labels))
    except FileError as error:
        return UsedData(split, place, None, str(error))


def _whole(opened: WholeFile | FileError) -> WholeFile:
    if isinstance(opened, FileError):
        raise opened
    return opened
