"""``convcli animate`` in a terminal."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from convcli.cli import console, inputs
from convcli.cli.filming import Motion, Wanted, delays_of
from convcli.inspection.schedule import Schedule

if TYPE_CHECKING:
    from convcli.views.terminal.motion import Frame


def play(motion: Motion, wanted: Wanted) -> None:
    """Play it until it has ended, or somebody presses a key."""
    schedule = motion.chosen(wanted)
    delays = delays_of(schedule, wanted)
    inputs.announce(motion.shown, motion.opened)
    stopped = console.play(_frames(motion, schedule, delays))
    if not stopped:
        console.print_text("Keep it as a file with --out DIR.")


def _frames(
    motion: Motion, schedule: Schedule, delays: tuple[int, ...]
) -> "Iterator[tuple[Frame, float]]":
    from convcli.views.terminal.motion import Frame

    scene = motion.scene()
    for moment, delay in zip(schedule, delays, strict=True):
        words = [scene.title, *scene.words(moment)]
        hint = "any key stops" if moment != schedule[-1] else ""
        yield Frame(words, partial(motion.gallery, scene, moment), hint), delay / 100
