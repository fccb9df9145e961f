"""The options of ``convcli compare-im2col``."""

import click

from convcli.cli import options
from convcli.engine.im2col_variants import VARIANTS

COMPARISON = (
    *("index", "split", "image", "data_dir", "keep_size", "params", "layers", "input_size"),
    *("layer", "filter_size", "stride", "pad", "batch", "variants", "repeat", "as_article"),
)
"""Everything that ``--small`` has no use for."""

comparison_options = options.compose(
    [
        options.image_options,
        options.network_options,
        click.option(
            "--layer",
            metavar="NAME",
            help="A convolution of the network, such as conv2: its window, over what goes into it "
            "there.",
        ),
        options.pixels_option("--filter-size", 5, "Pixels per side of the window."),
        options.stride_option,
        options.pad_option,
        options.count_option(
            "--batch", 1, "How many images at once: this one and those that follow it."
        ),
        click.option(
            "--variants",
            default="all",
            show_default=True,
            metavar="LIST",
            help=f"Which to compare, with commas between: {', '.join(VARIANTS)}; or 'all'.",
        ),
        options.count_option("--repeat", 5, "Timed runs of each variant; the median is shown."),
        click.option(
            "--small",
            is_flag=True,
            help="In place of all that: a 3x3 filter on 4x4 numbered pixels, with every number.",
        ),
        click.option(
            "--as-article",
            is_flag=True,
            help="Draw the lying matrix and the second im2col of the article too, beside what they "
            "stand for (as-article.png).",
        ),
    ]
)
