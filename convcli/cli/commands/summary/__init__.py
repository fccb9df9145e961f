"""``convcli summary``: what each layer of a network gives out, holds, computes and sees."""

from pathlib import Path
from typing import Any

import click

from convcli.cli import inputs, options
from convcli.cli.commands.summary.rows import table
from convcli.cli.report import Report, Said, publish
from convcli.inspection.summary import NetworkSummary, summarise
from convcli.network.network import Network
from convcli.text import printable

LONGEST_CLASSES = 120


@click.command()
@options.network_options
@options.json_option
def command(
    params: Path | None, layers: str | None, input_size: tuple[int, ...] | None, as_json: bool
) -> None:
    """Say what each layer of a network gives out, holds, computes and sees.

    A multiply-add is one product with a weight that is added up; they are counted for one image.
    The receptive field is what one output sees of the input, padding included, in pixels a side
    (rows x columns where they differ). The jump is how far apart two neighbouring outputs look;
    there is none where every output sees the whole input.

    \b
    Examples:
      convcli summary
      convcli summary --params deep_convnet_params.pkl --json
      convcli summary --params net.npz --layers 'conv1 relu maxpool2 flatten fc1' --input-size 32x32
    """
    opened = inputs.open_network(params, layers, input_size)
    network, summary = opened.network, summarise(opened.network)
    report = Report(
        facts={"params": opened.name, "network": network.title} | _facts(network, summary),
        tables=[table(summary, f"{opened.name}: {network.title}")],
        notes=[f"Described by: {network.specification}"],
    )
    inputs.announce(None, opened)
    publish(report, as_json)


def _facts(network: Network, summary: NetworkSummary) -> dict[str, Any]:
    parameters, products = summary.parameters, summary.multiply_adds
    names = network.class_names if network.reads_classes else network.contract.classes
    line = f"Input: {network.contract.size_text}, {network.contract}"
    if names:
        line += f"; {len(names):,} classes: {printable(', '.join(names), LONGEST_CLASSES)}"
    return {
        "specification": network.specification,
        "input": Said(network.contract.json | {"classes": list(names)}, line),
        "parameters": Said(parameters, f"Parameters: {parameters:,}"),
        "multiply_adds": Said(products, f"Multiply-adds for one image: {products:,}"),
    }
