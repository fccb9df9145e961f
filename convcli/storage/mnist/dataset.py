"""MNIST and files like it: images and labels, read only as far as they are needed.

Training images and test images are looked for in the folder that is given, then in
``CONVCLI_DATA_DIR``, then in the user's cache, and last among the sample digits that come with the
program.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from convcli.errors import FileError, UsageError
from convcli.storage.mnist import idx
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
    images_path: Path = field(repr=False)
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
        self._require(index)
        return idx.read_items(self.images_path, index, index + 1).reshape(IMAGE_SHAPE)

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
        return idx.read_items(self.images_path, start, max(start, stop))

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
    images_path, labels_path = place.path(IMAGES[split]), place.path(LABELS[split])
    published = [
        is_published(place, IMAGES[split], images_path),
        is_published(place, LABELS[split], labels_path),
    ]
    # The numbers of both first: a label has no picture otherwise, and need not be read.
    _check_shapes(images_path, labels_path)
    labels = _read_labels(labels_path)
    return Dataset(
        name=_name(place, images_path.parent, all(published)),
        is_sample=place.is_sample,
        directory=images_path.parent,
        split=split,
        images_path=images_path,
        all_labels=labels,
    )


def is_published(place: Place, file: PublishedFile, path: Path) -> bool:
    """Whether it is the published file, byte for byte.

    Raises:
        FileError: It is not, and it is no whole IDX file either, or the place has no room for
            other files than the published ones.
    """
    if file.is_at(path):
        return True
    if place.is_cache:
        raise FileError(f"{file.name} in the cache is damaged: its SHA-256 is wrong", place.remedy)
    idx.check(path)
    return False


def _check_shapes(images_path: Path, labels_path: Path) -> None:
    label_shape = idx.read_header(labels_path).shape
    if len(label_shape) != 1:
        raise FileError(
            f"{file_name(labels_path)}: {len(label_shape)} dimensions, and labels have one",
            "are images and labels mixed up?",
        )
    count, *image_shape = idx.read_header(images_path).shape
    if tuple(image_shape) != IMAGE_SHAPE:
        size = "x".join(map(str, image_shape)) or "single bytes"
        raise FileError(
            f"{file_name(images_path)}: items of {size}, and images of 28x28 are needed",
            "convert them to 28x28",
        )
    if count != label_shape[0]:
        raise FileError(
            f"{file_name(images_path)} has {count} images, and {file_name(labels_path)} "
            f"{label_shape[0]} labels",
            "the two belong to different sets",
        )
    if not count:
        raise FileError(f"{file_name(images_path)}: no images in it", "point to another folder")


def _read_labels(path: Path) -> "NDArray[np.uint8]":
    labels = idx.read_all(path)
    wrong = np.flatnonzero(labels >= CLASSES)
    if len(wrong):
        raise FileError(
            f"{file_name(path)}: label {wrong[0]} is {labels[wrong[0]]}, and digits are 0 to 9",
            "get the file again, or point to another one",
        )
    labels.flags.writeable = False
    return labels


def _name(place: Place, directory: Path, published: bool) -> str:
    if place.is_sample:
        return place.name
    return "MNIST" if published else f"IDX files in {printable(directory.resolve().name, 40)}"
