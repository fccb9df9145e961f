"""The parameters that come with the program are what their model card says they are."""

import gzip
import hashlib
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convcli.network.building import build
from convcli.network.evaluation import evaluate
from convcli.network.network import Network
from tests import chapter_7
from tools.model_card import CARD, PARAMETERS, card, read_record


@pytest.fixture(scope="module")
def record() -> dict[str, Any]:
    return read_record()


@pytest.fixture(scope="module")
def text() -> str:
    return CARD.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def network() -> Network:
    with np.load(PARAMETERS, allow_pickle=False) as arrays:
        return build(dict(arrays))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_card_is_written_from_the_record(record: dict[str, Any], text: str) -> None:
    assert text == card(record)


def test_the_file_is_the_one_the_card_names(record: dict[str, Any], text: str) -> None:
    size = PARAMETERS.stat().st_size
    assert size == record["bytes"] < 2_000_000
    assert f"SHA-256: `{_sha256(PARAMETERS)}`" in text
    assert f"{size:,} bytes" in text


def test_the_network_is_the_book_s_in_float32(network: Network) -> None:
    assert network.specification == chapter_7.described()
    assert {str(array.dtype) for array in network.parameters.values()} == {"float32"}
    assert all(np.isfinite(array).all() for array in network.parameters.values())


def test_the_data_are_the_files_the_card_names(text: str, mnist_directory: Path) -> None:
    rows = re.findall(r"^\| `(.+-ubyte\.gz)` \| `([0-9a-f]{64})` \|$", text, re.MULTILINE)
    assert len(rows) == 4
    for name, sha256 in rows:
        assert _sha256(mnist_directory / name) == sha256


def test_it_reads_as_many_test_images_as_the_card_says(
    network: Network, record: dict[str, Any], text: str, mnist_directory: Path
) -> None:
    images = gzip.decompress((mnist_directory / "t10k-images-idx3-ubyte.gz").read_bytes())
    labels = gzip.decompress((mnist_directory / "t10k-labels-idx1-ubyte.gz").read_bytes())
    outcome = evaluate(
        network,
        np.frombuffer(images, np.uint8, offset=16).reshape(-1, 28, 28),
        np.frombuffer(labels, np.uint8, offset=8),
    )
    assert outcome.total == 10_000
    assert outcome.right >= 9_890
    assert f"**{outcome.right:,} of the 10,000 MNIST test images are read right" in text
    # The last bits of a score depend on the BLAS, but no image stands on such an edge: the two
    # highest scores are 0.0006 apart or more, and double precision moves them by 0.00001.
    np.testing.assert_array_equal(outcome.confusion, record["test"]["confusion"])
