"""The pictures of ``convcli forward``; the views are imported when one is drawn."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from convcli.cli.commands.forward.result import Result
from convcli.cli.folder import Draft, Drawing
from convcli.cli.inputs import Input
from convcli.cli.report import Gallery
from convcli.inspection.walkthrough import Stage

if TYPE_CHECKING:
    from convcli.views.figures.sheet import Sheet

FILE_NAMES = {"filters": "filter.png"}


def drawings(result: Result) -> dict[str, Drawing]:
    """File name -> what draws it: each stage, pixel by pixel."""
    return {
        FILE_NAMES.get(stage.name, f"{stage.name}.png"): partial(
            _draw_stage, result=result, stage=stage
        )
        for stage in result.walked.stages
    }


def figures(result: Result, with_steps: bool) -> dict[str, Draft]:
    """File name -> what lays it out: all stages with what is to be said of them, and the steps."""
    steps: dict[str, Draft] = {"steps": partial(_steps, result)} if with_steps else {}
    overview: dict[str, Draft] = {"overview": partial(_overview, result)}
    return overview | steps | preparation_figures(result.shown)


def preparation_figures(shown: Input) -> dict[str, Draft]:
    """The same of the stages of a user's picture; nothing of an image of a data set."""
    return {"preparation": partial(_preparation, shown)} if shown.preparation else {}


def galleries(result: Result) -> list[Callable[[], Gallery]]:
    """The same pictures for a terminal."""
    prepared = [partial(prepared_gallery, result.shown)] if result.shown.preparation else []
    return [*prepared, partial(_stages, result)]


def _draw_stage(file: BinaryIO, result: Result, stage: Stage) -> None:
    from convcli.views import png
    from convcli.views.stages import maps_of, stage_scales

    title = f"{result.shown.title}: {stage.name} {stage.array.shape}"
    png.write_maps(file, maps_of(stage), stage_scales(result.walked)[stage.name], title)


def _overview(result: Result) -> "Sheet":
    from convcli.views.figures import feature_maps

    return feature_maps.overview(result.walked, result.numbers, result.title)


def _steps(result: Result) -> "Sheet":
    from convcli.views.figures import steps

    return steps.draw(result.walked.steps, f"{result.shown.title}: {result.steps_title}")


def _preparation(shown: Input) -> "Sheet":
    from convcli.views.figures.preparation import preparation

    return preparation(shown.preparation, shown.title)


def prepared_gallery(shown: Input) -> Gallery:
    """The same for a terminal."""
    from convcli.views.mosaic import Row
    from convcli.views.stages import prepared_pictures

    return Gallery([Row(prepared_pictures(shown.preparation), "preparation")])


def _stages(result: Result) -> Gallery:
    from convcli.views.stages import stage_legends, stage_rows

    return Gallery(stage_rows(result.walked, result.numbers), stage_legends(result.walked))
