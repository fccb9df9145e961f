"""What happens in a frame of an animation, in words."""

from collections.abc import Sequence

from convcli.inspection.filling import Filling
from convcli.inspection.schedule import Moment
from convcli.inspection.sliding import PatchSum, PooledStep, PoolingSlide, Slide
from convcli.views.sentences.numbers import counted, number_text, place_text

MOST_CHANNEL_SUMS = 4


def steps_text(moment: Moment, steps: int) -> str:
    """Which steps a frame shows.

    >>> steps_text(Moment(0, 0), 576), steps_text(Moment(24, 47), 576)
    ('step 1 of 576', 'steps 25 to 48 of 576')
    """
    if moment.first == moment.last:
        return f"step {moment.last + 1} of {steps:,}"
    return f"steps {moment.first + 1:,} to {moment.last + 1:,} of {steps:,}"


def output_made(slide: Slide, moment: Moment, value: float) -> str:
    """Which output a frame speaks of, and its value."""
    place = place_text(slide.place(slide.strongest(moment)))
    chosen = ": " if moment.first == moment.last else "; the strongest, "
    return f"{steps_text(moment, slide.steps)}{chosen}{slide.layer} {place} = {number_text(value)}"


def products_added(made: PatchSum) -> str:
    """From the products to the output.

    The products are exact and their sum is in float64; where the engine's number differs in a digit
    that is written, the sentence says so.
    """
    channels = len(made.products)
    products = f"{number_text(made.products_sum)} ({counted(made.products.size, 'product')}"
    if channels > MOST_CHANNEL_SUMS:
        products += f" of {channels} channels"
    elif channels > 1:
        products = f"{sum_text(made.channel_sums.tolist())} ({channels} channels"
    whole = number_text(made.total)
    engine = "" if whole == number_text(made.engine) else " (added in float64)"
    sign = "-" if made.bias < 0 else "+"
    return f"{products}) {sign} {number_text(abs(made.bias))} (bias) = {whole}{engine}"


def sum_text(numbers: Sequence[float]) -> str:
    """Numbers with their signs between them.

    >>> sum_text([0.5, -0.25, 1.0])
    '0.5000000 - 0.2500000 + 1.0000000'
    """
    first, *others = numbers
    return number_text(first) + "".join(
        f" {'-' if number < 0 else '+'} {number_text(abs(number))}" for number in others
    )


def pooled_how(slide: PoolingSlide, made: PooledStep) -> str:
    """Who won, or what was averaged.

    >>> import numpy as np
    >>> from convcli.engine.geometry import Window
    >>> from convcli.inspection.provenance import Patches
    >>> slide = PoolingSlide("pool1", "relu1", 0, Patches(Window(1, 2, 2), 1, 1, 2),
    ...     np.zeros((1, 1, 2)), np.zeros((1, 1)), 0.0, True, False)
    >>> pooled_how(slide, slide.at(0))
    'tie of 2, the first wins: relu1 (0, 0)'
    """
    if made.winner is None:
        inside = sum(value is not None for value in made.values)
        if inside == len(made.values):
            return f"the mean of {counted(inside, 'value')}"
        return (
            f"the mean of {len(made.values)} values, padding as 0"
            if slide.counts_padding
            else f"the mean of {counted(inside, 'value')}, without the padding"
        )
    winner = f"{slide.source} {place_text(made.places[made.winner])}"
    if made.tied == 1:
        return f"{winner} is the largest of {len(made.values)} and wins"
    return f"tie of {made.tied}, the first wins: {winner}"


def assigned(filling: Filling, moment: Moment) -> str:
    """Which slices are copied by now, and what the one that is shown is."""
    shown = filling.strongest(moment)
    meaning = slice_meaning(filling, shown)
    if moment.first == moment.last:
        return f"slice {shown + 1:,} of {filling.steps:,}: {meaning}"
    return (
        f"slices {moment.first + 1:,} to {moment.last + 1:,} of {filling.steps:,}; "
        f"the strongest, {shown + 1:,}: {meaning}"
    )


def slice_meaning(filling: Filling, step: int) -> str:
    """What a slice is."""
    place = place_text(filling.at(step).place)
    if filling.order == "offset":
        return f"what weight {place} meets at every output"
    return f"the patch of output {place}"


def assignment_line(filling: Filling, step: int) -> str:
    """The assignment as the book writes it, of all channels at once, and what it copies.

    >>> import numpy as np
    >>> from convcli.engine.geometry import Window
    >>> from convcli.inspection.provenance import Patches
    >>> patches = Patches(Window(5, 5, stride=2), 1, 28, 28)
    >>> filling = Filling("offset", "conv1", "input", patches, np.zeros((1, 28, 28)),
    ...     np.zeros((144, 25)), np.zeros((1, 25, 12, 12)))
    >>> assignment_line(filling, 13)
    'col[:, :, 2, 3] = img[:, :, 2:26:2, 3:27:2], 144 numbers, 0 to 0'
    """
    taken = filling.at(step)
    top, _, left, _ = filling.patches.window.pads
    rows, columns = _span(taken.rows, top), _span(taken.columns, left)
    values = taken.values
    numbers = f"{counted(values.size, 'number')}, {values.min():.3g} to {values.max():.3g}"
    return (
        f"col[:, :, {taken.place[0]}, {taken.place[1]}] = img[:, :, {rows}, {columns}], {numbers}"
    )


def _span(numbers: range, pad: int) -> str:
    # The book pads the image first, and counts from the first pixel of the padding.
    first = numbers[0] + pad
    step = f":{numbers.step}" if numbers.step > 1 else ""
    end = first + len(numbers) * numbers.step if numbers.step > 1 else numbers[-1] + pad + 1
    return f"{first}:{end}{step}"


def clock_text(filling: Filling, moment: Moment) -> str:
    """How far one order is when both run on one clock."""
    if moment.last + 1 >= filling.steps:
        return f"by {filling.order}: all {filling.steps:,} slices are done"
    return f"by {filling.order}: {moment.last + 1:,} of {filling.steps:,} slices are done"
