"""The options that say what is to be explained."""

import click

from convcli.cli import options

place_options = options.compose(
    [
        click.option(
            "--at",
            "text",
            required=True,
            metavar="PLACE",
            help="conv:ROW,COLUMN or pool:ROW,COLUMN (an output), cell:ROW,COLUMN (of the im2col "
            "matrix), pixel:ROW,COLUMN, unit:LAYER,NUMBER (of an affine layer) or score:CLASS.",
        ),
        click.option(
            "--layer",
            metavar="NAME",
            help="Which convolution or pooling; the first of the network without it.",
        ),
        click.option(
            "--filter",
            "number",
            type=options.INDEX,
            default=0,
            show_default=True,
            help="Which filter of the convolution, or channel of the pooling.",
        ),
        click.option(
            "--sort",
            type=click.Choice(["order", "contribution"]),
            help="Terms in the order of the layer, or the largest first; without it, the order for "
            "conv, the largest first for unit and score.",
        ),
        options.count_option(
            "--terms", 100, "How many terms the table lists; the rest is one row."
        ),
    ]
)
