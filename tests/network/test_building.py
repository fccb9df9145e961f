"""From arrays and words to a network and back; what does not fit is said in one line."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

from convcli.errors import ConvcliError, ParameterError, UsageError
from convcli.network.building import MOST_FILTERS, build, layers_of, untrained
from convcli.network.contract import InputContract
from tests.network.twins import Twin, networks

Array = NDArray[Any]


def _shaped(**shapes: tuple[int, ...]) -> dict[str, Array]:
    """Arrays of these shapes; ``__`` in a name stands for a dot."""
    random = np.random.default_rng(0)
    return {name.replace("__", "."): random.normal(size=shape) for name, shape in shapes.items()}


def _line(error: ConvcliError) -> str:
    line = str(error)
    assert line.isprintable()
    assert len(line) < 250
    return line


# --- the round trip


@settings(deadline=None, max_examples=150)
@given(twin=networks(dtypes=("float64", "float32")))
def test_a_network_is_built_again_from_its_text_and_its_arrays(twin: Twin) -> None:
    network, images = twin.network(), twin.images(2)
    again = build(network.arrays, network.specification, network.contract)
    assert again.layers == network.layers
    assert again.specification == network.specification
    assert set(again.parameters) == set(network.parameters)
    for name, array in network.parameters.items():
        assert np.shares_memory(again.parameters[name], array)
    np.testing.assert_array_equal(again.scores(images), network.scores(images))
    # A file has its arrays as they came.
    for name, array in twin.arrays().items():
        np.testing.assert_array_equal(again.arrays[name], array)
    assert InputContract.from_json(network.contract.json) == network.contract


@pytest.mark.parametrize(
    "text",
    [
        "conv1(2@3x3,stride=2/1,pad=0/1/0/2) maxpool3x2(stride=2,pad=1,ceil) flatten affine1(4)",
        "conv1(2@1x4) avgpool2(exclude_pad) globalavgpool flatten(channels_last) affine1(3)",
        "flatten affine1(3) leakyrelu(0.25) dropout(0.5,book) affine2(2) logsoftmax",
        "conv1(2@3x3) batchnorm1(eps=0.001,momentum=0.125) tanh flatten affine1(5) sigmoid",
    ],
)
def test_a_description_with_every_size_comes_back_as_it_was(text: str) -> None:
    network = untrained(text, InputContract(2, 9, 9), 0)
    described = network.specification
    if "eps" not in text:
        assert described == text
    assert untrained(described, InputContract(2, 9, 9), 0).layers == network.layers
    assert build(network.arrays, described, network.contract).layers == network.layers


def test_numbers_come_back_to_the_last_bit() -> None:
    text = (
        "flatten bn1(eps=1.2345678901234567e-05,momentum=0.30000000000000004) "
        "leakyrelu(0.07123456789012345) dropout(0.1234567890123456) fc1(2)"
    )
    network = untrained(text, InputContract(1, 2, 2), 0)
    again = build(network.arrays, network.specification, network.contract)
    assert again.layers == network.layers
    assert again.layer("relu1").slope == 0.07123456789012345  # type: ignore[attr-defined]


# --- what an array is called


@pytest.mark.parametrize(
    ("text", "arrays"),
    [
        ("flatten fc1", _shaped(W1=(4, 3), b1=(3,))),
        ("flatten affine1", _shaped(affine1__weight=(3, 4), affine1__bias=(3,))),
        ("flatten fc1", _shaped(fc1__weight=(3, 4))),
        ("flatten linear1", _shaped(linear1__weight=(3, 4), linear1__bias=(3,))),
        ("flatten fc(from=head)", _shaped(head__weight=(3, 4), head__bias=(3,))),
        ("flatten fc1(weight=head.weight)", _shaped(head__weight=(3, 4), head__bias=(3,))),
        ("flatten fc1(weight=W7)", _shaped(W7=(4, 3), b7=(3,))),
        ("flatten fc1(weight=W7)", _shaped(W7=(4, 3))),
        ("flatten fc1(weight=a,bias=b)", _shaped(a=(4, 3), b=(3,))),
        ("flatten fc1(weight=a,out_in)", _shaped(a=(3, 4))),
        ("flatten fc1(in_out)", _shaped(fc1__weight=(4, 3), fc1__bias=(3,))),
        ("flatten fc1(3)", _shaped(W1=(4, 3), b1=(3,))),
        ("conv1 flatten bn1 fc1", _shaped(
            W1=(3, 1, 2, 2), b1=(3,), gamma2=(3,), beta2=(3,), mean2=(3,), variance2=(3,),
            W3=(3, 3), b3=(3,))),
        ("flatten bn1 fc1", _shaped(
            bn1__weight=(4,), bn1__bias=(4,), bn1__running_mean=(4,), bn1__running_var=(4,),
            bn1__num_batches_tracked=(), fc1__weight=(3, 4), fc1__bias=(3,))),
    ],
)  # fmt: skip
def test_arrays_are_found_by_the_names_that_the_words_give(
    text: str, arrays: dict[str, Array]
) -> None:
    network = build(arrays, text, InputContract(1, 2, 2))
    assert network.classes == 3
    counters = {name for name in arrays if name.endswith("num_batches_tracked")}
    assert set(network.parameters) == set(arrays) - counters
    again = build(network.arrays, network.specification, network.contract)
    assert again.layers == network.layers


def test_without_a_contract_the_first_filters_say_how_many_channels() -> None:
    arrays = _shaped(W1=(2, 3, 5, 5), b1=(2,))
    assert build(arrays, "conv1").contract == InputContract(3, 28, 28)
    assert build(_shaped(W1=(784, 3), b1=(3,)), "flatten fc1").contract == InputContract()


# --- what does not fit

DESCRIPTION = "conv1 relu maxpool2 flatten fc1"
GOOD = {"W1": (2, 1, 5, 5), "b1": (2,), "W2": (288, 3), "b2": (3,)}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"b1": None}, "no array b1 for conv1 of the network as described; is it the right file"),
        ({"W2": None}, "no array W2 for affine1"),
        ({"W3": (1, 1)}, r"W3 of shape \(1, 1\) is taken by no layer of the network as described"),
        ({"b1": (3,)}, r"b1 has shape \(3,\); \(2,\) is expected for conv1 of the network as"),
        ({"W1": (2, 1, 5)}, r"W1 has shape \(2, 1, 5\); \(filters, channels, height, width\) is"),
        ({"W1": (0, 1, 5, 5)}, r"W1 has shape \(0, 1, 5, 5\); \(filters, channels"),
        ({"W1": (2, 3, 5, 5)}, None),
        ({"W2": (288,)}, r"W2 has shape \(288,\); \(inputs, outputs\) is expected for affine1"),
        ({"W2": (289, 3)}, r"W2 has shape \(289, 3\); \(288, 3\) is expected for affine1 of the"),
        ({"W2": (3, 288)}, r"W2 has shape \(3, 288\); \(288, 288\) is expected for affine1"),
        ({"b2": (3, 1)}, r"b2 has shape \(3, 1\); \(3,\) is expected for affine1"),
        ({"W1": (MOST_FILTERS + 1, 1, 1, 1)}, "W1 has 4,097 filters; 4,096 are the most"),
        ({"W1": (2, 1, 29, 5)}, "conv1: a window of 29 rows does not fit 28 rows"),
    ],
)
def test_an_array_that_does_not_fit_is_said_with_its_layer(
    changes: dict[str, tuple[int, ...] | None], message: str | None
) -> None:
    shapes = {name: shape for name, shape in {**GOOD, **changes}.items() if shape is not None}
    if message is None:
        # Three channels are no error: the first filters say what the input is.
        assert build(_shaped(**shapes), DESCRIPTION).contract.channels == 3
        message = r"W1 has shape \(2, 3, 5, 5\); \(2, 1, 5, 5\) is expected for conv1"
    with pytest.raises(ParameterError, match=message) as refused:
        build(_shaped(**shapes), DESCRIPTION, InputContract())
    _line(refused.value)


def test_turned_weights_are_told_as_the_file_has_them() -> None:
    arrays = _shaped(fc1__weight=(3, 5), fc1__bias=(3,))
    said = r"fc1.weight has shape \(3, 5\); \(3, 4\) is expected for affine1"
    with pytest.raises(ParameterError, match=said):
        build(arrays, "flatten fc1", InputContract(1, 2, 2))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "flatten fc1(weight=W,bias=b) relu fc2(weight=W,bias=c)",
            "affine2 takes W, which another",
        ),
        (
            "flatten fc1(weight=W,bias=b) relu fc2(weight=V,bias=b)",
            "affine2 takes b, which another",
        ),
        ("flatten fc1(weight=b,bias=b)", "affine1 takes b twice"),
        ("flatten bn1(scale=b,shift=c,mean=b,variance=c)", "batchnorm1 takes b twice"),
    ],
)
def test_no_array_is_taken_twice(text: str, message: str) -> None:
    arrays = _shaped(W=(4, 4), V=(4, 4), b=(4,), c=(4,))
    with pytest.raises(ParameterError, match=message) as refused:
        build(arrays, text, InputContract(1, 2, 2))
    _line(refused.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fc1", r"affine1 takes one row of numbers and is given \(1, 2, 2\); put a flatten before"),
        ("flatten conv1(weight=K,bias=b)", r"conv1 takes feature maps .* is given \(4,\)"),
        ("flatten maxpool2 fc1", r"pool1 takes feature maps .*put it before the layers that flat"),
        ("globalavgpool globalavgpool flatten fc1", r"W1 has shape .*\(1, 4\) is expected"),
        ("maxpool3 flatten fc1", "pool1: a window of 3 rows does not fit 2 rows"),
        ("maxpool2(pad=2) flatten fc1", "pool1: .*more than half"),
        ("flatten fc1(9)", r"W1 has shape \(4, 4\); the size of 'fc1\(9\)' is expected"),
        ("conv1(2@3x3,weight=K,bias=b)", r"K has shape .*the size of 'conv1\(2@3x3"),
    ],
)
def test_layers_that_do_not_fit_each_other_are_said(text: str, message: str) -> None:
    arrays = _shaped(W1=(4, 4), b1=(4,), K=(4, 1, 2, 2), b=(4,))
    with pytest.raises(ParameterError, match=message) as refused:
        build(arrays, text, InputContract(1, 2, 2))
    _line(refused.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("flatten fc1", r"'fc1' has no size; write fc1\(100\)"),
        ("conv1 relu", r"'conv1' has no size; write conv1\(30@5x5\)"),
        ("fc1(10)", "affine1 takes one row of numbers"),
        ("flatten relu maxpool2", "pool1 takes feature maps"),
        ("conv1(2@9x9)", "conv1: a window of 9 rows does not fit 8 rows"),
        ("maxpool2(pad=2)", "more than half"),
        ("conv1(pad=1/2/3) flatten", "write pad=1"),
        ("flatten fc1(weight=W1,bias=W1,3)", "affine1 takes W1 twice"),
        ("flatten fc1(3) relu fc2(2,weight=W1)", "affine2 takes W1, which another layer has taken"),
        ("flatten dropout(1) fc1(2)", r"write dropout\(0.5\)"),
        ("flatten bn1(momentum=1.5) fc1(2)", "write momentum="),
        ("flatten fc1(99999) relu fc2(99999)", "affine2 brings the network to 10,006,"),
        ("conv1(9@1x1,pad=999) relu", "conv1 makes 36,216,324 numbers of an image; 16,777,216 are"),
        ("conv1(99999@1x1)", "conv1 has 99,999 filters; 4,096 are the most"),
    ],
)
def test_a_network_that_cannot_be_made_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as refused:
        layers_of(text, (1, 8, 8))
    _line(refused.value)
