"""Ctrl-C at a moment of chance in a command, and what must be true after it."""

import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click
from PIL import Image

from convcli.cli.main import cli
from convcli.storage.checkpoints import load_checkpoint
from convcli.storage.parameters.formats import load

# What a command is given so that it takes a second or two; one that is not here is given nothing.
ARGUMENTS = {
    "bench": ("--quick", "--repeat", "1"),
    "compare-im2col": ("--repeat", "1", "--batch", "2"),
    "explain": ("--at", "conv:3,3"),
    "gradcheck": ("--sweep", "--layer", "affine2"),
    "forward": ("--filter", "0-3"),
    "params convert": ("source.npz", "converted.safetensors"),
    "train": ("--epochs", "3", "--batch", "32", "--save", "trained.npz"),
}
# What a run that was interrupted leaves, and one that has ended does not.
STATE = "trained.state.npz"
INTERRUPTED = "Error: interrupted"
# The program says when its own first line is reached: until then Ctrl-C is Python's affair.
BEGIN = "import os\nfrom convcli.__main__ import run\nos.write({marker}, b'.')\nrun()"
# Seconds from the first line on in which Ctrl-C may come, and those in which it must be answered.
LONGEST = 10.0
PATIENCE = 120.0


@dataclass(frozen=True)
class Command:
    """A command line.

    Attributes:
        arguments: What follows ``convcli``.
    """

    arguments: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(self.arguments)


@dataclass(frozen=True)
class Ended:
    """How a command ended.

    Attributes:
        code: Its exit code.
        stderr: The lines on stderr.
        seconds: From its own first line to its end.
    """

    code: int
    stderr: list[str]
    seconds: float


def commands() -> Iterator[Command]:
    """Each command of the program, with figures and without and as JSON where it has a choice."""
    for name, command in _leaves(cli, ""):
        given = (*name.split(), *ARGUMENTS.get(name, ()))
        yield Command(given)
        options = {option for parameter in command.params for option in parameter.opts}
        for option in ("--no-figures", "--json"):
            if option in options:
                yield Command((*given, option))
    yield Command(("--help",))


def _leaves(group: click.Group, prefix: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from _leaves(command, f"{prefix}{name} ")
            if not command.invoke_without_command:
                continue
        yield prefix + name, command


def run(command: Command, folder: Path, delay: float) -> Ended:
    """Run a command in a folder.

    Args:
        command: Which.
        folder: Is where it runs, and where its cache is.
        delay: Seconds from its own first line to Ctrl-C, which it does not get if it has ended.
    """
    environment = os.environ | {
        "CONVCLI_DATA_DIR": "",
        "XDG_CACHE_HOME": str(folder.parent / "cache"),
        "PYTHONPATH": str(Path(__file__).parents[2]),
        # Nothing is fetched from anywhere: the proxy is a port at which nobody listens.
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "HTTP_PROXY": "http://127.0.0.1:9",
    }
    reading, writing = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-c", BEGIN.format(marker=writing), *command.arguments],
        cwd=folder,
        env=environment,
        pass_fds=[writing],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        os.close(writing)
        begun = os.read(reading, 1)
        os.close(reading)
        assert begun == b"."
        started = time.monotonic()
        timer = threading.Timer(delay, process.send_signal, [signal.SIGINT])
        timer.start()
        try:
            _, stderr = process.communicate(timeout=delay + PATIENCE)
        finally:
            timer.cancel()
            process.kill()
    return Ended(process.returncode, stderr.splitlines(), time.monotonic() - started)


@dataclass
class Undisturbed:
    """A command that nothing has come between for as long as one may wait.

    Attributes:
        command: Which.
        ended: How it ended; one that takes longer than ``LONGEST``, by Ctrl-C then.
        files: What it left.
        seconds: The shortest time that it took; a machine is not always as busy.
    """

    command: Command
    ended: Ended
    files: frozenset[str]
    seconds: float = field(init=False)

    def __post_init__(self) -> None:
        self.seconds = self.ended.seconds

    def interrupted(self, folder: Path, chance: random.Random) -> bool:
        """Run it again with Ctrl-C at a moment of chance; says whether that came in time.

        Raises:
            AssertionError: It did not end as it should, or has left what is not whole.
        """
        delay = chance.uniform(0, self.seconds)
        ended = run(self.command, folder, delay)
        moment = f"{self.command} after {delay:.4f} s: {ended}"
        left = files(folder)
        if self.ended.code != 130:
            assert left - {STATE} <= self.files, f"{moment}: {sorted(left)}"
        for name in left:
            assert is_whole(folder / name), f"{moment}: {name} is half-written"
        said = {_shape(line) for line in self.ended.stderr if not line.startswith(INTERRUPTED)}
        more = [line for line in ended.stderr if _shape(line) not in said]
        if ended.code == self.ended.code != 130:
            # Everything was done when it came.
            self.seconds = min(self.seconds, ended.seconds)
            assert more == [], moment
            assert left == self.files, moment
            return False
        assert ended.code == 130, moment
        assert len(more) == 1, moment
        assert more[0].startswith(INTERRUPTED), moment
        return True


def _shape(line: str) -> str:
    """A line without its numbers, which differ from run to run."""
    return re.sub(r"[\d.]+", "#", line)


def undisturbed(command: Command, folder: Path) -> Undisturbed:
    """Run a command to its end, or for as long as one may wait."""
    return Undisturbed(command, run(command, folder, LONGEST), frozenset(files(folder)))


def renewed(folder: Path) -> Path:
    """The same folder with nothing in it but what the commands read."""
    if folder.is_dir():
        for path in sorted(folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
    folder.mkdir(exist_ok=True)
    source = Path(__file__).parents[2] / "sample_params" / "simple_convnet.npz"
    (folder / "source.npz").write_bytes(source.read_bytes())
    return folder


def files(folder: Path) -> set[str]:
    """The files in a folder and all below."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def is_whole(path: Path) -> bool:
    """Whether a picture, a parameter file or a state can be read to its end."""
    if path.suffix in (".png", ".gif"):
        with Image.open(path) as picture:
            picture.seek(getattr(picture, "n_frames", 1) - 1)
            picture.load()
    elif path.name == STATE:
        load_checkpoint(path)
    elif path.suffix in (".npz", ".safetensors"):
        load(path)
    elif path.suffix == ".json":
        json.loads(path.read_bytes())
    else:
        return False
    return True
