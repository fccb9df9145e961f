"""``convcli animate im2col``: the matrix fills, slice by slice."""

from pathlib import Path
from typing import Any

import click

from convcli.cli import options
from convcli.cli.budget import require_affordable
from convcli.cli.commands.animate import film_options
from convcli.cli.commands.animate.result import show
from convcli.cli.commands.animate.subject import Subject, opened_subject
from convcli.cli.filming import Motion, Wanted
from convcli.inspection.cost import of_comparison, of_parameters
from convcli.inspection.filling import ORDERS, filling_of
from convcli.inspection.schedule import Moment, teaching
from convcli.network.layers import Convolution


@click.command(name="im2col")
@click.option(
    "--order", type=click.Choice([*ORDERS, "both"]), default="both", show_default=True,
    help="offset: a slice for each weight of the filter; position: a slice for each output; both "
    "on one clock, a slice of each in a tick.",
)  # fmt: skip
@film_options.layer_option
@film_options.film_options
@options.fitted_image_options
@options.network_options
def command(
    order: str,
    wanted: Wanted,
    layer: str | None,
    params: Path | None,
    layers: str | None,
    input_size: tuple[int, ...] | None,
    **image_request: Any,
) -> None:
    """Fill the im2col matrix of a convolution, slice by slice.

    By offset a slice is one row of the matrix as it lies on its side, by position one column; the
    matrix is the same in the end.

    \b
    Examples:
      convcli animate im2col --index 5
      convcli animate im2col --order offset --out moving --format html
      convcli animate im2col --layer conv2 --params deep.pkl --out moving
    """
    subject = opened_subject(params, layers, input_size, image_request)
    convolution = subject.opened.convolution(layer)
    _require_affordable(subject, convolution)
    orders = ORDERS if order == "both" else (order,)
    fillings = [filling_of(subject.network, subject.stages, convolution, one) for one in orders]

    def scene() -> Any:
        from convcli.views.animation.im2col import FillingScene, RaceScene

        how = "in both orders" if order == "both" else f"by {order}"
        title = subject.titled(f"im2col of {convolution.name} {how}")
        return RaceScene(fillings, title) if order == "both" else FillingScene(fillings[0], title)

    def gallery(scene: Any, moment: Moment, room: tuple[int, int]) -> Any:
        from convcli.views.terminal.motion import filling_gallery

        return filling_gallery(fillings, moment, scene.scales[0], scene.lines, room)

    steps, row = max(one.steps for one in fillings), fillings[0].patches.output_size[1]
    # Both are seen step by step until one of them is done.
    usual = teaching(steps, row, max(row, fillings[0].steps) if order == "both" else row)
    facts = {
        "layer": convolution.name,
        "order": order,
        "matrix_shape": list(fillings[0].matrix.shape),
    }
    area = fillings[0].patches.window.area
    show(
        Motion("im2col", subject.shown, subject.opened, facts, usual, steps, area, scene, gallery),
        wanted,
    )


def _require_affordable(subject: Subject, layer: Convolution) -> None:
    shape = (1, *subject.network.shapes[subject.network.input_name_of(layer)])
    cost = of_comparison(shape, layer.window, ORDERS, repeat=1)
    work = f"im2col of {shape} for {layer.name}"
    require_affordable(work, of_parameters(subject.network) + cost, {}, "choose another --layer")
