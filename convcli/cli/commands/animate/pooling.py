"""``convcli animate pool``: a pooling window picks its winners."""

from pathlib import Path
from typing import Any

import click

from convcli.cli import options
from convcli.cli.commands.animate import film_options
from convcli.cli.commands.animate.result import show
from convcli.cli.commands.animate.subject import opened_subject
from convcli.cli.filming import Motion, Wanted
from convcli.inspection.schedule import Moment, teaching
from convcli.inspection.sliding import slide_pooling


@click.command(name="pool")
@film_options.layer_option
@film_options.number_option
@film_options.film_options
@options.fitted_image_options
@options.network_options
def command(
    wanted: Wanted,
    layer: str | None,
    number: int,
    params: Path | None,
    layers: str | None,
    input_size: tuple[int, ...] | None,
    **image_request: Any,
) -> None:
    """Slide a pooling window over a feature map, and see which value wins.

    Each frame outlines the winner, says when values tie, and writes the values under the window
    out. Where a frame has many steps, it shows the strongest of them.

    \b
    Examples:
      convcli animate pool --index 5
      convcli animate pool --layer pool2 --filter 3 --params deep.pkl --out moving
    """
    subject = opened_subject(params, layers, input_size, image_request)
    slide = slide_pooling(subject.network, subject.stages, subject.opened.pooling(layer), number)

    def scene() -> Any:
        from convcli.views.animation.pooling import PoolingScene

        return PoolingScene(slide, subject.titled(f"{slide.layer}, channel {number}"))

    def gallery(scene: Any, moment: Moment, room: tuple[int, int]) -> Any:
        from convcli.views.terminal.motion import slide_gallery

        return slide_gallery(slide, moment, scene.scales, scene.lines, room)

    facts = {"layer": slide.layer, "filter": number, "output_shape": list(slide.output.shape)}
    usual = teaching(slide.steps, slide.row)
    area = slide.patches.window.area
    show(
        Motion(
            "pool", subject.shown, subject.opened, facts, usual, slide.steps, area, scene, gallery
        ),
        wanted,
    )
