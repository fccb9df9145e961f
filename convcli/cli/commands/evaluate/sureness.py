"""Whether the network is as sure as it is right: in words, as a table and as a figure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from convcli.cli.commands.evaluate.tables import NUMBER, SHARE, interval_text
from convcli.cli.report import Column, Table
from convcli.network.calibration import BINS, CalibrationBin, calibration_error
from convcli.network.evaluation import Evaluation

if TYPE_CHECKING:
    from convcli.views.figures.sheet import Sheet

COLUMNS = (
    *(Column(key, "{:.3f}".format, numeric=True) for key in ("low", "high")),
    Column("total", NUMBER, numeric=True),
    *(Column(key, SHARE, numeric=True) for key in ("probability", "accuracy")),
    Column("interval", interval_text, numeric=True),
)


def sureness(outcome: Evaluation) -> str:
    """The mean loss and the calibration error."""
    likelihood = f"negative log-likelihood {outcome.negative_log_likelihood:.5f} nats an image"
    return f"{likelihood}; {_error(outcome)}"


def table(bins: Sequence[CalibrationBin]) -> Table:
    """A row for each bin that has an image."""
    keys = [column.key for column in COLUMNS]
    rows = [{key: getattr(part, key) for key in keys} for part in bins if part.total]
    return Table(COLUMNS, rows, "how sure, and how often right", key="calibration")


def diagram(outcome: Evaluation, title: str) -> "Sheet":
    """The reliability diagram."""
    from convcli.views.figures import calibration

    return calibration.draw(outcome.bins, title, _error(outcome))


def _error(outcome: Evaluation) -> str:
    return f"calibration error {calibration_error(outcome.bins):.5f} (ECE, {BINS} bins)"
