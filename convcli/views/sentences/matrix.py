"""One cell and one pixel of an im2col matrix, in words."""

from convcli.inspection.matrix_lookup import CellExplanation, Coverage, PixelExplanation
from convcli.inspection.slicings import SlicedCell
from convcli.views.sentences.numbers import counted, exact_text, line_text, place_text


def matrix_cell(found: CellExplanation) -> list[str]:
    """Which pixel, which output, which weight, and where in both slicings."""
    row, column = found.place
    _, output_row, output_column, channel, y, x = found.cell
    patches, window = found.patches, found.patches.window
    top, _, left, _ = window.pads
    down, across = window.strides
    byte = "" if found.byte is None else f" (byte {found.byte})"
    kind = "padding, which is 0" if found.is_padding else f"{exact_text(found.value)}{byte}"
    of_channel = f", channel {channel}" if patches.channels > 1 else ""
    return [
        f"Row {row} = {output_row} * {patches.output_size[1]} + {output_column}: "
        f"the output {place_text(found.output)}.",
        f"Column {column} = ({channel} * {window.height} + {y}) * {window.width} + {x}: "
        f"the weight {place_text(found.weight_index)}, "
        f"{exact_text(found.weight)} in filter {found.number}.",
        f"It holds pixel {place_text(found.pixel)} of {found.source}{of_channel}: {kind}. "
        f"({found.pixel[0]} = {output_row} * {down} - {top} + {y}, "
        f"{found.pixel[1]} = {output_column} * {across} - {left} + {x})",
        _slice(found.offset, f"the picture of weight {place_text((y, x))} at every output"),
        _slice(found.position, f"the patch of output {place_text(found.output)}"),
    ]


def _slice(sliced: SlicedCell, what: str) -> str:
    height, width = sliced.slice_shape
    return (
        f"By {sliced.variant}: slice {sliced.number} of the {sliced.slices}, {what}, "
        f"at {place_text(sliced.place)} of its {height}x{width}."
    )


def pixel_in_matrix(found: PixelExplanation) -> list[str]:
    """How many cells, why not more, and what the pixel reaches."""
    return [_value(found), _cells(found), *_reasons(found), *_reached(found)]


def _value(found: PixelExplanation) -> str:
    values = ", ".join(map(exact_text, found.values))
    listed = ", ".join(map(str, found.bytes))
    return f"It is {values}" + (f" (byte {listed})." if listed else ".")


def _cells(found: PixelExplanation) -> str:
    window, channels = found.patches.window, found.patches.channels
    cells = len(found.cells) // channels
    most = "" if cells == window.area else f" and not {window.area}"
    each = f" in each of {channels} channels" if channels > 1 else ""
    if not cells:
        return f"In no cell: no window of {found.layer} reads it."
    return (
        f"In {counted(cells, 'cell')}{most}{each}, in {len(found.rows)} of the "
        f"{found.patches.matrix_shape[0]} rows of the matrix: each row is one output that reads it."
    )


def _reasons(found: PixelExplanation) -> list[str]:
    words = (
        (found.down, "row", found.pixel[0], "above the first", "below the last"),
        (found.across, "column", found.pixel[1], "left of the first", "right of the last"),
    )
    return [
        _reason(coverage, f"{axis} {number}", before, after)
        for coverage, axis, number, before, after in words
        if coverage.times < coverage.extent
    ]


def _reason(coverage: Coverage, line: str, before: str, after: str) -> str:
    reasons = (
        (coverage.before, f"stand {before} place"),
        (coverage.after, f"stand {after} place"),
        (coverage.stepped_over, "stand between two steps of the stride"),
    )
    because = " and ".join(
        f"{counted(count, 'time')} it would {what}" for count, what in reasons if count
    )
    times = counted(coverage.times, "time")
    return f"The window passes {line} {times} and not {coverage.extent}: {because}."


def _reached(found: PixelExplanation) -> list[str]:
    if not found.outputs:
        return []
    lines = [f"It reaches {_block(found.outputs, found.layer)}."]
    if found.pooling is None:
        return [*lines, "No pooling follows."]
    if not found.pooled:
        return [*lines, f"{found.pooling} steps over all of them."]
    return [*lines, f"It can win {_block(found.pooled, found.pooling)}."]


def _block(places: tuple[tuple[int, int], ...], stage: str) -> str:
    rows, columns = (sorted({place[axis] for place in places}) for axis in (0, 1))
    outputs = counted(len(places), "output")
    return f"{outputs} of {stage}, {line_text('row', rows)}, {line_text('column', columns)}"
