"""The sample digits: drawn by our own code, made as MNIST is, and readable."""

import gzip
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import scipy.ndimage
from numpy.typing import NDArray

from convcli.storage.mnist.locations import SAMPLE_DIRECTORY
from tests.storage.parameters.book_network import read_digits
from tools.sample_digits.drawing import STEPS, draw_digit, draw_digits, smooth_path

FOLDER = SAMPLE_DIRECTORY
NAMES = [
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
]
# The tools are in the checkout, and not in what is installed.
ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "tools.sample_digits"]
Bytes = NDArray[np.uint8]


def read(prefix: str) -> tuple[Bytes, Bytes]:
    """The digits and labels of a split, read by hand."""
    images = gzip.decompress((FOLDER / f"{prefix}-images-idx3-ubyte.gz").read_bytes())
    labels = gzip.decompress((FOLDER / f"{prefix}-labels-idx1-ubyte.gz").read_bytes())
    return (
        np.frombuffer(images, np.uint8, offset=16).reshape(-1, 28, 28),
        np.frombuffer(labels, np.uint8, offset=8),
    )


@pytest.fixture(scope="module")
def train() -> tuple[Bytes, Bytes]:
    return read("train")


@pytest.fixture(scope="module")
def test() -> tuple[Bytes, Bytes]:
    return read("t10k")


class TestFiles:
    def test_are_what_the_module_draws(self, tmp_path: Path) -> None:
        command = [*COMMAND, str(tmp_path / "new")]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        assert sorted(path.name for path in (tmp_path / "new").iterdir()) == NAMES
        assert all(name in done.stdout for name in NAMES)
        for name in NAMES:
            # Another zlib may pack the same bytes in another way, so they are compared unpacked.
            drawn = gzip.decompress((tmp_path / "new" / name).read_bytes())
            assert drawn == gzip.decompress((FOLDER / name).read_bytes()), name

    def test_are_at_most_120_kilobytes(self) -> None:
        assert sorted(path.name for path in FOLDER.glob("*.gz")) == NAMES
        assert sum((FOLDER / name).stat().st_size for name in NAMES) <= 120_000

    @pytest.mark.parametrize("name", NAMES)
    def test_hold_no_time_and_no_name(self, name: str) -> None:
        header = (FOLDER / name).read_bytes()[:10]
        assert header[:8] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00"

    def test_begin_as_the_idx_format_says(self) -> None:
        images, labels = (gzip.decompress((FOLDER / name).read_bytes()) for name in NAMES[2:])
        assert images[:16].hex(" ", 4) == "00000803 000000c8 0000001c 0000001c"
        assert labels[:8].hex(" ", 4) == "00000801 000000c8"
        assert (len(images), len(labels)) == (16 + 200 * 28 * 28, 8 + 200)

    def test_a_folder_that_cannot_be_made_is_one_line(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("in the way")
        command = [*COMMAND, str(tmp_path / "file" / "x")]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("Error: cannot write into x: file is not a directory")
        assert done.stderr.count("\n") == 1


class TestLabels:
    def test_begin_as_those_of_mnist(self, train: tuple[Bytes, Bytes]) -> None:
        assert train[1][:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]

    def test_are_balanced(self, train: tuple[Bytes, Bytes], test: tuple[Bytes, Bytes]) -> None:
        assert np.bincount(train[1]).tolist() == [20] * 10
        assert np.bincount(test[1]).tolist() == [10] * 10

    def test_are_shuffled(self, test: tuple[Bytes, Bytes]) -> None:
        assert len(set(test[1][:20].tolist())) > 5


class TestDigits:
    def test_are_300_different_ones(
        self, train: tuple[Bytes, Bytes], test: tuple[Bytes, Bytes]
    ) -> None:
        digits = np.concatenate([train[0], test[0]])
        assert len({digit.tobytes() for digit in digits}) == 300

    def test_fill_the_box_and_are_centred_by_mass(self, train: tuple[Bytes, Bytes]) -> None:
        for digit in train[0]:
            rows, columns = scipy.ndimage.find_objects((digit > 0).astype(int))[0]
            assert max(rows.stop - rows.start, columns.stop - columns.start) in (19, 20)
            centre = scipy.ndimage.center_of_mass(digit.astype(float))
            assert np.abs(np.subtract(centre, 14)).max() <= 0.5 + 1e-9

    def test_have_the_ink_of_mnist(self, train: tuple[Bytes, Bytes], mnist_directory: Path) -> None:
        content = gzip.decompress((mnist_directory / "train-images-idx3-ubyte.gz").read_bytes())
        theirs = np.frombuffer(content, np.uint8, offset=16).reshape(-1, 28, 28)
        ours = train[0]
        assert ours.mean() == pytest.approx(theirs.mean(), rel=0.05)
        assert (ours > 0).mean() == pytest.approx((theirs > 0).mean(), rel=0.1)
        spread = theirs.mean(axis=(1, 2)).std()
        assert ours.mean(axis=(1, 2)).std() == pytest.approx(spread, rel=0.25)

    @pytest.mark.parametrize("parameters", ["params-2016.pkl", "params-2022.pkl"])
    def test_are_read_by_networks_trained_on_mnist(
        self,
        parameters: str,
        train: tuple[Bytes, Bytes],
        test: tuple[Bytes, Bytes],
        book_directory: Path,
    ) -> None:
        right = [
            int((read_digits(book_directory / parameters, digits) == labels).sum())
            for digits, labels in (train, test)
        ]
        assert right[0] >= 195
        assert right[1] >= 98


class TestDrawing:
    def test_the_seed_decides(self) -> None:
        labels = np.array([2, 2], dtype=np.uint8)
        once, again, other = (draw_digits(labels, seed) for seed in (4, 4, 5))
        assert (once == again).all()
        assert (once[0] != once[1]).any()
        assert (once != other).any()

    def test_a_digit_needs_none_before_it(self) -> None:
        alone = draw_digit(8, np.random.default_rng((6, 2)))
        assert (draw_digits(np.array([1, 5, 8], dtype=np.uint8), 6)[2] == alone).all()

    @pytest.mark.parametrize("label", range(10))
    def test_every_glyph_is_drawn(self, label: int) -> None:
        drawn = [draw_digit(label, np.random.default_rng(seed)) for seed in range(12)]
        assert all(digit.shape == (28, 28) and digit.max() == 255 for digit in drawn)
        assert len({digit.tobytes() for digit in drawn}) == 12


class TestSmoothPath:
    POINTS = np.array([[0.0, 0.0], [10.0, 4.0], [20.0, 30.0], [8.0, 50.0]])

    def test_runs_through_every_point(self) -> None:
        assert np.array_equal(smooth_path(self.POINTS)[::STEPS], self.POINTS)

    def test_is_smooth(self) -> None:
        steps = np.diff(smooth_path(self.POINTS), axis=0)
        turns = np.abs(np.diff(np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))))
        assert turns.max() < np.radians(35)

    def test_a_point_given_twice_is_a_corner(self) -> None:
        corner = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 0.0], [10.0, 10.0]])
        path = smooth_path(corner)
        assert path[: STEPS + 1, 1].tolist() == [0] * (STEPS + 1)
        assert path[-STEPS:, 0].tolist() == [10] * STEPS

    def test_agrees_with_the_cubic_at_half_way(self) -> None:
        # Half way between the middle two of four points they weigh -1, 9, 9 and -1 sixteenths.
        middle = np.array([-1, 9, 9, -1]) / 16 @ self.POINTS
        assert smooth_path(self.POINTS)[STEPS + STEPS // 2] == pytest.approx(middle)
