"""MNIST and files like it: images and labels, read only as far as they are needed.

Training images and test images are looked for in the folder that is given, then in
``CONVCLI_DATA_DIR``, then in the user's cache, and last among the sample digits that come with the
program.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from convcli.errors import FileError, UsageError
from convcli.storage.mnist.idx import IdxFile
from convcli.storage.mnist.locations import Place, used_place
from convcli.storage.mnist.registry import IMAGES, LABELS, SPLITS, PublishedFile
from convcli.text import file_name, printable

if TYPE_CHECKING:
    from numpy.typing import NDArray

IMAGE_SHAPE = (28, 28)
CLASSES = 10


@dataclass(frozen=True, eq=False)
class Dataset:
    """The images and labels of one split; open one with :func:`open_dataset`.

    Attributes:
        name: "MNIST" when both files are the published ones, "sample digits", or the folder's name.
        is_sample: Whether these are the sample digits that come with the program.
        directory: The folder they are read from.
        split: "train" or "test".
    """

    name: str
    is_sample: bool
    directory: Path
    split: str
    images_file: IdxFile = field(repr=False)
    all_labels: "NDArray[np.uint8]" = field(repr=False)

    def __len__(self) -> int:
        return len(self.all_labels)

    def image(self, index: int) -> "NDArray[np.uint8]":
        """One image; those behind it in the file are not read.

        Returns:
            uint8, shape (28, 28): 0 is paper, 255 is ink.

        Raises:
            UsageError: There is no such image.
            FileError: The file has become unreadable since it was opened.
        """
        image: NDArray[np.uint8] = self.images_at([index])[0]
        return image

    def label(self, index: int) -> int:
        """The digit that one image shows, 0 to 9.

        Raises:
            UsageError: There is no such image.
        """
        self._require(index)
        return int(self.all_labels[index])

    def images(self, start: int = 0, stop: int | None = None) -> "NDArray[np.uint8]":
        """The images from ``start`` up to but not including ``stop``, at most all of them.

        Returns:
            uint8, shape (N, 28, 28).

        Raises:
            UsageError: There are no such images.
            FileError: The file has become unreadable since it was opened.
        """
        stop = len(self) if stop is None else stop
        if start < stop:
            self._require(start)
            self._require(stop - 1)
        return self.images_file.items(range(start, stop))

    def images_at(self, indices: Sequence[int]) -> "NDArray[np.uint8]":
        """Images from anywhere; the file is read once, up to the last of them.

        Args:
            indices: Their numbers, in any order.

        Returns:
            uint8, shape (N, 28, 28), in the order of the indices.

        Raises:
            UsageError: There is no such image.
            FileError: The file has become unreadable since it was opened.
        """
        for index in indices:
            self._require(index)
        return self.images_file.items(indices)

    def labels(self) -> "NDArray[np.uint8]":
        """The digits that all images show.

        Returns:
            uint8, shape (N,), read-only.
        """
        return self.all_labels

    def _require(self, index: int) -> None:
        if not 0 <= index < len(self):
            raise UsageError(
                f"there is no {self.split} image {index} ({self.name}: 0 to {len(self) - 1})",
                "get all of MNIST with 'convcli data download'" if self.is_sample else "",
            )


def open_dataset(split: str, data_dir: Path | None = None) -> Dataset:
    """Find the images and labels of one split and make sure that they are whole.

    A published file is known by its SHA-256, which covers every byte of it. Any other file is read
    once to its end, in fixed memory. Either way, later reads stop at the last item they need.

    Args:
        split: "train" or "test".
        data_dir: The folder to read, which is then the only one that is looked at.

    Raises:
        UsageError: There is no such split.
        FileError: The folder that was asked for has no such files, or a file is damaged, or the
            files do not hold as many labels from 0 to 9 as images of 28x28.

    >>> import os, tempfile
    >>> from unittest import mock
    >>> with mock.patch.dict(os.environ, {"CONVCLI_DATA_DIR": tempfile.mkdtemp()}):
    ...     open_dataset("train")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    convcli.errors.FileError: CONVCLI_DATA_DIR: there is no train-images-idx3-ubyte.gz in ...
    """
    if split not in SPLITS:
        raise UsageError(f"there is no split {printable(split)}", "choose train or test")
    place = used_place(data_dir)
    paths = [(file, place.path(file)) for file in (IMAGES[split], LABELS[split])]
    images, labels = (whole_file(place, file, path) for file, path in paths)
    return dataset_of(split, place, images, labels)


@dataclass(frozen=True)
class WholeFile:
    """An IDX file that has been found whole.

    Attributes:
        content: The file, still open.
        is_published: Whether it is the published file, byte for byte.
    """

    content: IdxFile
    is_published: bool


def whole_file(place: Place, file: PublishedFile, path: Path) -> WholeFile:
    """Open a file of MNIST's and make sure that it is whole.

    Raises:
        FileError: It is no whole IDX file, or the place has no room for other files than the
            published ones.
    """
    content = IdxFile(path)
    is_published = content.is_published_as(file)
    if not is_published:
        if place.is_cache:
            raise FileError(
                f"{file.name} in the cache is damaged: its SHA-256 is wrong", place.remedy
            )
        content.check()
    return WholeFile(content, is_published)


def dataset_of(split: str, place: Place, images: WholeFile, labels: WholeFile) -> Dataset:
    """The images and labels of two files, if they belong together.

    Raises:
        FileError: They do not hold as many labels from 0 to 9 as images of 28x28.
    """
    # The numbers of both first: a label has no picture otherwise, and need not be read.
    _check_shapes(images.content, labels.content)
    directory = images.content.path.parent
    return Dataset(
        name=_name(place, directory, images.is_published and labels.is_published),
        is_sample=place.is_sample,
        directory=directory,
        split=split,
        images_file=images.content,
        all_labels=_read_labels(labels.content),
    )


def _check_shapes(images: IdxFile, labels: IdxFile) -> None:
    images_name, labels_name = file_name(images.path), file_name(labels.path)
    label_shape = labels.header().shape
    if len(label_shape) != 1:
        raise FileError(
            f"{labels_name}: {len(label_shape)} dimensions, and labels have one",
            "are images and labels mixed up?",
        )
    count, *image_shape = images.header().shape
    if tuple(image_shape) != IMAGE_SHAPE:
        size = "x".join(map(str, image_shape)) or "single bytes"
        raise FileError(
            f"{images_name}: items of {size}, and images of 28x28 are needed",
            "convert them to 28x28",
        )
    if count != label_shape[0]:
        raise FileError(
            f"{images_name} has {count} images, and {labels_name} {label_shape[0]} labels",
            "the two belong to different sets",
        )
    if not count:
        raise FileError(f"{images_name}: no images in it", "point to another folder")


def _read_labels(file: IdxFile) -> "NDArray[np.uint8]":
    labels = file.all_items()
    wrong = np.flatnonzero(labels >= CLASSES)
    if len(wrong):
        raise FileError(
            f"{file_name(file.path)}: label {wrong[0]} is {labels[wrong[0]]}, "
            "and digits are 0 to 9",
            "get the file again, or point to another one",
        )
    labels.flags.writeable = False
    return labels


def _name(place: Place, directory: Path, published: bool) -> str:
    if place.is_sample:
        return place.name
    return "MNIST" if published else f"IDX files in {printable(directory.resolve().name, 40)}"
