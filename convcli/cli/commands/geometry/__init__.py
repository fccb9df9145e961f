"""``convcli geometry``: what a chain of layers makes of the size of an image."""

from pathlib import Path

import click

from convcli.cli import options
from convcli.cli.commands.geometry.differing import rounding_table
from convcli.cli.commands.geometry.material import Material, material_of
from convcli.cli.commands.geometry.swept import parse_sweep
from convcli.cli.commands.geometry.tables import layer_table, sweep_table
from convcli.cli.commands.geometry.words import parse_input
from convcli.cli.report import Report, publish
from convcli.errors import UsageError
from convcli.inspection.chain import chain_geometry
from convcli.inspection.sweep import sweep
from convcli.views.sentences.geometry import cannot_stand, nearest_text, never_read


@click.command()
@click.argument("chain", nargs=-1, metavar="[LAYER]...")
@click.option(
    "--input",
    "input_shape",
    callback=parse_input,
    default="28",
    show_default=True,
    metavar="SIZE",
    help="What the first layer is given: 28, 28x30 or 3x32x32.",
)
@click.option(
    "--sweep",
    "swept",
    metavar="TEXT",
    help="One row for each value of stride, pad or size: 'stride=1..5' of the first window, "
    "'pool1.stride=1..3' of another.",
)
@options.network_options
@options.json_option
def command(
    chain: tuple[str, ...],
    input_shape: tuple[int, int, int],
    swept: str | None,
    params: Path | None,
    layers: str | None,
    input_size: tuple[int, ...] | None,
    as_json: bool,
) -> None:
    """Say what windows make of the size of an image, and what would fit.

    A LAYER is conv:5, conv:30@5x5,stride=2,pad=1, pool:2, avgpool:3,stride=2,ceil, relu, flatten or
    fc:10, or any word that --layers takes. A convolution has one filter where no number is
    written, and a pooling moves by its own size where no stride is. Without a LAYER the network of
    --params is shown.

    \b
    Examples:
      convcli geometry --input 28 conv:5,stride=2,pad=1 pool:2
      convcli geometry --input 3x224x224 conv:64@7,stride=2,pad=3 pool:3,stride=2,pad=1
      convcli geometry --sweep stride=1..5 conv:30@5 pool:2
      convcli geometry --params deep_convnet_params.pkl --json
    """
    material = material_of(chain, input_shape, params, layers, input_size)
    publish(_swept(material, swept) if swept else _whole(material), as_json)


def _whole(material: Material) -> Report:
    found = chain_geometry(material.words, material.input_shape)
    if found.impossible:
        raise UsageError(cannot_stand(found.impossible), nearest_text(found.impossible.nearest))
    differing = rounding_table(found.layers)
    tables = [layer_table(found.layers, material.title), *([differing] if differing else [])]
    notes = [line for layer in found.layers for line in never_read(layer)]
    products = f"Multiply-adds for one image: {found.multiply_adds:,}"
    return Report(
        facts=material.facts | {"total_multiply_adds": found.multiply_adds},
        tables=tables,
        notes=[*notes, products],
    )


def _swept(material: Material, text: str) -> Report:
    asked = parse_sweep(text)
    attempts = sweep(
        material.words, material.input_shape, asked.parameter, asked.values, asked.layer
    )
    notes = [
        f"{asked.parameter} {attempt.value}: {cannot_stand(attempt.chain.impossible)}; "
        f"{nearest_text(attempt.chain.impossible.nearest)}."
        for attempt in attempts
        if attempt.chain.impossible
    ]
    table = sweep_table(asked.parameter, attempts, material.title)
    return Report(facts=material.facts, tables=[table], notes=notes)
