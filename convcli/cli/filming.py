"""An animation from what the user wants of it to the bytes of its file."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convcli.cli import console
from convcli.cli.budget import fits, require_affordable
from convcli.cli.inputs import Input, OpenedNetwork
from convcli.errors import UsageError
from convcli.inspection.film_cost import USUAL_PIXELS, of_film
from convcli.inspection.schedule import Moment, Schedule, every_step, from_fine_to_coarse

if TYPE_CHECKING:
    from convcli.views.animation.film import Film
    from convcli.views.animation.scene import Scene
    from convcli.views.terminal.pictures import Gallery

ADVICE = {
    "frames": "take --frames teach",
    "kind": "take --format gif",
}
USUAL_KIND = "gif"


@dataclass(frozen=True)
class Wanted:
    """What the user wants of an animation.

    Attributes:
        frames: ``teach`` or ``all``.
        seconds: How long it plays; None for the usual time.
        max_size: How many bytes its file may have; None for any.
        kind: ``gif``, ``webp`` or ``html``; None where nothing was said.
        out: The folder; None likewise.
        as_json: Whether the result is for a program.
    """

    frames: str
    seconds: float | None
    max_size: int | None
    kind: str | None
    out: Path | None
    as_json: bool

    @property
    def asks_for_a_file(self) -> bool:
        """Whether an option says that a file is wanted."""
        return self.as_json or any(
            choice is not None for choice in (self.out, self.kind, self.max_size)
        )


@dataclass(frozen=True)
class Motion:
    """What moves.

    Attributes:
        name: Of its files: ``conv``, ``pool`` or ``im2col``.
        shown: The image.
        opened: The network.
        facts: What the JSON says of it.
        usual: The schedule to teach with.
        steps: How many steps there are.
        terms: Values under the window, in all channels.
        scene: Makes what its frames are drawn by.
        gallery: Makes the pictures of a moment for a terminal, for so many pixels across and down.
    """

    name: str
    shown: Input
    opened: OpenedNetwork
    facts: dict[str, Any]
    usual: Schedule
    steps: int
    terms: int
    scene: "Callable[[], Scene]"
    gallery: "Callable[[Scene, Moment, tuple[int, int]], Gallery]"

    def chosen(self, wanted: Wanted) -> Schedule:
        """The schedule that --frames names."""
        return every_step(self.steps) if wanted.frames == "all" else self.usual


@dataclass(frozen=True)
class Packed:
    """A film as bytes.

    Attributes:
        film: What was packed.
        data: The file.
        merged: How many shades of a scale are one colour in it.
    """

    film: "Film"
    data: bytes
    merged: int


def require_affordable_frame(motion: Motion) -> None:
    """Refuse what takes too long for a single frame.

    Raises:
        ConvcliError: It does.
    """
    work = f"drawing a frame with {motion.terms:,} values under the window"
    cost = of_film(1, USUAL_PIXELS, motion.terms, USUAL_KIND)
    require_affordable(work, cost, {}, "choose another --layer, or give a smaller network")


def packed_film(motion: Motion, wanted: Wanted) -> Packed:
    """Draw and pack it; nothing is written.

    Raises:
        UsageError: It cannot be played in so few seconds, or no schedule fits the size.
        ConvcliError: It takes more than a command may.
    """
    scene, kind = motion.scene(), wanted.kind or USUAL_KIND
    if wanted.max_size is None:
        schedule = motion.chosen(wanted)
        _require_affordable(motion, scene, kind, schedule)
        return _encoded(scene, schedule, wanted, kind)
    _require_affordable(motion, scene, kind, motion.usual)
    usual = _encoded(scene, motion.usual, wanted, kind)
    a_frame = len(usual.data) / len(motion.usual)
    smallest = len(usual.data)
    for schedule in from_fine_to_coarse(motion.steps, motion.usual):
        # Frames of many steps differ more, so that those of few are smaller than these.
        too_many = len(schedule) > len(motion.usual) and (
            len(schedule) * a_frame / 2 > wanted.max_size
            or not fits(of_film(2 * len(schedule), scene.background.size, motion.terms, kind))
        )
        if too_many:
            continue
        packed = usual if schedule == motion.usual else _encoded(scene, schedule, wanted, kind)
        if len(packed.data) <= wanted.max_size:
            return packed
        smallest = min(smallest, len(packed.data))
    raise UsageError(
        f"even with 2 frames it has {smallest:,} bytes", f"give --max-size {-(-smallest // 1000)}kB"
    )


def _encoded(scene: "Scene", schedule: Schedule, wanted: Wanted, kind: str) -> Packed:
    from convcli.views.animation.film import Film
    from convcli.views.animation.formats import WRITERS

    delays, file = delays_of(schedule, wanted), BytesIO()
    with console.progress("drawing frames", len(schedule)) as drawn:
        film = Film(scene, schedule, delays, drawn)
        merged = WRITERS[kind](file, film)
    return Packed(film, file.getvalue(), merged)


def delays_of(schedule: Schedule, wanted: Wanted) -> tuple[int, ...]:
    """How long each frame stays, in hundredths of a second.

    Raises:
        UsageError: The user wants it to be over too soon.
    """
    from convcli.views.animation import film

    if wanted.seconds is None:
        return film.usual_delays(schedule)
    delays = film.delays_within(schedule, wanted.seconds)
    if delays is None:
        raise UsageError(
            f"{len(schedule)} frames cannot be told apart in {wanted.seconds:g} seconds",
            f"give at least --seconds {film.least_seconds(schedule):.1f}, or fewer frames",
        )
    return delays


def _require_affordable(motion: Motion, scene: "Scene", kind: str, schedule: Schedule) -> None:
    width, height = scene.background.shape[::-1]
    work = f"drawing {len(schedule):,} frames of {width}x{height} as {kind}"
    cost = of_film(len(schedule), width * height, motion.terms, kind)
    require_affordable(work, cost, ADVICE, "give a smaller network")
