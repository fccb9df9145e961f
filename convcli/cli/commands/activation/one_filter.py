"""One filter closely: the images that excite it most, and a picture made for it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convcli.cli.report import Column, Table
from convcli.inspection.excitation import Excited, MadePicture
from convcli.network.layers import Convolution
from convcli.network.network import Network
from convcli.storage.mnist.dataset import Dataset
from convcli.views.sentences.numbers import exact_text, place_text

if TYPE_CHECKING:
    from convcli.views.figures.sheet import Sheet

COLUMNS = (
    *(Column(key, numeric=True) for key in ("image", "label")),
    Column("response", exact_text, numeric=True),
    Column("place", place_text),
)
AT_ONCE = 200


@dataclass(frozen=True, eq=False)
class OneFilter:
    """What excites one filter.

    Attributes:
        number: Of the filter.
        data: The images that were looked at.
        count: How many of them.
        found: The images that it responds to most.
        made: A picture made for it.
    """

    number: int
    data: Dataset
    count: int
    found: list[Excited]
    made: MadePicture

    def table(self) -> Table:
        """The images, the strongest first."""
        rows: list[dict[str, Any]] = [
            {
                "image": one.number,
                "label": self.data.label(one.number),
                "response": one.response,
                "place": one.place,
            }
            for one in self.found
        ]
        title = f"filter {self.number}: the strongest of {self.count:,} {self.data.split} images"
        return Table(COLUMNS, rows, title, key="images")

    def figure(self, network: Network, layer: Convolution, name: str) -> "Sheet":
        """The filter, the picture made for it, and the images."""
        from convcli.views.excitation_panels import panels
        from convcli.views.figures import explanation

        values = network.contract.values
        images = [values(self.data.image(one.number)[None])[0] for one in self.found]
        made = panels(network, layer, self.number, self.made, self.found, images)
        return explanation.draw(f"filter {self.number} of {name}: what excites it", made)
