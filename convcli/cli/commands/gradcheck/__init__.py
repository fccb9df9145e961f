"""``convcli gradcheck``: is the backward pass right?"""

from pathlib import Path

import click

from convcli.cli import console, figure_style, inputs, options
from convcli.cli.commands.gradcheck.bounds import require_affordable
from convcli.cli.commands.gradcheck.material import open_material
from convcli.cli.commands.gradcheck.result import Result
from convcli.cli.folder import PictureFolder
from convcli.cli.report import publish
from convcli.network.gradient_check import STEP, check_gradients, count_gradients
from convcli.network.gradient_sweep import STEPS, sweep


@click.command()
@click.option("--layer", metavar="NAME", help="Check this layer only, such as conv1.")
@options.count_option("--images", 5, "Images in the batch.")
@options.count_option("--samples", 30, "How many numbers of each gradient are checked.")
@click.option(
    "--step",
    type=options.Amount(1e-8, 1e-3),
    default=STEP,
    show_default=True,
    help="How far a value is moved to both sides.",
)
@click.option("--sweep", "sweeps", is_flag=True, help="Measure the error at every step as well.")
@click.option(
    "--jitter",
    type=options.Amount(0, 1),
    default=0.0,
    show_default=True,
    help="Standard deviation of noise added to every parameter; 0.01 leaves most kinks.",
)
@click.option("--untrained", is_flag=True, help="Begin with random parameters, as training does.")
@options.seed_option
@options.data_dir_option
@options.network_options
@options.output_options
def command(
    layer: str | None,
    images: int,
    samples: int,
    step: float,
    sweeps: bool,
    jitter: float,
    untrained: bool,
    seed: int,
    data_dir: Path | None,
    params: Path | None,
    layers: str | None,
    input_size: tuple[int, ...] | None,
    out: Path | None,
    no_figures: bool,
    as_json: bool,
) -> None:
    """Check the backward pass of every layer against central differences, in float64.

    Layers work as in training; dropout and batch normalization are checked as in prediction too.
    Half of the samples are taken where the backward pass says zero. Labels are drawn at random: the
    gradients of images that are read right are so small that they drown in rounding.

    Where a ReLU's input is exactly zero, the loss bends, and no step is small enough. The sums over
    a black background are the bias: zero before any training. --jitter mends that. Exit code 1 if a
    gradient is wrong.

    \b
    Examples:
      convcli gradcheck
      convcli gradcheck --untrained --jitter 0.01
      convcli gradcheck --sweep --layer conv1
      convcli gradcheck --params deep_convnet_params.pkl --images 2 --json
    """
    options.exclude("sweeps", ["step"])
    options.require("sweeps", ["out", *figure_style.OPTIONS])
    opened = inputs.open_network(params, layers, input_size)
    material = open_material(opened, images, data_dir, seed, jitter, untrained)
    require_affordable(opened, images, samples, layer, sweeps)
    folder = PictureFolder("gradcheck", out, no_figures or not sweeps)
    inputs.announce(material.dataset, opened)
    network, batch, labels = material.network, material.images, material.labels
    total = count_gradients(network, layer)
    with opened.named(), console.progress("checking gradients", total) as progress:
        checked = check_gradients(
            network, batch, labels, samples=samples, step=step, seed=seed, layer=layer,
            progress=progress,
        )  # fmt: skip
    found = sweep(network, batch, labels, checked, seed) if sweeps else ()
    points = tuple(console.track(found, "measuring steps", len(STEPS)))
    result = Result(material, step, jitter, checked, points)
    publish(result.report(folder), as_json)
    result.require_right()
