"""Winners and ties of a pooling, against PyTorch and by hand."""

import numpy as np
import pytest
import torch
from hypothesis import given

from convcli.errors import UsageError
from convcli.inspection.pooling_winners import Pooling, explain_pooled, tied_values
from convcli.inspection.provenance import Patches
from convcli.network.building import build, untrained
from convcli.network.contract import InputContract
from convcli.network.network import Network
from tests.engine.strategies import Case, cases
from tests.inspection.networks import book_network, image


def pooling(network: Network, name: str) -> Pooling:
    layer = network.layer(name)
    assert isinstance(layer, Pooling)
    return layer


def test_the_winner_is_torch_s_everywhere() -> None:
    network = untrained("maxpool3(stride=2,pad=1)", InputContract(2, 9, 8), 0)
    # Few different values, so that many windows tie.
    picture = np.random.default_rng(4).integers(0, 3, (1, 2, 9, 8)).astype(np.float64)
    stages = network.stages(picture)
    values, indices = torch.nn.functional.max_pool2d(
        torch.tensor(picture), 3, 2, 1, return_indices=True
    )
    for place in np.ndindex(*network.shapes["pool1"]):
        found = explain_pooled(network, stages, pooling(network, "pool1"), *place)
        assert found.winner is not None
        row, column = found.places[found.winner]
        assert row * 8 + column == indices[0][place].item()
        assert found.values[found.winner] == found.engine == values[0][place].item()
        assert found.tied == found.values.count(found.engine)


@given(cases(half_pad=True, ceil=True))
def test_ties_are_counted_window_by_window(case: Case) -> None:
    images = np.round(case.images / 8)
    counts = tied_values(images, case.window)
    number, channels, height, width = images.shape
    patches = Patches(case.window, 1, height, width)
    expected = []
    for n in range(number):
        for row in range(patches.output_size[0]):
            for column in range(patches.output_size[1]):
                read = [p for p in patches.reads(row, column) if not p.is_padding]
                for channel in range(channels):
                    values = [images[n, channel, p.row, p.column] for p in read]
                    expected.append(values.count(max(values)))
    assert counts.tolist() == expected


def test_a_tie_after_relu_lets_no_gradient_through() -> None:
    network = build({"W1": -np.ones((1, 1, 1, 1)), "b1": np.zeros(1)}, "conv1 relu maxpool2",
                    InputContract(1, 4, 4))  # fmt: skip
    found = explain_pooled(
        network, network.stages(np.ones((1, 1, 4, 4))), pooling(network, "pool1"), 0, 1, 0
    )
    assert (found.values, found.winner, found.tied) == ((0.0,) * 4, 0, 4)
    assert found.places[0] == (2, 0)
    assert [(at.stage, at.values) for at in found.gradients] == [
        ("relu1", (1.0, 0.0, 0.0, 0.0)),
        ("conv1", (0.0, 0.0, 0.0, 0.0)),
    ]
    assert (found.tied_windows, found.windows) == (4, 4)


def test_the_book_s_window_by_hand() -> None:
    network = book_network("chapter 7")
    stages = network.stages(image())
    found = explain_pooled(network, stages, pooling(network, "pool1"), 4, 6, 3)
    assert found.places == ((12, 6), (12, 7), (13, 6), (13, 7))
    assert list(found.values) == stages["relu1"][0, 4, 12:14, 6:8].ravel().tolist()
    assert found.engine == max(v for v in found.values if v is not None)
    assert found.winner is not None
    row, column = found.places[found.winner]
    assert found.behind.axes == ((0,), tuple(range(12, 18)), tuple(range(6, 12)))
    assert found.behind_winner.axes == (
        (0,),
        tuple(range(row, row + 5)),
        tuple(range(column, column + 5)),
    )
    assert found.windows == 30 * 12 * 12


def test_padding_never_wins_and_an_average_has_no_winner() -> None:
    network = untrained("maxpool2(pad=1) avgpool2 globalavgpool", InputContract(1, 4, 4), 0)
    stages = network.stages(-np.ones((1, 1, 4, 4)))
    corner = explain_pooled(network, stages, pooling(network, "pool1"), 0, 0, 0)
    assert corner.values == (None, None, None, -1.0)
    assert (corner.winner, corner.tied) == (3, 1)
    mean = explain_pooled(network, stages, pooling(network, "pool2"), 0, 0, 0)
    assert (mean.winner, mean.tied, mean.engine, mean.tied_windows) == (None, None, -1.0, 0)
    assert mean.gradients[0].values == (0.25,) * 4
    assert mean.behind == mean.behind_winner
    whole = explain_pooled(network, stages, pooling(network, "pool3"), 0, 0, 0)
    assert whole.engine == -1.0


def test_what_is_not_there_is_refused() -> None:
    network = book_network("chapter 7")
    with pytest.raises(UsageError, match=r"output of pool1 0,12,0 is out of range; .* to 29,11,11"):
        explain_pooled(network, network.stages(image()), pooling(network, "pool1"), 0, 12, 0)
