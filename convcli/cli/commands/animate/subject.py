"""The image and the network that are animated."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from convcli.cli import inputs
from convcli.cli.inputs import Input, OpenedNetwork
from convcli.inspection.trace import finite_stages
from convcli.network.network import Network


@dataclass(frozen=True)
class Subject:
    """A network on an image.

    Attributes:
        shown: The image.
        opened: The network.
        stages: Its one trace of the image.
    """

    shown: Input
    opened: OpenedNetwork
    stages: Mapping[str, NDArray[Any]]

    @property
    def network(self) -> Network:
        """The network."""
        return self.opened.network

    def titled(self, what: str) -> str:
        """The title of an animation."""
        return f"{self.shown.title}: {what}; {self.opened.name}"


def opened_subject(
    params: Path | None,
    layers: str | None,
    input_size: tuple[int, ...] | None,
    image_request: Mapping[str, Any],
) -> Subject:
    """Open what the options ask for, and trace it.

    Raises:
        ConvcliError: Something cannot be read, does not fit, or takes more than a command may.
    """
    opened = inputs.open_network(params, layers, input_size)
    shown = inputs.open_input(opened.network.contract, **image_request)
    opened.require_affordable()
    with opened.named():
        return Subject(shown, opened, finite_stages(opened.network, shown.pixels))
