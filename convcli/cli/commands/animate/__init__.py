"""``convcli animate``: a convolution, a pooling or im2col in motion."""

import click

from convcli.cli.commands.animate import convolution, im2col, pooling


@click.group()
def command() -> None:
    """Watch a filter slide, a pooling pick its winners, and the im2col matrix fill.

    In a terminal it plays at once, and any key stops it. With --out, or where there is no terminal,
    it becomes a file: a GIF, a WebP, or an HTML page with buttons. A sheet of some frames, for
    print, is always beside it.

    \b
    Examples:
      convcli animate conv --index 5
      convcli animate pool --layer pool2 --filter 3 --params deep.pkl --out moving
      convcli animate im2col --order both --out moving --format html
    """


command.add_command(convolution.command)
command.add_command(pooling.command)
command.add_command(im2col.command)
