"""What ``convcli forward --all-layers`` says and draws."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from convcli.cli.commands.forward import numbers
from convcli.cli.commands.forward.pictures import preparation_figures, prepared_gallery
from convcli.cli.folder import Draft
from convcli.cli.inputs import Input, OpenedNetwork
from convcli.cli.report import Gallery, Report
from convcli.inspection.reading import Reading
from convcli.inspection.walkthrough import Stage

if TYPE_CHECKING:
    from convcli.views.figures.sheet import Sheet


@dataclass(frozen=True)
class _Way:
    """One image that has gone through a whole network."""

    shown: Input
    opened: OpenedNetwork
    stages: Sequence[Stage]
    reading: Reading | None

    @property
    def title(self) -> str:
        return f"{self.shown.title}: all layers of {self.opened.name}"


def report(shown: Input, opened: OpenedNetwork, stages: Sequence[Stage]) -> Report:
    """A row and a sheet for each layer, and the whole way in one picture."""
    way = _Way(shown, opened, stages, opened.read(shown.pixels))
    return Report(
        facts={**numbers.image_facts(shown, opened), **numbers.reading_facts(way.reading)},
        tables=[*numbers.preparation_tables(shown), numbers.stage_table(stages, way.title)],
        galleries=_galleries(way),
        figures=_figures(way),
    )


def _galleries(way: _Way) -> list[Callable[[], Gallery]]:
    prepared = [partial(prepared_gallery, way.shown)] if way.shown.preparation else []
    return [*prepared, partial(_gallery, way)]


def _gallery(way: _Way) -> Gallery:
    from convcli.views.whole_network import legends, rows

    return Gallery(rows(way.stages), legends(way.stages))


def _figures(way: _Way) -> dict[str, Draft]:
    figures: dict[str, Draft] = {"network": partial(_network, way)}
    for number, stage in enumerate(way.stages[1:], start=1):
        figures[f"{number:02}-{stage.name}"] = partial(_layer, way, stage)
    return figures | preparation_figures(way.shown)


def _network(way: _Way) -> "Sheet":
    from convcli.views.figures import network

    reading, label = way.reading, way.shown.label
    known = reading is not None and label is not None and label < len(reading.names)
    stages = {stage.name: stage.array[0] for stage in way.stages}
    names, probabilities = (reading.names, reading.probabilities) if reading else ((), None)
    return network.draw(way.title, stages, names, probabilities, label if known else None)


def _layer(way: _Way, stage: Stage) -> "Sheet":
    from convcli.views.figures import layer_sheet
    from convcli.views.palette import own_scale

    title = f"{way.shown.title}: {stage.name} of {way.opened.name}"
    facts = [
        str(stage.array.shape),
        f"min {stage.minimum:.4g}, max {stage.maximum:.4g}",
        stage.origin,
    ]
    return layer_sheet.draw(title, stage.array[0], own_scale(stage.array), facts)
