"""A score and its softmax, against PyTorch and by hand."""

import numpy as np
import pytest
import torch

from convcli.errors import ParameterError, UsageError
from convcli.inspection.scores import explain_score
from convcli.network.building import build, untrained
from convcli.network.contract import InputContract
from tests.inspection.networks import DESCRIBED, book_network, image


@pytest.mark.parametrize("name", DESCRIBED)
def test_the_softmax_is_that_of_torch_and_the_scores_are_the_network_s(name: str) -> None:
    network = book_network(name)
    scores = network.scores(image())
    expected = torch.softmax(torch.tensor(scores[0]), dim=0).tolist()
    for number in range(10):
        found = explain_score(network, network.stages(image()), number)
        assert [row.probability for row in found.softmax] == pytest.approx(expected, abs=1e-15)
        assert [row.score for row in found.softmax] == scores[0].tolist()
        assert found.chosen.name == str(number)
        assert found.chosen.exponential / found.exponential_sum == pytest.approx(expected[number])
        assert abs(found.ledger.difference) < 1e-9
        score = found.afterwards[-1][1] if found.afterwards else found.ledger.engine
        assert score == found.chosen.score


def test_the_book_s_dropout_halves_the_sum() -> None:
    network = book_network("chapter 8")
    found = explain_score(network, network.stages(image()), 2)
    assert found.ledger.layer == "affine2"
    assert found.afterwards == (("dropout2", found.ledger.engine * 0.5),)


def test_a_softmax_layer_is_not_part_of_the_score() -> None:
    arrays = {"W1": np.array([[1.0, 2.0], [0.0, 0.0]]), "b1": np.zeros(2)}
    network = build(arrays, "flatten fc1 logsoftmax", InputContract(1, 1, 2))
    found = explain_score(network, network.stages(np.array([[[[3.0, 1.0]]]])), 0)
    # The scores are 3 and 6, so the first is 3 below the largest.
    assert found.chosen[1:4] == (3.0, -3.0, np.exp(-3.0))
    assert found.exponential_sum == pytest.approx(1 + np.exp(-3))
    assert [term.product for term in found.ledger.terms] == [3.0, 0.0]


def test_scores_that_are_means_of_maps() -> None:
    network = untrained("conv1(3@3) globalavgpool flatten", InputContract(1, 6, 6), 0, np.float64)
    found = explain_score(network, network.stages(np.random.default_rng(1).random((1, 1, 6, 6))), 2)
    assert (found.ledger.layer, found.ledger.place, len(found.ledger.terms)) == (
        "pool1",
        (2, 0, 0),
        16,
    )
    assert found.ledger.sum == pytest.approx(found.chosen.score, abs=1e-12)


def test_what_has_no_scores_is_refused() -> None:
    network = book_network("chapter 7")
    with pytest.raises(UsageError, match="score 10 is out of range; they run from 0 to 9"):
        explain_score(network, network.stages(image()), 10)
    maps = untrained("conv1(3@3)", InputContract(), 0)
    with pytest.raises(ParameterError, match="scores are one row"):
        explain_score(maps, maps.stages(np.ones((1, 1, 28, 28))), 0)
    pooled = untrained("maxpool28 flatten", InputContract(2, 28, 28), 0)
    with pytest.raises(ParameterError, match=r"no layer of .* adds this number up"):
        explain_score(pooled, pooled.stages(np.ones((1, 2, 28, 28))), 0)
