"""``convcli params``: what is in a parameter file, and the same in another format."""

import click

from convcli.cli.commands.params import convert, show


@click.group()
def command() -> None:
    """Look into parameter files and convert them.

    Files may be .npz, .safetensors, or pickles such as the book's params.pkl. All are read as data:
    nothing in a file is ever run, and whatever is no array of numbers is refused.

    \b
    Examples:
      convcli params show
      convcli params show params.pkl
      convcli params convert params.pkl params.safetensors
    """


command.add_command(show.command)
command.add_command(convert.command)
