"""``convcli data`` as a user drives it."""

import json
import threading
from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from convcli.storage.mnist import download, locations, registry
from convcli.storage.mnist.registry import PublishedFile
from tests.outcome import Convcli


@pytest.fixture
def samples(small_mnist: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small files in the place of the bundled sample digits."""
    monkeypatch.setattr(locations, "SAMPLE_DIRECTORY", small_mnist)
    return small_mnist


@pytest.fixture
def small_published(small_mnist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The small files in the place of the published ones."""
    files = tuple(
        PublishedFile(file.name, len(content), sha256(content).hexdigest())
        for file in registry.FILES
        if (content := (small_mnist / file.name).read_bytes())
    )
    for module in (registry, download):
        monkeypatch.setattr(module, "FILES", files)
    monkeypatch.setattr(download, "MIRRORS", ())


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """A server in a test says nothing."""


@pytest.fixture
def mirror(small_mnist: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """What ``python -m http.server`` serves in a folder with the files."""
    monkeypatch.setenv("NO_PROXY", "*")
    handler = partial(QuietHandler, directory=str(small_mnist))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_show_draws_a_sheet_and_lists_the_digits(convcli: Convcli, small_mnist: Path) -> None:
    outcome = convcli("data", "show", "--index", "0-11", "--data-dir", small_mnist)
    assert (outcome.code, outcome.stderr) == (0, "")
    lines = [line.split() for line in outcome.stdout.splitlines()]
    assert outcome.stdout.startswith("IDX files in small-mnist, train images 0-11\n")
    assert ["1", "2", "1,11"] in lines
    assert ["9", "1", "9"] in lines
    sheet = Path("convcli-out/data-show-train-0-11/contact-sheet.png")
    assert lines[-1] == ["wrote", str(sheet)]
    with Image.open(sheet) as picture:
        assert picture.info["Title"] == "IDX files in small-mnist, train images 0-11"


def test_show_as_json(convcli: Convcli, small_mnist: Path) -> None:
    outcome = convcli(
        "data", "show", "--index", "4,1-2", "--split", "test", "--data-dir", small_mnist,
        "--out", "sheets", "--json",
    )  # fmt: skip
    assert json.loads(outcome.stdout) == {
        "name": "IDX files in small-mnist",
        "split": "test",
        "indices": [4, 1, 2],
        "labels": [4, 1, 2],
        "digits": [
            {"digit": 1, "images": 1, "indices": [1]},
            {"digit": 2, "images": 1, "indices": [2]},
            {"digit": 4, "images": 1, "indices": [4]},
        ],
        "files": ["sheets/contact-sheet.png"],
    }
    assert Path("sheets/contact-sheet.png").is_file()


def test_show_draws_the_images_that_were_asked_for(
    convcli: Convcli, small_mnist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from convcli.storage.mnist.dataset import open_dataset
    from convcli.views.figures import contact_sheet

    drawn = []

    def keep(images: Any, *rest: Any) -> Any:
        drawn.append(images)
        return draw(images, *rest)

    draw = contact_sheet.draw
    monkeypatch.setattr(contact_sheet, "draw", keep)
    convcli("data", "show", "--index", "7,3", "--data-dir", small_mnist)
    truth = open_dataset("train", small_mnist)
    np.testing.assert_array_equal(drawn, [[truth.image(7), truth.image(3)]])


def test_show_without_figures_writes_nothing(
    convcli: Convcli, small_mnist: Path, tmp_path: Path
) -> None:
    before = sorted(tmp_path.rglob("*"))
    outcome = convcli("data", "show", "--index", "all", "--no-figures", "--data-dir", small_mnist)
    assert outcome.code == 0
    assert "wrote" not in outcome.stdout
    assert sorted(tmp_path.rglob("*")) == before


def test_show_says_that_these_are_sample_digits(convcli: Convcli, samples: Path) -> None:
    outcome = convcli("data", "show", "--index", "5", "--no-figures")
    assert outcome.stdout.startswith("sample digits, train image 5\n")
    assert "convcli data download" in outcome.stderr
    assert len(outcome.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--index", "0-12"], 2, "train image 12 is out of range; there are 0 to 11"),
        (["--index", "5-3"], 2, "train image range 5-3 runs backwards"),
        (["--index", "five"], 2, "train image list 'five' is not understood"),
        (["--split", "validation"], 2, "'validation' is not one of 'train', 'test'"),
        (["--no-figures", "--out", "x"], 2, "--no-figures and --out contradict each other"),
        (["--index", "0", "--out", "file/x"], 1, "cannot write into"),
    ],
)
def test_show_refuses(
    arguments: list[str],
    code: int,
    message: str,
    convcli: Convcli,
    small_mnist: Path,
    tmp_path: Path,
) -> None:
    (tmp_path / "file").touch()
    before = sorted(tmp_path.rglob("*"))
    outcome = convcli("data", "show", "--data-dir", small_mnist, *arguments)
    assert (outcome.code, outcome.stdout) == (code, "")
    assert message in outcome.stderr
    assert len(outcome.stderr.splitlines()) == 1
    assert len(outcome.stderr) <= 200
    assert sorted(tmp_path.rglob("*")) == before


def test_show_refuses_more_than_a_sheet_holds(convcli: Convcli, mnist_directory: Path) -> None:
    outcome = convcli("data", "show", "--data-dir", mnist_directory, "--index", "0-400")
    assert outcome.code == 2
    assert "401 images are too many for a sheet; name at most 400" in outcome.stderr


def test_an_index_beyond_the_sample_digits_tells_how_to_get_mnist(
    convcli: Convcli, samples: Path
) -> None:
    outcome = convcli("data", "show", "--index", "59999")
    assert outcome.code == 2
    error = outcome.stderr.splitlines()[-1]
    assert error.startswith("Error: train image 59999 is out of range; there are 0 to 11; ")
    assert error.endswith("'convcli data download' fetches MNIST")


def test_show_refuses_a_folder_without_the_files(convcli: Convcli, tmp_path: Path) -> None:
    outcome = convcli("data", "show", "--data-dir", tmp_path)
    assert (outcome.code, outcome.stdout) == (1, "")
    assert "there is no train-images-idx3-ubyte.gz in" in outcome.stderr
    assert len(outcome.stderr.splitlines()) == 1


def test_download_fills_the_cache_and_is_found_there(
    convcli: Convcli, mirror: str, small_mnist: Path, small_published: None
) -> None:
    outcome = convcli("data", "download", "--mirror", mirror)
    assert (outcome.code, outcome.stderr) == (0, "")
    rows = [line.split() for line in outcome.stdout.splitlines()[2:-1]]
    assert [(row[0], row[2]) for row in rows] == [
        (file.name, "127.0.0.1") for file in registry.FILES
    ]
    assert outcome.stdout.splitlines()[-1].endswith("found by every command")
    for file in registry.FILES:
        fetched = locations.cache_directory() / file.name
        assert fetched.read_bytes() == (small_mnist / file.name).read_bytes()
    again = convcli("data", "download", "--mirror", mirror)
    assert again.stdout.count("was there already") == 4


def test_download_into_a_folder(
    convcli: Convcli, mirror: str, small_published: None, tmp_path: Path
) -> None:
    outcome = convcli("data", "download", "--data-dir", "here", "--mirror", mirror)
    assert outcome.stdout.splitlines()[-1] == "MNIST is in here: name it with --data-dir"
    assert len(list((tmp_path / "here").iterdir())) == 4
    assert not locations.cache_directory().exists()


def test_download_tries_its_own_mirrors_in_order_and_says_what_went_wrong(
    convcli: Convcli, mirror: str, small_published: None
) -> None:
    (first, second) = (f"{mirror}/nowhere/", f"{mirror}/nothing")
    outcome = convcli("data", "download", "--mirror", first, "--mirror", second)
    assert (outcome.code, outcome.stdout) == (1, "")
    assert outcome.stderr == (
        "Error: no train-images-idx3-ubyte.gz from 127.0.0.1 (HTTP 404), 127.0.0.1 (HTTP 404); "
        "try again or --mirror URL\n"
    )
    outcome = convcli("data", "download", "--mirror", first, "--mirror", mirror)
    assert outcome.code == 0


def test_download_refuses_what_is_no_address(convcli: Convcli) -> None:
    outcome = convcli("data", "download", "--mirror", "file:///etc")
    assert outcome.code == 2
    assert "mirror file:///etc is no http or https address" in outcome.stderr


def test_status_of_every_place(
    convcli: Convcli, small_mnist: Path, samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = Path("named")
    named.mkdir()
    (named / "t10k-labels-idx1-ubyte.gz").write_bytes(b"<html>")
    monkeypatch.setenv("CONVCLI_DATA_DIR", "named")
    cache = locations.cache_directory()
    cache.mkdir(parents=True)
    (cache / "t10k-labels-idx1-ubyte.gz").write_bytes(
        (small_mnist / "t10k-labels-idx1-ubyte.gz").read_bytes()
    )
    outcome = convcli("data", "status", "--json")
    assert (outcome.code, outcome.stderr) == (0, "")
    result = json.loads(outcome.stdout)
    assert [(one["place"], one["directory"], len(one["files"])) for one in result["places"]] == [
        ("--data-dir", None, 0),
        ("CONVCLI_DATA_DIR", "named", 1),
        ("cache", str(cache), 1),
        ("sample digits", str(small_mnist), 4),
    ]
    by_place = {one["place"]: one["files"] for one in result["places"]}
    assert by_place["CONVCLI_DATA_DIR"] == [
        {
            "path": "named/t10k-labels-idx1-ubyte.gz",
            "bytes": 6,
            "published": False,
            "problem": "not an IDX file but a web page",
        }
    ]
    assert "SHA-256 is wrong" in by_place["cache"][0]["problem"]
    assert {file["problem"] for file in by_place["sample digits"]} == {None}
    assert result["used"]["train"]["place"] == "CONVCLI_DATA_DIR"
    assert "no train-images-idx3-ubyte.gz in named" in result["used"]["train"]["problem"]


def test_status_in_words(convcli: Convcli, samples: Path) -> None:
    outcome = convcli("data", "status")
    lines = outcome.stdout.splitlines()
    assert lines[-2:] == ["train: 12 images, sample digits", "test: 5 images, sample digits"]
    assert [line.split()[0] for line in lines[2:5]] == ["--data-dir", "CONVCLI_DATA_DIR", "cache"]
    assert sum(line.rstrip().endswith("  no") for line in lines) == 4


def test_status_of_real_mnist(convcli: Convcli, mnist_directory: Path) -> None:
    outcome = convcli("data", "status", "--data-dir", mnist_directory)
    lines = outcome.stdout.splitlines()
    assert sum(line.rstrip().endswith("  yes") for line in lines) == 4
    assert lines[-2:] == [
        "train: 60,000 images, MNIST from --data-dir",
        "test: 10,000 images, MNIST from --data-dir",
    ]


def test_status_names_what_cannot_be_used(convcli: Convcli, small_mnist: Path) -> None:
    (small_mnist / "t10k-images-idx3-ubyte.gz").unlink()
    (small_mnist / "train-labels-idx1-ubyte.gz").unlink()
    (small_mnist / "train-labels-idx1-ubyte.gz").mkdir()
    outcome = convcli("data", "status", "--data-dir", small_mnist)
    assert outcome.code == 0
    train, test = outcome.stdout.splitlines()[-2:]
    assert train.startswith("train: train-labels-idx1-ubyte.gz: cannot be read: Is a directory")
    assert test.startswith("test: data directory: there is no t10k-images-idx3-ubyte.gz in")
