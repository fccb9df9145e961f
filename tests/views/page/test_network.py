"""The network in the page's script against the engine, stage by stage."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from playwright.sync_api import Page

from convcli.cli.inputs import open_network
from convcli.network.building import untrained
from convcli.network.contract import InputContract
from convcli.network.known import CHAPTER_7_SIZED
from convcli.network.network import Network
from tests.inspection.networks import CHAPTER_3, CHAPTER_8
from tests.network.pieces import KINDS
from tests.network.twins import Twin, networks, single_layers
from tests.views.page.browser import OpenPage
from tests.views.page.computing import assert_close, computed_stages, script, write_empty_page

DESCRIBED = {
    "chapter 3": CHAPTER_3,
    "chapter 7": CHAPTER_7_SIZED,
    "chapter 8": CHAPTER_8,
    "LeNet-5": (
        "conv1(6@5,pad=2) relu maxpool2 conv2(16@5) relu maxpool2 "
        "flatten fc1(120) relu fc2(84) relu fc3(10)"
    ),
    "PyTorch's example": (
        "conv1(32@3) relu conv2(64@3) relu maxpool2 dropout(0.25) "
        "flatten fc1(128) relu dropout(0.5) fc2(10) logsoftmax"
    ),
    "odd windows": (
        "conv1(4@3x2,stride=2/1,pad=1/0/2/1) bn1 leakyrelu(0.1) "
        "maxpool3x2(stride=2/3,pad=1/1,ceil) conv2(5@2x3,pad=0/1) tanh "
        "avgpool3x3(stride=2,pad=1,exclude_pad) flatten(channels_last) fc1(7) softmax"
    ),
    "a mean at the end": "conv1(8@3) sigmoid avgpool2 conv2(10@3) globalavgpool flatten",
}
BOOK = ("sample-weight.pkl", "params-2016.pkl", "deep-convnet-params-2016.pkl")

few = settings(
    deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def empty_page(open_page: OpenPage, tmp_path: Path) -> Page:
    return open_page(write_empty_page(tmp_path / "empty.html"))


def check(page: Page, network: Network, seed: int = 2) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (1, 28, 28), np.uint8)
    stages = network.stages(network.contract.values(pixels))
    assert_close(computed_stages(page, network, stages), stages)


def check_twin(page: Page, twin: Twin) -> None:
    network = twin.network()
    # The page has its input as float32.
    stages = network.stages(twin.images(1).astype(np.float32))
    assert_close(computed_stages(page, network, stages), stages)


@pytest.mark.parametrize("name", DESCRIBED)
def test_known_networks_with_random_parameters(empty_page: Page, name: str) -> None:
    network = untrained(DESCRIBED[name], InputContract(), 1, np.float32)
    random = np.random.default_rng(1)
    for array in network.parameters.values():
        array[...] = random.normal(size=array.shape) / np.sqrt(max(1, array[0].size))
        # A variance is not negative, and no other array of one axis needs a sign.
        array[...] = abs(array) if array.ndim == 1 else array
    check(empty_page, network)


@pytest.mark.parametrize("name", BOOK)
def test_the_book_s_networks(empty_page: Page, book_directory: Path, name: str) -> None:
    check(empty_page, open_network(book_directory / name).network)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_layer(empty_page: Page, kind: str) -> None:
    @few
    @given(twin=single_layers(kind))
    def check_kind(twin: Twin) -> None:
        check_twin(empty_page, twin)

    check_kind()


@few
@given(twin=networks(gentle=True))
def test_chains_of_layers(empty_page: Page, twin: Twin) -> None:
    check_twin(empty_page, twin)


@pytest.mark.parametrize(
    ("layers", "computable"), [("C A", 2), ("C a A", 1), ("c A", 0), ("A R a", 2), ("", 0)]
)
def test_the_first_weights_that_are_not_in_the_page_end_what_is_computed(
    empty_page: Page, layers: str, computable: int
) -> None:
    """Small letters stand for layers whose weights were left out."""
    kinds = {"C": "convolution", "A": "affine", "R": "ReLU"}
    given = [
        {"kind": kinds[letter.upper()], "arrays": {"weights": {}} if letter in "CA" else {}}
        for letter in layers.split()
    ]
    run = "([network, layers]) => new Function(`${network};return Network`)().computable(layers)"
    assert len(empty_page.evaluate(run, [script("network"), given])) == computable
