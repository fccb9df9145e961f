"""Where MNIST is found, what is refused there, and that one image costs one image."""

import gzip
import hashlib
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from convcli.errors import FileError, UsageError
from convcli.storage.mnist import locations
from convcli.storage.mnist.dataset import open_dataset
from convcli.storage.mnist.registry import FILES

IdxBytes = Callable[[NDArray[np.uint8]], bytes]

TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS = (file.name for file in FILES)
# As torchvision lists them, for its own mirror: another sum of the same bytes.
MD5 = {
    "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
    "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
    "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
    "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
}


def contents(directory: Path, name: str, offset: int) -> NDArray[np.uint8]:
    return np.frombuffer(gzip.decompress((directory / name).read_bytes()), np.uint8, offset=offset)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    directory = locations.cache_directory()
    assert directory.is_relative_to(tmp_path)
    directory.mkdir(parents=True)
    return directory


def test_the_published_sums(mnist_directory: Path) -> None:
    assert {file.name for file in FILES} == set(MD5)
    for file in FILES:
        content = (mnist_directory / file.name).read_bytes()
        assert hashlib.md5(content, usedforsecurity=False).hexdigest() == MD5[file.name]
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file.size, file.sha256)
        assert file.is_at(mnist_directory / file.name)


def test_real_mnist(mnist_directory: Path) -> None:
    train = open_dataset("train", mnist_directory)
    assert (train.name, train.is_sample, train.split) == ("MNIST", False, "train")
    assert len(train) == 60000
    assert train.labels()[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert np.bincount(train.labels()).tolist() == [
        5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949,
    ]  # fmt: skip
    truth = contents(mnist_directory, TRAIN_IMAGES, 16).reshape(60000, 28, 28)
    for index in (0, 5, 59999):
        np.testing.assert_array_equal(train.image(index), truth[index])
    np.testing.assert_array_equal(train.images(59000), truth[59000:])
    test = open_dataset("test", mnist_directory)
    assert (len(test), test.label(0)) == (10000, 7)
    assert test.images().mean() / 255 == pytest.approx(0.1325, abs=1e-4)


def test_one_real_image_takes_little_memory(mnist_directory: Path) -> None:
    tracemalloc.start()
    try:
        assert open_dataset("train", mnist_directory).image(5).sum() == 29601
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_small_files_of_the_same_kind(small_mnist: Path) -> None:
    train = open_dataset("train", small_mnist)
    assert (train.name, train.is_sample) == ("IDX files in small-mnist", False)
    assert (len(train), train.directory) == (12, small_mnist)
    truth = contents(small_mnist, TRAIN_IMAGES, 16).reshape(12, 28, 28)
    np.testing.assert_array_equal(train.images(), truth)
    np.testing.assert_array_equal(train.images(3, 5), truth[3:5])
    assert train.images(5, 5).shape == (0, 28, 28)
    np.testing.assert_array_equal(train.images_at([7, 3, 7]), truth[[7, 3, 7]])
    assert train.image(11).dtype == np.uint8
    np.testing.assert_array_equal(train.labels(), contents(small_mnist, TRAIN_LABELS, 8))
    assert train.label(11) == 1
    assert len(open_dataset("test", small_mnist)) == 5


@pytest.mark.parametrize(
    "spelled",
    [
        ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
        ("train-images.idx3-ubyte", "train-labels.idx1-ubyte"),
        ("train-images.idx3-ubyte.gz", "train-labels.idx1-ubyte.gz"),
    ],
)
def test_other_spellings_of_the_names(spelled: tuple[str, str], small_mnist: Path) -> None:
    truth = open_dataset("train", small_mnist).images()
    for official, name in zip((TRAIN_IMAGES, TRAIN_LABELS), spelled, strict=True):
        content = (small_mnist / official).read_bytes()
        (small_mnist / official).unlink()
        unpacked = content if name.endswith(".gz") else gzip.decompress(content)
        (small_mnist / name).write_bytes(unpacked)
    np.testing.assert_array_equal(open_dataset("train", small_mnist).images(), truth)


def test_the_order_of_the_places(
    small_mnist: Path, cache: Path, mnist_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = small_mnist.rename(small_mnist.with_name("samples"))
    monkeypatch.setattr(locations, "SAMPLE_DIRECTORY", samples)
    dataset = open_dataset("train")
    assert (dataset.name, dataset.is_sample) == ("sample digits", True)
    for file in FILES:
        (cache / file.name).symlink_to(mnist_directory / file.name)
    dataset = open_dataset("train")
    assert (dataset.name, dataset.is_sample, dataset.directory) == ("MNIST", False, cache)
    monkeypatch.setenv(locations.VARIABLE, str(samples))
    assert open_dataset("train").name == "IDX files in samples"
    assert open_dataset("train", mnist_directory).name == "MNIST"


def test_an_empty_variable_is_no_folder(small_mnist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(locations.VARIABLE, "")
    monkeypatch.setattr(locations, "SAMPLE_DIRECTORY", small_mnist)
    assert open_dataset("test").is_sample


def test_a_folder_that_was_asked_for_is_never_replaced(
    small_mnist: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locations, "SAMPLE_DIRECTORY", small_mnist)
    with pytest.raises(FileError, match=r"data directory: there is no folder .*nowhere; check"):
        open_dataset("train", tmp_path / "nowhere")
    monkeypatch.setenv(locations.VARIABLE, str(tmp_path))
    with pytest.raises(FileError, match=f"CONVCLI_DATA_DIR: there is no {TEST_IMAGES} in") as error:
        open_dataset("test")
    assert error.value.hint == "download MNIST into it, or name another folder"
    assert len(str(error.value)) < 190
    (small_mnist / TEST_LABELS).unlink()
    with pytest.raises(FileError, match=f"data directory: there is no {TEST_LABELS} in"):
        open_dataset("test", small_mnist)


def test_a_damaged_or_incomplete_cache_is_an_error(small_mnist: Path, cache: Path) -> None:
    (cache / TRAIN_IMAGES).write_bytes((small_mnist / TRAIN_IMAGES).read_bytes())
    with pytest.raises(FileError, match=rf"cache: there is no {TRAIN_LABELS} .*data download'"):
        open_dataset("train")
    with pytest.raises(FileError, match=rf"cache: there is no {TEST_IMAGES} .*data download'"):
        open_dataset("test")
    (cache / TRAIN_LABELS).write_bytes((small_mnist / TRAIN_LABELS).read_bytes())
    with pytest.raises(FileError, match=r"is damaged: its SHA-256 is wrong; .*data download'"):
        open_dataset("train")


def test_a_flipped_bit_in_the_cache_is_found_on_every_use(
    mnist_directory: Path, cache: Path
) -> None:
    for file in FILES:
        (cache / file.name).write_bytes((mnist_directory / file.name).read_bytes())
    assert open_dataset("test").label(0) == 7
    with (cache / TEST_IMAGES).open("r+b") as images:
        images.seek(4)
        images.write(b"\x01")  # The time in gzip's header, which gzip's own checksum leaves out.
    with pytest.raises(FileError, match="is damaged: its SHA-256 is wrong"):
        open_dataset("test")


@pytest.mark.parametrize(
    ("name", "items", "message"),
    [
        (TRAIN_LABELS, np.arange(11) % 10, "12 images, and train-labels-idx1-ubyte.gz 11 labels"),
        (TRAIN_LABELS, np.arange(12), "label 10 is 10, and digits are 0 to 9"),
        (TRAIN_LABELS, np.zeros((12, 1, 1)), "3 dimensions, and labels have one"),
        (TRAIN_IMAGES, np.zeros((12, 27, 28)), "items of 27x28, and images of 28x28 are needed"),
        (TRAIN_IMAGES, np.zeros(12), "items of single bytes, and images of 28x28 are needed"),
    ],
)
def test_files_that_do_not_fit(
    name: str, items: NDArray[np.uint8], message: str, small_mnist: Path, idx_bytes: IdxBytes
) -> None:
    (small_mnist / name).write_bytes(idx_bytes(items.astype(np.uint8)))
    with pytest.raises(FileError, match=message) as error:
        open_dataset("train", small_mnist)
    assert len(str(error.value)) < 190


def test_labels_without_images_are_not_read(small_mnist: Path, idx_bytes: IdxBytes) -> None:
    labels = np.full(60 * 2**20, 255, np.uint8)
    (small_mnist / TRAIN_LABELS).write_bytes(gzip.compress(idx_bytes(labels), 1))
    tracemalloc.start()
    try:
        with pytest.raises(FileError, match=r"12 images, and .* 62914560 labels"):
            open_dataset("train", small_mnist)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_no_images_at_all(small_mnist: Path, idx_bytes: IdxBytes) -> None:
    (small_mnist / TRAIN_IMAGES).write_bytes(idx_bytes(np.zeros((0, 28, 28), np.uint8)))
    (small_mnist / TRAIN_LABELS).write_bytes(idx_bytes(np.zeros(0, np.uint8)))
    with pytest.raises(FileError, match="no images in it"):
        open_dataset("train", small_mnist)


@pytest.mark.parametrize("name", [TRAIN_IMAGES, TRAIN_LABELS])
def test_damage_anywhere_in_a_file_is_found_when_it_is_opened(name: str, small_mnist: Path) -> None:
    content = (small_mnist / name).read_bytes()
    (small_mnist / name).write_bytes(content[:-8] + bytes(8))
    with pytest.raises(FileError, match=f"{name}: damaged gzip data"):
        open_dataset("train", small_mnist)


@pytest.mark.parametrize("index", [-1, 12, 10**12])
def test_an_index_out_of_range(index: int, small_mnist: Path) -> None:
    train = open_dataset("train", small_mnist)
    message = rf"no train image {index} \(IDX files in small-mnist: 0 to 11\)$"
    with pytest.raises(UsageError, match=message):
        train.image(index)
    with pytest.raises(UsageError, match=message):
        train.label(index)
    with pytest.raises(UsageError, match=r"no train image .* 0 to 11"):
        train.images(index, 10**13)


def test_an_index_out_of_the_sample_digits_tells_how_to_get_mnist(
    small_mnist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locations, "SAMPLE_DIRECTORY", small_mnist)
    with pytest.raises(
        UsageError, match=r"0 to 11\); get all of MNIST with 'convcli data download'"
    ):
        open_dataset("train").image(12)


def test_labels_cannot_be_changed_by_accident(small_mnist: Path) -> None:
    with pytest.raises(ValueError, match="read-only"):
        open_dataset("train", small_mnist).labels()[0] = 1


def test_no_such_split(small_mnist: Path) -> None:
    with pytest.raises(UsageError, match="there is no split validation; choose train or test"):
        open_dataset("validation", small_mnist)


def test_a_folder_that_is_a_file_or_a_loop(small_mnist: Path) -> None:
    with pytest.raises(FileError, match="there is no folder"):
        open_dataset("train", small_mnist / TRAIN_IMAGES)
    loop = small_mnist / "loop"
    loop.symlink_to(loop)
    with pytest.raises(FileError, match="cannot be read: Too many levels of symbolic links"):
        open_dataset("train", loop)


def test_a_package_without_its_sample_digits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locations, "SAMPLE_DIRECTORY", tmp_path)
    with pytest.raises(FileError, match=r"sample digits: there is no .*; install convcli again"):
        open_dataset("train")
