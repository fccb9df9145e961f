"""What a window leaves over, what would fit, and whose rule is which, in words."""

from collections.abc import Sequence

from convcli.engine.geometry import Window
from convcli.inspection.chain import ImpossibleLayer, LayerGeometry
from convcli.inspection.left_over import LeftOver
from convcli.inspection.possible_windows import NearestWindows
from convcli.inspection.roundings import Rule
from convcli.network.layers import Convolution
from convcli.views.sentences.numbers import counted

_RULES = {
    Rule.FLOOR: "PyTorch, ONNX",
    Rule.CEIL: "PyTorch with ceil_mode=True, ONNX Runtime with ceil_mode=1",
    Rule.CEIL_CAFFE: "Caffe, which keeps a place behind the image where there is no padding",
    Rule.SAME_UPPER: "TensorFlow and Keras (SAME), ONNX with auto_pad=SAME_UPPER",
    Rule.SAME_LOWER: "ONNX with auto_pad=SAME_LOWER",
}


def left_over_text(rows: LeftOver, columns: LeftOver) -> str:
    """What no window reads, in a few words.

    >>> left_over_text(LeftOver(1, 0, 0, 0), LeftOver(1, 0, 0, 0))
    'the last row and column'
    >>> left_over_text(LeftOver(2, 4, 0, 0), LeftOver(0, 0, 1, 0))
    'the last 2 rows; 4 rows between windows; the last column of padding'
    """
    parts = [
        _both(_last(rows.last, "row"), _last(columns.last, "column")),
        _both(_some(rows.between, "row"), _some(columns.between, "column")),
        _both(_last(rows.padding, "row"), _last(columns.padding, "column")),
    ]
    endings = ("", " between windows", " of padding")
    found = [part + ending for part, ending in zip(parts, endings, strict=True) if part]
    return "; ".join(found) or "nothing"


def never_read(layer: LayerGeometry) -> list[str]:
    """What a layer never reads, and how far its last windows reach over the image."""
    if layer.left_over is None:
        return []
    name, (rows, columns) = layer.layer.name, layer.left_over
    lines = []
    if (text := left_over_text(rows, columns)) != "nothing":
        one = rows.unread + rows.padding + columns.unread + columns.padding == 1
        lines.append(f"{name}: {text} {'is' if one else 'are'} never read.")
    if rows.beyond or columns.beyond:
        over = _both(_some(rows.beyond, "row"), _some(columns.beyond, "column"))
        lines.append(f"{name}: the last windows reach {over} over the edge.")
    return lines


def cannot_stand(found: ImpossibleLayer) -> str:
    """Which window is impossible, and why."""
    return f"{found.layer.name}: {found.reason}"


def nearest_text(nearest: NearestWindows) -> str:
    """What would be possible instead.

    >>> wide = Window(30, 30)
    >>> nearest_text(NearestWindows(Window(30, 30, pad=1), Window(28, 28), None))
    'the nearest that fit: pad 1, or size 28x28; no stride does'
    """
    kinds = {
        "pad": nearest.pad and f"pad {_sides(nearest.pad.pads)}",
        "size": nearest.size and f"size {nearest.size.height}x{nearest.size.width}",
        "stride": nearest.stride and f"stride {_sides(nearest.stride.strides)}",
    }
    found = [text for text in kinds.values() if text]
    none = [kind for kind, text in kinds.items() if not text]
    if not found:
        return "no other pad, size or stride alone makes it fit"
    missing = f"; no {' and no '.join(none)} does" if none else ""
    return f"the nearest that fit: {', or '.join(found)}{missing}"


def window_text(window: Window) -> str:
    """A window as words of a chain write it.

    >>> window_text(Window(2, 2, stride=2, pad=(0, 1, 0, 1), ceil=True))
    '2x2, stride 2, pad 0/1/0/1, ceil'
    """
    size = f"{window.height}x{window.width}"
    ceil = ", ceil" if window.ceil else ""
    return f"{size}, stride {_sides(window.strides)}, pad {_sides(window.pads)}{ceil}"


def pads_text(pads: Sequence[int]) -> str:
    """Top, bottom, left and right; one number where they are the same.

    >>> pads_text((1, 1, 1, 1)), pads_text((0, 1, 0, 1))
    ('1', '0/1/0/1')
    """
    return _sides(tuple(pads))


def used_by(rule: Rule, layer: LayerGeometry) -> str:
    """Which libraries count a layer's places by a rule."""
    if layer.windowed is None:
        return ""
    text, window = _RULES[rule], layer.windowed.window
    is_convolution = isinstance(layer.layer, Convolution)
    if rule is Rule.FLOOR:
        valid = "VALID, padded before" if any(window.pads) else "VALID"
        return f"{text}, TensorFlow ({valid})" + (", Caffe" if is_convolution else "")
    if rule is Rule.CEIL and all(one.rule is not Rule.CEIL_CAFFE for one in layer.roundings):
        return f"{text}, Caffe always"
    if rule is Rule.SAME_UPPER and is_convolution and window.strides == (1, 1):
        return f"{text}, PyTorch with padding='same'"
    return text


def _both(rows: str, columns: str) -> str:
    if rows.removesuffix("row") == columns.removesuffix("column"):
        return f"{rows} and column" if rows else ""
    if rows.removesuffix("rows") == columns.removesuffix("columns"):
        return f"{rows} and columns"
    return " and ".join(filter(None, (rows, columns)))


def _last(number: int, noun: str) -> str:
    return f"the last {noun if number == 1 else counted(number, noun)}" if number else ""


def _some(number: int, noun: str) -> str:
    return counted(number, noun) if number else ""


def _sides(numbers: tuple[int, ...]) -> str:
    if len(set(numbers)) == 1:
        return str(numbers[0])
    if len(numbers) == 4 and numbers[0] == numbers[1] and numbers[2] == numbers[3]:
        numbers = numbers[0], numbers[2]
    return "/".join(map(str, numbers))
