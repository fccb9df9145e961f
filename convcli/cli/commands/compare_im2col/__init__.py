"""``convcli compare-im2col``: the ways to build the im2col matrix, side by side."""

from pathlib import Path
from typing import Any

import click

from convcli.cli import inputs, options
from convcli.cli.commands.compare_im2col import small as small_example
from convcli.cli.commands.compare_im2col import whole
from convcli.cli.commands.compare_im2col.bounds import Bounds
from convcli.cli.commands.compare_im2col.choices import COMPARISON, comparison_options
from convcli.cli.commands.compare_im2col.material import of_image, of_layer, variants_of
from convcli.cli.commands.compare_im2col.result import Result
from convcli.cli.folder import PictureFolder
from convcli.cli.report import publish
from convcli.engine.geometry import Window
from convcli.inspection.im2col_comparison import compare


@click.command()
@comparison_options
@options.output_options
def command(
    params: Path | None,
    layers: str | None,
    input_size: tuple[int, ...] | None,
    layer: str | None,
    filter_size: int,
    stride: int,
    pad: int,
    batch: int,
    variants: str,
    repeat: int,
    small: bool,
    as_article: bool,
    out: Path | None,
    no_figures: bool,
    as_json: bool,
    **image_request: Any,
) -> None:
    """Set the im2col algorithms side by side: result, memory and time.

    The book's way takes one slice per pixel of the filter (25 slices of 24x24 for a 5x5 filter),
    the obvious way one slice per output pixel (576 slices of 5x5). Both give the same matrix. The
    table shows what each costs on this machine (bytes: of all arrays it makes), the pictures show
    the slices and the matrix lying on its side, two charts the time against batch and filter size.

    Exit code 1 if a matrix differs from that of the others in a single bit.

    \b
    Examples:
      convcli compare-im2col
      convcli compare-im2col --small
      convcli compare-im2col --as-article --stride 2
      convcli compare-im2col --batch 100 --variants offset,position
      convcli compare-im2col --params deep-convnet-params.pkl --layer conv2
    """
    if small:
        options.exclude("small", COMPARISON)
        folder = PictureFolder("compare-im2col-small", out, no_figures)
        publish(small_example.report(folder), as_json)
        return
    options.exclude("layer", ["filter_size", "stride", "pad"])
    options.require("layer", ["params", "layers", "input_size"])
    names, opened = variants_of(variants), None
    if layer is None:
        material = of_image(Window(filter_size, filter_size, stride, pad), image_request)
    else:
        opened = inputs.open_network(params, layers, input_size)
        material = of_layer(opened, layer, image_request)
    bounds = Bounds(material, batch, names, repeat, as_article)
    images = bounds.affordable_images()
    folder = PictureFolder(f"compare-im2col-{material.slug}", out, no_figures)
    inputs.announce(material.shown, opened)
    result = Result(material, images, compare(images, material.window, names, repeat))
    publish(whole.report(result, bounds, folder), as_json)
    result.require_equal()
