"""``convcli data``: where MNIST is, how it gets here, and what it looks like."""

import click

from convcli.cli.commands.data import download, show, status


@click.group()
def command() -> None:
    """Find, download and look at MNIST.

    MNIST is looked for in --data-dir, then in the folder that CONVCLI_DATA_DIR names, then in the
    cache that 'convcli data download' fills. Without any of them the bundled sample digits are
    used: 200 for training and 100 for testing, drawn by a program.

    \b
    Examples:
      convcli data download
      convcli data status
      convcli data show --index 0-99
    """


command.add_command(download.command)
command.add_command(status.command)
command.add_command(show.command)
