"""What ``convcli show-filters`` has found out, as a table and facts."""

from dataclasses import astuple, dataclass
from functools import cached_property
from typing import Any

from numpy.typing import NDArray

from convcli.cli.budget import require_affordable
from convcli.cli.inputs import OpenedNetwork
from convcli.cli.report import Column, Table
from convcli.inspection.cost import of_filters, of_parameters
from convcli.inspection.filters import FilterSummary, summarise
from convcli.network.initialization import initial_parameter
from convcli.network.layers import Convolution

KEYS = ("index", "min", "max", "mean", "norm")
COLUMNS = (
    Column("index", numeric=True),
    *(Column(key, "{:.4f}".format, numeric=True) for key in (*KEYS[1:], "untrained_norm")),
)


@dataclass(frozen=True)
class Filters:
    """The filters of one convolution.

    Attributes:
        opened: The network.
        convolution: The layer.
        seed: Of the filters before training.
        is_chosen: Whether the user named the layer.
    """

    opened: OpenedNetwork
    convolution: Convolution
    seed: int
    is_chosen: bool

    def require_affordable(self) -> None:
        """Refuse filters that take more than a command may, before any are made.

        Raises:
            ConvcliError: They do.
        """
        trained, network = self.trained, self.opened.network
        cost = of_parameters(network) + of_filters(trained.shape, trained.itemsize)
        work = f"{self.opened.name}: {self.convolution.weight} {trained.shape} twice"
        require_affordable(work, cost, {}, "see its numbers with 'convcli params show'")

    @property
    def trained(self) -> NDArray[Any]:
        """(FN, C, FH, FW)."""
        return self.opened.network.parameters[self.convolution.weight]

    @cached_property
    def untrained(self) -> NDArray[Any]:
        """The same before training."""
        layers, weight = self.opened.network.layers, self.convolution.weight
        return initial_parameter(layers, self.seed, weight, self.trained.dtype)

    @property
    def title(self) -> str:
        """The file, the layer, the shape and the seed."""
        layer = f"{self.convolution.name}, " if self.is_chosen else ""
        return (
            f"{self.opened.name}: {layer}{self.convolution.weight} {self.trained.shape}, "
            f"trained and untrained (seed {self.seed})"
        )

    @property
    def facts(self) -> dict[str, Any]:
        """What stands outside of the table."""
        return {
            "params": self.opened.name,
            "layer": self.convolution.name,
            "seed": self.seed,
            "shape": self.trained.shape,
            "untrained": self._before,
        }

    @property
    def table(self) -> Table:
        """A row for each filter."""
        rows = [
            _row(summary) | {"untrained_norm": other["norm"]}
            for summary, other in zip(summarise(self.trained), self._before, strict=True)
        ]
        return Table(COLUMNS, rows, self.title, key="filters")

    @cached_property
    def _before(self) -> list[dict[str, Any]]:
        return [_row(summary) for summary in summarise(self.untrained)]


def _row(summary: FilterSummary) -> dict[str, Any]:
    return dict(zip(KEYS, astuple(summary), strict=True))
