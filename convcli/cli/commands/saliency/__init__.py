"""``convcli saliency``: which pixels count for what the network reads."""

from pathlib import Path
from typing import Any

import click

from convcli.cli import inputs, options
from convcli.cli.array_file import array_file
from convcli.cli.commands.saliency.question import Question
from convcli.cli.folder import PictureFolder
from convcli.cli.report import publish
from convcli.inspection.attribution import METHODS


@click.command()
@click.option(
    "--method",
    type=click.Choice(METHODS),
    default=METHODS[0],
    show_default=True,
    help="How a pixel is asked what it counts for.",
)
@click.option(
    "--class",
    "number",
    type=options.INDEX,
    metavar="N",
    help="The class whose score is asked for, by its number. Without it: what the network reads.",
)
@click.option("--layer", metavar="NAME", help="Whose feature maps grad-cam weighs.")
@options.pixels_option("--size", 4, "Pixels a side of a patch of the occlusion.")
@click.option(
    "--step",
    type=options.PIXELS,
    help="Pixels from one patch to the next. Without it: 1, on large images more.",
)
@options.seed_option
@options.fitted_image_options
@options.network_options
@click.option(
    "--save-arrays",
    type=options.NpzPath(),
    metavar="FILE.npz",
    help="Keep input, saliency and control, each in the shape of the input.",
)
@options.output_options
def command(
    params: Path | None,
    layers: str | None,
    input_size: tuple[int, ...] | None,
    method: str,
    number: int | None,
    layer: str | None,
    size: int,
    step: int | None,
    seed: int,
    save_arrays: Path | None,
    out: Path | None,
    no_figures: bool,
    as_json: bool,
    **image_request: Any,
) -> None:
    """Show which pixels count for what the network reads.

    gradient: what a small change of each pixel would do to the score. gradient-x-input: the same
    times the pixel. occlusion: what would be read without each patch of pixels. grad-cam: where
    the last feature maps are large that the score rests on.

    Such a map can look right for the wrong reason, so it always stands beside a control: the same
    network with its weights shuffled by --seed. Writes saliency.png into --out.

    \b
    Examples:
      convcli saliency --index 5
      convcli saliency --method occlusion --split test --index 8 --size 6
      convcli saliency --method grad-cam --layer relu6 --params deep_convnet_params.pkl
    """
    options.require_choice("method", "grad-cam", ["layer"])
    options.require_choice("method", "occlusion", ["size", "step"])
    opened = inputs.open_network(params, layers, input_size)
    shown = inputs.open_input(opened.network.contract, **image_request)
    opened.require_affordable()
    question = Question(opened, shown, method, number, layer, size, step, seed)
    answer = question.answer()
    folder = PictureFolder(f"saliency-{shown.slug}", out, no_figures)
    files = array_file(save_arrays, answer.arrays)
    inputs.announce(shown, opened)
    publish(answer.report(folder, files), as_json)
