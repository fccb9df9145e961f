"""The probability of every class as a bar of letters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.style import Style

from convcli.text import wrapped
from convcli.views.bars import bars_of, probability_text

LONGEST = 50  # Columns of a probability of 1.
SHORTEST = 8
EIGHTHS = " ▏▎▍▌▋▊▉"
BOLD = Style(bold=True)
LABEL = "label"


@dataclass(frozen=True, eq=False)
class Bars:
    """A rich renderable: a line for each class, the most probable one bold, a sign at the label.

    Of many classes the most probable ones are shown, and the label. In a terminal that is too
    narrow for bars, the numbers are there without them.

    Attributes:
        names: Of the classes, printable.
        probabilities: (classes,), each 0..1.
        label: The true class, where it is known.

    >>> import numpy as np
    >>> bars = Bars(["no", "yes"], np.array([0.25, 0.75]), label=1)
    >>> Console(width=40).print(bars, crop=False)
     no  █████                 0.25
    yes  ███████████████       0.75  ◀ label
    """

    names: Sequence[str]
    probabilities: NDArray[Any]
    label: int | None = None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The lines, as wide as there is room for."""
        plain = options.ascii_only or console.is_dumb_terminal
        shown = bars_of(self.probabilities, self.label)
        best = int(self.probabilities.argmax())
        numbers = {place: probability_text(float(self.probabilities[place])) for place in shown}
        sign = f"{'<' if plain else '◀'} {LABEL}"
        names = max(cell_len(self.names[place]) for place in shown)
        digits = max(map(len, numbers.values()))
        taken = names + digits + 4 + (0 if self.label is None else 2 + len(sign))
        length = min(LONGEST, options.max_width - taken)
        for place in shown:
            style = BOLD if place == best else Style.null()
            end = f"  {sign}" if place == self.label else ""
            name, number = self.names[place], numbers[place]
            if length < SHORTEST:
                lines = wrapped(f"{name}: {number}{end}", options.max_width, measure=cell_len)
            else:
                bar = _bar(float(self.probabilities[place]), length, plain)
                space = " " * (names - cell_len(name))
                lines = [f"{space}{name}  {bar}  {number:>{digits}}{end}"]
            for line in lines:
                yield Segment(line, style)
                yield Segment.line()


def _bar(probability: float, length: int, plain: bool) -> str:
    if plain:
        return ("#" * round(probability * length)).ljust(length)
    whole, eighths = divmod(round(probability * length * 8), 8)
    return f"{'█' * whole}{EIGHTHS[eighths] if eighths else ''}".ljust(length)
