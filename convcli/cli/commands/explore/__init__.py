"""``convcli explore``: one network on one image as a page for the browser."""

from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import click

from convcli import __version__
from convcli.cli import inputs, options
from convcli.cli.commands.explore.page_file import (
    first_layer,
    open_in_browser,
    page_place,
    require_small,
)
from convcli.cli.commands.explore.words import command_line, same_subject
from convcli.cli.report import Report, Said, publish
from convcli.inspection.guided_tour import guided_tour
from convcli.inspection.trace import finite_stages


@click.command()
@options.fitted_image_options
@options.network_options
@click.option("--layer", metavar="NAME", help="The convolution that is shown first.")
@click.option(
    "--no-draw",
    is_flag=True,
    help="Leave out the pad to draw on, and the many weights that only it needs.",
)
@click.option("--open", "opens", is_flag=True, help="Open the page in the browser.")
@click.option(
    "--out",
    type=options.PATH,
    metavar="FILE",
    help="The page (a name that ends in .html), or a folder for explore.html.",
)
@options.json_option
def command(
    params: Path | None,
    layers: str | None,
    input_size: tuple[int, ...] | None,
    layer: str | None,
    no_draw: bool,
    opens: bool,
    out: Path | None,
    as_json: bool,
    **image_request: Any,
) -> None:
    """Write one page in which every number of the network can be followed.

    The page is one HTML file. It opens from the disk and loads nothing. Point at a pixel, a weight,
    a cell of the im2col matrix, an output or a score: everything that belongs to it is marked, and
    the sum that made it stands below with all its terms. A guided tour explains each step.

    \b
    Examples:
      convcli explore --index 5 --open
      convcli explore --image my-seven.jpg --out seven.html
      convcli explore --params deep.pkl --layer conv4 --no-draw
    """
    opened = inputs.open_network(params, layers, input_size)
    shown = inputs.open_input(opened.network.contract, **image_request)
    opened.require_affordable()
    require_small(opened, not no_draw)
    first = first_layer(opened, layer)
    folder, name = page_place(out, shown.slug)
    with opened.named():
        stages = finite_stages(opened.network, shown.pixels)
        tour = guided_tour(opened.network, stages, first)
    # The template engine and the page's texts are needed from here on only.
    from convcli.views.page.document import page
    from convcli.views.page.payload import Subject

    subject = Subject(
        __version__, command_line(), same_subject(), shown.title, shown.label, opened.name,
        with_drawing=not no_draw,
    )  # fmt: skip
    text = page(subject, opened.network, stages, tour).encode("utf-8")
    facts = {
        "image": shown.title,
        "warnings": shown.warnings,
        "params": opened.name,
        "layer": first and first.name,
        "drawing": not no_draw,
        "bytes": Said(len(text), f"{len(text):,} bytes, which load nothing else."),
    }
    title = f"{shown.title}: a page of {opened.name}"
    report = Report(title, facts, folder=folder, drawings={name: partial(_write, text=text)})
    inputs.announce(shown, opened)
    publish(report, as_json)
    if opens:
        open_in_browser(folder.path(name))


def _write(file: BinaryIO, text: bytes) -> None:
    file.write(text)
