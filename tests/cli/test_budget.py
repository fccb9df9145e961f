"""What would take too much is refused before it begins, with what to do instead."""

from pathlib import Path

import click
import numpy as np
import pytest
from PIL import Image

from convcli.cli import budget
from convcli.errors import ConvcliError, UsageError
from convcli.inspection.cost import PROGRAM_BYTES, Cost
from tests.outcome import Convcli

ADVICE = {"pad": "take a smaller --pad", "batch": "take a smaller --batch"}
LARGE = Cost(2**30, 0.0)


def _asked(*arguments: str, cost: Cost) -> None:
    """Ask for work of this cost, in a command that was called with these arguments."""

    @click.command()
    @click.option("--pad", default=0)
    @click.option("--batch", default=1)
    def command(pad: int, batch: int) -> None:
        budget.require_affordable("work on (1, 2, 3)", cost, ADVICE, "ask for less")

    command.main(list(arguments), standalone_mode=False)


def test_what_fits_passes() -> None:
    _asked(cost=Cost(budget.MOST_MEMORY - PROGRAM_BYTES, 1.0))


def test_the_option_that_the_user_wrote_is_named() -> None:
    with pytest.raises(UsageError, match="1,134 MiB of memory, and 600 MiB are the most") as caught:
        _asked("--batch", "9", cost=LARGE)
    assert caught.value.hint == "take a smaller --batch"
    assert caught.value.message.startswith("work on (1, 2, 3) would take about ")


def test_where_no_option_made_it_so_it_is_no_usage_error() -> None:
    with pytest.raises(ConvcliError, match="ask for less") as caught:
        _asked(cost=LARGE)
    assert not isinstance(caught.value, UsageError)


def test_seconds_are_bounded_too() -> None:
    with pytest.raises(ConvcliError, match="about 100 seconds, and 10 are the most"):
        _asked(cost=Cost(0, 99.0))


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["forward", "--pad", "9000", "--no-figures"], "take a smaller --pad"),
        (["forward", *["--image", "large.png", "--keep-size", "--filter", "all"]], "--filter 0"),
        (["compare-im2col", *["--image", "large.png", "--keep-size"]], "give a smaller picture"),
        (["compare-im2col", "--batch", "9000"], "take a smaller --batch"),
        (["compare-im2col", "--filter-size", "200", "--pad", "300"], "take a smaller --pad"),
    ],
)
def test_a_command_refuses_in_one_line_and_leaves_nothing(
    convcli: Convcli, tmp_path: Path, arguments: list[str], hint: str
) -> None:
    Image.fromarray(np.zeros((2500, 2500), np.uint8)).save("large.png")
    before = sorted(tmp_path.iterdir())
    outcome = convcli(*arguments)
    assert outcome.code == 2
    assert outcome.stdout == ""
    (line,) = outcome.stderr.splitlines()
    assert line.startswith("Error: ")
    assert line.endswith(hint) or hint in line
    assert len(line) <= 200
    assert sorted(tmp_path.iterdir()) == before


def test_the_charts_of_a_comparison_end_before_what_would_take_too_much(convcli: Convcli) -> None:
    Image.fromarray(np.full((300, 300), 9, np.uint8)).save("medium.png")
    options = ("--keep-size", "--variants", "offset", "--repeat", "1")
    outcome = convcli("compare-im2col", "--image", "medium.png", *options)
    assert outcome.code == 0, outcome.stderr
    assert _title("time-by-batch.png").endswith("; 1 runs; more than 10 would take too much")
    assert _title("time-by-filter.png").endswith("; 1 runs")


def _title(name: str) -> str:
    with Image.open(Path("convcli-out", "compare-im2col-image-medium", name)) as image:
        return str(image.info["Title"])
