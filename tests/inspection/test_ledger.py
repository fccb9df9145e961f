"""The terms of a number: by hand, against PyTorch, and against the engine's own number."""

from itertools import product

import numpy as np
import pytest
import torch

from convcli.errors import ParameterError, UsageError
from convcli.inspection.ledger import Ledger, ledger_of
from convcli.inspection.trace import finite_stages
from convcli.network.building import build, untrained
from convcli.network.contract import InputContract
from convcli.network.layers import Affine, Convolution
from convcli.network.network import INPUT, Network
from tests.inspection.networks import DESCRIBED, book_network, image

TINY = InputContract(1, 3, 3)


def tiny() -> Network:
    arrays = {"W1": np.array([[[[1.0, -2.0], [0.0, 4.0]]]]), "b1": np.array([0.5])}
    return build(arrays, "conv1", TINY)


def ledger(network: Network, layer: str, *place: int, picture: np.ndarray) -> Ledger:
    return ledger_of(network, network.stages(picture), network.layer(layer), place)


def test_a_convolution_by_hand() -> None:
    pixels = np.array([[[255, 0, 51], [0, 102, 0], [0, 0, 0]]], np.uint8)
    found = ledger(tiny(), "conv1", 0, 0, 0, picture=TINY.values(pixels).astype(np.float64))
    assert [term[:5] for term in found.terms] == [
        (0, (0, 0), False, (0, 0, 0), 255),
        (1, (0, 1), False, (0, 0, 1), 0),
        (2, (1, 0), False, (0, 1, 0), 0),
        (3, (1, 1), False, (0, 1, 1), 102),
    ]
    # 1 * 1 + 0 * -2 + 0 * 0 + 0.4 * 4 + 0.5
    assert [term.product for term in found.terms] == pytest.approx([1, 0, 0, 1.6], abs=1e-6)
    assert [term.running_sum for term in found.terms] == pytest.approx([1, 1, 1, 2.6], abs=1e-6)
    assert (found.bias, found.zeros, found.source) == (0.5, 2, INPUT)
    assert found.sum == pytest.approx(3.1, abs=1e-6)
    assert found.engine == pytest.approx(found.sum, abs=1e-12)
    assert found.difference == found.engine - found.sum


def test_the_largest_comes_first_and_the_running_sums_follow() -> None:
    picture = np.arange(1.0, 10.0).reshape(1, 1, 3, 3)
    found = ledger(tiny(), "conv1", 0, 1, 1, picture=picture).largest_first()
    # 5 * 1, 6 * -2, 8 * 0, 9 * 4: by magnitude.
    assert [(term.k, term.product, term.running_sum) for term in found.terms] == [
        (3, 36.0, 36.0),
        (1, -12.0, 24.0),
        (0, 5.0, 29.0),
        (2, 0.0, 29.0),
    ]
    assert found.sum == 29.5 == found.engine


def test_padding_is_a_term_of_zero_without_a_byte() -> None:
    network = untrained("conv1(1@3,pad=1)", InputContract(1, 3, 3), 0, np.float64)
    found = ledger(network, "conv1", 0, 0, 2, picture=np.ones((1, 1, 3, 3)))
    outside = {term.pixel for term in found.terms if term.padding}
    assert outside == {(-1, 1), (-1, 2), (-1, 3), (0, 3), (1, 3)}
    assert all(
        (term.value, term.product, term.byte) == (0, 0, None)
        for term in found.terms
        if term.padding
    )
    assert all(term.byte == 255 for term in found.terms if not term.padding)


@pytest.mark.parametrize("name", DESCRIBED)
def test_the_terms_add_up_to_the_engine_s_number(name: str) -> None:
    network = book_network(name)
    stages = finite_stages(network, image())
    random = np.random.default_rng(3)
    layers = [layer for layer in network.layers if isinstance(layer, Convolution | Affine)]
    assert layers
    for layer in layers:
        place = tuple(int(random.integers(size)) for size in network.shapes[layer.name])
        found = ledger_of(network, stages, layer, place)
        assert found.engine == stages[layer.name][(0, *place)] != 0
        assert abs(found.difference) < 1e-9
        assert abs(found.largest_first().difference) < 1e-9
        total = sum(term.value * term.weight for term in found.terms) + found.bias
        assert total == pytest.approx(found.engine, abs=1e-9)
        assert len(found.terms) == network.parameters[layer.weight].size // (
            layer.filters if isinstance(layer, Convolution) else layer.outputs
        )


def test_strided_padded_channels_against_torch() -> None:
    network = untrained(
        "conv1(4@3x2,stride=2/1,pad=1/2/0/1)", InputContract(3, 9, 8), 7, np.float64
    )
    random = np.random.default_rng(8)
    picture = random.normal(size=(1, 3, 9, 8))
    for array in network.parameters.values():
        array[...] = random.normal(size=array.shape)
    padded = torch.nn.functional.pad(torch.tensor(picture), (0, 1, 1, 2))
    expected = torch.nn.functional.conv2d(
        padded, torch.tensor(network.parameters["W1"]), torch.tensor(network.parameters["b1"]),
        stride=(2, 1),
    )[0]  # fmt: skip
    assert tuple(expected.shape) == network.shapes["conv1"]
    for place in product(*map(range, expected.shape)):
        assert ledger(network, "conv1", *place, picture=picture).sum == pytest.approx(
            expected[place].item(), abs=1e-12
        )


def test_a_unit_behind_a_flattening_names_the_place_in_the_maps() -> None:
    network = book_network("chapter 7")
    found = ledger(network, "affine1", 17, picture=image())
    term = found.terms[145]
    # 145 = 1 * 144 + 0 * 12 + 1.
    assert (found.source, term.pixel, term.weight_index, term.byte) == (
        "pool1",
        (1, 0, 1),
        (145, 17),
        None,
    )
    deeper = ledger(network, "affine2", 2, picture=image())
    assert (deeper.source, deeper.terms[99].pixel) == ("relu2", (99,))


def test_a_unit_of_chapter_3_sees_the_bytes() -> None:
    picture = image()
    found = ledger(book_network("chapter 3"), "affine1", 4, picture=picture)
    term = found.terms[14 * 28 + 9]
    assert (found.source, term.pixel) == (INPUT, (0, 14, 9))
    assert term.byte == round(picture[0, 0, 14, 9] * 255)


def test_channels_last_are_named_where_they_are() -> None:
    network = untrained("maxpool14 flatten(channels_last) fc1(2)", InputContract(2, 28, 28), 0)
    picture = np.random.default_rng(0).random((1, 2, 28, 28)).astype(np.float32)
    stages = network.stages(picture)
    for term in ledger(network, "affine1", 1, picture=picture).terms:
        assert term.value == stages["pool1"][0][term.pixel]


def test_a_mean_is_a_sum_of_equal_weights() -> None:
    network = untrained("globalavgpool flatten", InputContract(1, 2, 2), 0)
    found = ledger(network, "pool1", 0, 0, 0, picture=np.array([[[[1.0, 2.0], [3.0, 6.0]]]]))
    assert [term.product for term in found.terms] == [0.25, 0.5, 0.75, 1.5]
    assert found.sum == found.engine == 3


def test_float32_is_added_up_exactly_and_the_difference_is_the_engine_s_rounding() -> None:
    network = book_network("chapter 7")
    for name, array in network.parameters.items():
        network.parameters[name] = array.astype(np.float32)
    picture = image().astype(np.float32)
    found = ledger(network, "conv1", 3, 12, 7, picture=picture)
    patch = picture[0, 0, 12:17, 7:12].astype(np.float64)
    weights = network.parameters["W1"][3, 0].astype(np.float64)
    assert found.dtype == "float32"
    assert found.sum == pytest.approx(
        (patch * weights).sum() + network.parameters["b1"][3], abs=1e-15
    )
    assert 0 < abs(found.difference) < 1e-6


@pytest.mark.parametrize(
    ("layer", "place", "message"),
    [
        ("conv1", (0, 24, 0), "output of conv1 0,24,0 is out of range; .* to 29,23,23"),
        ("conv1", (30, 0, 0), "output of conv1 30,0,0 is out of range"),
        ("affine1", (100,), "unit of affine1 100 is out of range; they run from 0 to 99"),
        ("affine1", (1, 2), "a place of affine1 is 1 numbers"),
        ("relu1", (0, 0, 0), r"relu1 \(ReLU\) adds no products up"),
    ],
)
def test_what_is_not_there_is_refused(layer: str, place: tuple[int, ...], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        ledger(book_network("chapter 7"), layer, *place, picture=image())


def test_numbers_that_are_not_finite_are_refused() -> None:
    network = book_network("chapter 7")
    network.parameters["W1"][...] = 1e308
    with pytest.raises(ParameterError, match="conv1 is not finite"):
        finite_stages(network, image())
    network.parameters["W1"][...] = 0
    network.parameters["W1"][0, 0, 0, :4] = [1.7e308, 1.7e308, -1.7e308, -1.7e308]
    with pytest.raises(ParameterError, match="the terms of conv1 add up to no finite number"):
        ledger_of(network, {INPUT: np.ones((1, 1, 28, 28)), "conv1": np.zeros((1, 30, 24, 24))},
                  network.layer("conv1"), (0, 0, 0))  # fmt: skip
