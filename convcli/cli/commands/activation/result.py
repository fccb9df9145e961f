"""What ``convcli activation`` has found out about all filters."""

from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO

from numpy.typing import NDArray

from convcli.cli.commands.activation.one_filter import OneFilter
from convcli.cli.folder import Drawing, PictureFolder
from convcli.cli.inputs import Input, OpenedNetwork
from convcli.cli.report import Column, Report, Table
from convcli.inspection.excitation import (
    DIRECTIONS,
    Excited,
    responses_to_bars,
    responses_to_image,
)
from convcli.network.layers import Convolution
from convcli.views.sentences.excitation import direction_text, how_it_was_made, who_likes_what
from convcli.views.sentences.numbers import exact_text, place_text

COLUMNS = (
    Column("filter", numeric=True),
    Column("response", exact_text, numeric=True),
    Column("place", place_text),
    Column("best_bar", direction_text),
    Column("bar_response", exact_text, numeric=True),
)


@dataclass(frozen=True, eq=False)
class Result:
    """The responses of every filter of a convolution.

    Attributes:
        opened: The network.
        layer: The convolution.
        shown: The image.
        to_image: The response to it, the largest first.
        to_bars: (filters, directions).
    """

    opened: OpenedNetwork
    layer: Convolution
    shown: Input
    to_image: list[Excited]
    to_bars: NDArray[Any]

    @classmethod
    def of(cls, opened: OpenedNetwork, layer: Convolution, shown: Input) -> "Result":
        """Show the image and the bars to the filters.

        Raises:
            ParameterError: The values are not finite.
        """
        with opened.named():
            return cls(
                opened, layer, shown,
                responses_to_image(opened.network, layer, shown.pixels),
                responses_to_bars(opened.network, layer),
            )  # fmt: skip

    def report(self, folder: PictureFolder, closely: OneFilter | None) -> Report:
        """The table of the filters, and of one filter what was found out closely."""
        name = f"{self.layer.name} of {self.opened.name}"
        title = f"{self.shown.title}: responses of {name}"
        tables = [Table(COLUMNS, self._rows(), title, key="filters")]
        notes = [who_likes_what([DIRECTIONS[place] for place in self.to_bars.argmax(axis=1)])]
        facts: dict[str, Any] = {
            "image": self.shown.title,
            "params": self.opened.name,
            "layer": self.layer.name,
            "directions": DIRECTIONS,
        }
        drawings: dict[str, Drawing] = {"directions.png": partial(self._draw, name=name)}
        if closely is not None:
            made = closely.made
            tables.append(closely.table())
            notes.append(how_it_was_made(made, closely.number))
            facts["made"] = {"response": made.response, "pixels": made.pixels.tolist()}
            drawings["filter.png"] = partial(self._draw_one, closely=closely, name=name)
        return Report(facts=facts, tables=tables, notes=notes, folder=folder, drawings=drawings)

    def _rows(self) -> list[dict[str, Any]]:
        rows = []
        for one in self.to_image:
            bars = self.to_bars[one.number]
            best = int(bars.argmax())
            rows.append(
                {
                    "filter": one.number,
                    "response": one.response,
                    "place": one.place,
                    "best_bar": DIRECTIONS[best],
                    "bar_response": float(bars[best]),
                    "bars": bars.tolist(),
                }
            )
        return rows

    def _draw(self, file: BinaryIO, name: str) -> None:
        from convcli.views.figures import directions

        directions.draw(f"{name}: responses to bars", self.opened.network.contract, self.to_bars
                        ).save(file)  # fmt: skip

    def _draw_one(self, file: BinaryIO, closely: OneFilter, name: str) -> None:
        from convcli.views.excitation_panels import panels
        from convcli.views.figures import explanation

        network = self.opened.network
        images = [network.contract.values(closely.data.image(one.number)[None])[0]
                  for one in closely.found]  # fmt: skip
        made = panels(network, self.layer, closely.number, closely.made, closely.found, images)
        explanation.draw(f"filter {closely.number} of {name}: what excites it", made).save(file)
