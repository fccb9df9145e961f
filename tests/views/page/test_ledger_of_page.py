"""The page says of a number what ``convcli explain`` says, row by row and digit by digit."""

from pathlib import Path

import numpy as np
import pytest

from convcli.cli.commands.explain.pooled import COLUMNS, _wins
from convcli.cli.commands.explain.scores import SOFTMAX
from convcli.cli.terms_table import terms_table
from convcli.inspection.ledger import affine_ledger, convolution_ledger
from convcli.inspection.matrix_lookup import explain_cell
from convcli.inspection.pooling_winners import explain_pooled
from convcli.inspection.scores import explain_score
from convcli.network.contract import InputContract
from convcli.network.layers import Affine, MaxPooling
from convcli.network.network import Network
from convcli.views.page.payload import Stages
from convcli.views.sentences.matrix import matrix_cell
from convcli.views.sentences.pooling import pooled_value
from convcli.views.sentences.sums import score_and_softmax, sum_and_engine
from tests.views.page.browser import OpenPage
from tests.views.page.making import noise, small_network, write_page
from tests.views.page.selecting import notes_of, rows_of

COLOURS = InputContract(3, 20, 22, mean=(0.1, 0.2, 0.3), standard_deviation=(0.5, 0.25, 0.2))
NETWORKS = {
    "chapter 7": small_network(),
    "stride, pad and channels": small_network(
        "conv1(4@3x5,stride=2/1,pad=1/2) tanh conv2(5@3,pad=0/1/2/1) relu maxpool3(stride=2,pad=1) "
        "flatten fc1(12) sigmoid dropout(0.5,book) fc2(4) dropout(0.5,book) softmax",
        COLOURS,
    ),
    "channels last, without a bias of its own": small_network(
        "conv1(3@4) maxpool2 leakyrelu(0.2) flatten(channels_last) fc1(6)", InputContract(1, 13, 16)
    ),
}


@pytest.fixture(params=NETWORKS)
def network(request: pytest.FixtureRequest) -> Network:
    return NETWORKS[request.param]


@pytest.fixture
def path(tmp_path: Path, network: Network) -> Path:
    return write_page(tmp_path / "page.html", network)


def trace(network: Network) -> Stages:
    return network.stages(network.contract.values(noise(network.contract)))


def test_outputs_of_convolutions(network: Network, path: Path, open_page: OpenPage) -> None:
    stages = trace(network)
    random = np.random.default_rng(1)
    page = open_page(path)
    for layer in network.convolutions:
        for _ in range(3):
            place = tuple(map(int, random.integers(0, network.shapes[layer.name])))
            ledger = convolution_ledger(network, stages, layer, *place)
            cell = int(random.integers(0, len(ledger.terms)))
            fields = zip(("filter", "row", "column"), place, strict=True)
            at = "&".join(f"{name}={number}" for name, number in fields)
            page.goto(f"{path.as_uri()}#layer={layer.name}&stage=matrix&cell={cell}&{at}")
            number = place[1] * network.shapes[layer.name][2] + place[2]
            title = f"cell ({number}, {cell}) of the im2col matrix, for {layer.name}, filter"
            page.locator("#ledger-title", has_text=title).wait_for()
            table = terms_table(ledger, 100)
            listed = min(100, len(ledger.terms))
            expected = [[column.cell(row) for column in table.columns] for row in table.rows]
            assert rows_of(page.locator("#ledger table")) == expected
            found = explain_cell(network, stages, layer, number, cell, place[0])
            assert notes_of(page) == sum_and_engine(ledger, listed) + matrix_cell(found)


def test_units_and_scores(network: Network, path: Path, open_page: OpenPage) -> None:
    stages = trace(network)
    page = open_page(path)
    for layer in network.layers:
        if not isinstance(layer, Affine):
            continue
        ledger = affine_ledger(network, stages, layer, 3).largest_first()
        listed = min(100, len(ledger.terms) - ledger.zeros)
        page.goto(f"{path.as_uri()}#stage={layer.name}&unit=3")
        page.locator("#ledger-title", has_text=f"{layer.name}, unit 3").wait_for()
        table = terms_table(ledger, listed)
        expected = [[column.cell(row) for column in table.columns] for row in table.rows]
        assert rows_of(page.locator("#ledger table").first) == expected
        assert notes_of(page)[:1] == sum_and_engine(ledger, listed)[:1]


def test_the_softmax(network: Network, path: Path, open_page: OpenPage) -> None:
    found = explain_score(network, trace(network), 2)
    last = network.scoring_layers[-1].name
    page = open_page(path, f"#stage={last}&unit=2")
    page.locator("#ledger-title", has_text="score of 2").wait_for()
    rows = [{**row._asdict(), "class": row.name} for row in found.softmax]
    expected = [[column.cell(row) for column in SOFTMAX] for row in rows]
    assert rows_of(page.locator("#ledger table").last) == expected
    assert notes_of(page)[-len(score_and_softmax(found)) :] == score_and_softmax(found)
    shown = rows_of(page.locator("table.scores"))
    assert [row[:3] for row in shown] == [[row[0], row[1], row[4]] for row in expected]


def test_pooled_values(network: Network, path: Path, open_page: OpenPage) -> None:
    stages = trace(network)
    page = open_page(path)
    random = np.random.default_rng(2)
    layer = next(one for one in network.layers if isinstance(one, MaxPooling))
    for _ in range(4):
        channel, row, column = map(int, random.integers(0, network.shapes[layer.name]))
        found = explain_pooled(network, stages, layer, channel, row, column)
        page.goto(
            f"{path.as_uri()}#layer={network.convolutions[-1].name}&stage={layer.name}"
            f"&filter={channel}&row={row}&column={column}"
        )
        title = f"{layer.name}, channel {channel}, ({row}, {column})"
        page.locator("#ledger-title", has_text=title).wait_for()
        under = [
            {"place": place, "value": value, "gradient": gradient,
             "wins": _wins(number, value, found.winner, found.engine)}
            for number, (place, value, gradient) in enumerate(
                zip(found.places, found.values, found.gradients[0].values, strict=True)
            )
        ]  # fmt: skip
        expected = [[one.cell(values) for one in COLUMNS] for values in under]
        assert rows_of(page.locator("#ledger table").first) == expected
        said = pooled_value(found)
        assert notes_of(page)[:2] == said[:2]
        assert notes_of(page)[2].removesuffix(".") == said[2].partition(";")[0].removesuffix(".")
