"""``convcli animate conv``: a filter slides over what a convolution reads."""

from pathlib import Path
from typing import Any

import click

from convcli.cli import options
from convcli.cli.commands.animate import film_options
from convcli.cli.commands.animate.result import show
from convcli.cli.commands.animate.subject import opened_subject
from convcli.cli.filming import Motion, Wanted
from convcli.inspection.schedule import Moment, teaching
from convcli.inspection.sliding import slide_filter


@click.command(name="conv")
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
    """Slide a filter over the image while the output fills.

    Each frame says the step, the place and the value, and writes the product out: patch times
    filter, added up over all channels, plus bias. Where a frame has many steps, it shows the
    strongest of them.

    \b
    Examples:
      convcli animate conv --index 5
      convcli animate conv --filter 3 --out moving --max-size 200kB
      convcli animate conv --layer conv2 --params deep.pkl --out moving --format webp
    """
    subject = opened_subject(params, layers, input_size, image_request)
    convolution = subject.opened.convolution(layer)
    slide = slide_filter(subject.network, subject.stages, convolution, number)
    title = subject.titled(f"{slide.layer}, filter {number}")

    def scene() -> Any:
        from convcli.views.animation.convolution import ConvolutionScene

        return ConvolutionScene(slide, title)

    def gallery(scene: Any, moment: Moment, room: tuple[int, int]) -> Any:
        from convcli.views.terminal.motion import slide_gallery

        return slide_gallery(slide, moment, scene.scales, scene.lines, room)

    facts = {"layer": slide.layer, "filter": number, "output_shape": list(slide.output.shape)}
    usual = teaching(slide.steps, slide.row)
    terms = int(slide.weights.size)
    show(
        Motion(
            "conv", subject.shown, subject.opened, facts, usual, slide.steps, terms, scene, gallery
        ),
        wanted,
    )
