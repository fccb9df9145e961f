"""The options of ``convcli train`` that are about what it leaves, and about going on."""

import click

from convcli.cli import options
from convcli.cli.folder import HOME
from convcli.cli.training.files import MOST_SHARE, STATE_SUFFIX
from convcli.cli.training.learner import usual_file

file_options = options.compose(
    [
        click.option(
            "--save",
            type=options.PATH,
            metavar="FILE",
            help="Where the parameters go: .npz or .safetensors. A file that is there is not "
            f"overwritten. Without it: {usual_file(None, None).name}, or with --layers or --params "
            f"{usual_file(None, '').name}, in {HOME / 'train'}.",
        ),
        click.option(
            "--state",
            type=options.NpzPath(),
            metavar="FILE.npz",
            help="Where the state of the run goes; it is removed when the run has ended. Without "
            f"it: NAME{STATE_SUFFIX} beside NAME.npz of --save.",
        ),
        click.option(
            "--checkpoint-every",
            type=click.IntRange(0, 10**6),
            default=200,
            metavar="N",
            help="Write the state after every N steps, and with each better epoch; 0 for never. "
            "Without it: after every 200, or fewer where they would take more than "
            f"{MOST_SHARE:.0%} of the time.",
        ),
        click.option(
            "--resume",
            type=options.PATH,
            metavar="FILE",
            help="Go on with the run of this state: its settings, its network, and its file for "
            "the parameters, if --save names no other. It ends in the same bits as if it had never "
            "stopped.",
        ),
        click.option(
            "--accept-rounding",
            is_flag=True,
            help="Go on with --resume on another machine or NumPy, where the last bits may come "
            "out otherwise.",
        ),
        click.option(
            "--animate",
            is_flag=True,
            help="Write filters.gif as well: the filters of the first convolution, as they grow.",
        ),
    ]
)
