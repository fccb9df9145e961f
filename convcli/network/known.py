"""Networks that are known by the names and shapes of their arrays alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from convcli.network.contract import InputContract
from convcli.network.layers import Shape

MNIST = InputContract()
# Mean and standard deviation of MNIST's training pixels / 255, as PyTorch's examples write them.
PYTORCH_MNIST = InputContract(mean=(0.1307,), standard_deviation=(0.3081,))

CHAPTER_3 = "flatten affine1 sigmoid affine2 sigmoid affine3"
CHAPTER_7_TITLE = "the book's network of chapter 7"
CHAPTER_7 = "conv1 relu maxpool2 flatten affine1 relu affine2"
CHAPTER_7_SIZED = "conv1(30@5x5) relu maxpool2 flatten affine1(100) relu affine2(10)"
# The fourth convolution has a pad of 2; the book multiplies by 0.5 when this network predicts.
CHAPTER_8 = (
    "conv1(pad=1) relu conv2(pad=1) relu maxpool2 "
    "conv3(pad=1) relu conv4(pad=2) relu maxpool2 "
    "conv5(pad=1) relu conv6(pad=1) relu maxpool2 "
    "flatten affine1 relu dropout(0.5,book) affine2 dropout(0.5,book)"
)
LENET_5 = "conv1{pad} relu maxpool2 conv2 relu maxpool2 flatten fc1 relu fc2 relu fc3"
PYTORCH_EXAMPLE = (
    "conv1 relu conv2 relu maxpool2 dropout(0.25) flatten fc1 relu dropout(0.5) fc2 logsoftmax"
)
PYTORCH_EXAMPLE_TO_2019 = (
    "conv1 maxpool2 relu conv2 dropout(0.5) maxpool2 relu flatten "
    "fc1 relu dropout(0.5) fc2 logsoftmax"
)
TWO_CONVOLUTIONS = "conv1 relu maxpool2 conv2 relu maxpool2 flatten fc1 relu fc2 logsoftmax"


@dataclass(frozen=True)
class Known:
    """A network that was recognised.

    Attributes:
        title: What readers call it.
        specification: Its layers; see :mod:`convcli.network.specification`.
        contract: What it expects of its input.
        assumed: What names and shapes cannot tell, in a clause; empty where nothing is assumed.
    """

    title: str
    specification: str
    contract: InputContract = MNIST
    assumed: str = ""


def recognise(arrays: Mapping[str, NDArray[Any]]) -> Known | None:
    """The network that arrays of these names and shapes belong to; None if it is not known.

    Only what tells networks apart is asked for; whether every shape fits is found out when the
    network is built.

    >>> import numpy as np
    >>> names = ("W1", "b1", "W2", "b2", "W3", "b3")
    >>> arrays = {name: np.zeros((784, 50)) for name in names}
    >>> recognise(arrays).title
    "the book's network of chapter 3"
    """
    shapes = {name: array.shape for name, array in arrays.items()}
    return next((known for ask in _QUESTIONS if (known := ask(shapes)) is not None), None)


def _book(shapes: Mapping[str, Shape]) -> Known | None:
    # A file that has one name too many is more likely the book's with an error in it than another
    # network, and the error says more if it is taken for the book's.
    if "W1" not in shapes or "b1" not in shapes:
        return None
    first, second = shapes["W1"], shapes.get("W2", ())
    if len(first) == 2:
        return Known("the book's network of chapter 3", CHAPTER_3)
    if set(shapes) == {"W1", "b1"}:
        return Known("a convolution alone", "conv1", _input_of(first, at_least=first[-2:]))
    if len(second) == 4 or "W8" in shapes:
        return Known("the book's network of chapter 8", CHAPTER_8, _input_of(first))
    return Known(CHAPTER_7_TITLE, CHAPTER_7, _input_of(first))


def _input_of(filters: Shape, at_least: Shape = ()) -> InputContract:
    channels = filters[1] if len(filters) == 4 and filters[1] else 1
    height, width = (max(28, size) for size in (at_least or (28, 28)))
    return InputContract(channels, height, width)


def _pytorch(*layers: str) -> set[str]:
    return {f"{layer}.{kind}" for layer in layers for kind in ("weight", "bias")}


def _lenet_5(shapes: Mapping[str, Shape]) -> Known | None:
    expected = {"conv1.weight": (6, 1, 5, 5), "conv2.weight": (16, 6, 5, 5)}
    if set(shapes) != _pytorch("conv1", "conv2", "fc1", "fc2", "fc3") or not _has(shapes, expected):
        return None
    assumed = "ReLU and max pooling, the input (pixels / 255 - 0.1307) / 0.3081"
    # 28x28 pixels leave 4x4 after both poolings, and 5x5 where the first convolution is padded.
    pads: dict[Shape, str] = {(120, 256): "", (120, 400): "(pad=2)"}
    pad = pads.get(shapes["fc1.weight"])
    if pad is None:
        return None
    return Known("LeNet-5", LENET_5.format(pad=pad), PYTORCH_MNIST, assumed)


def _pytorch_examples(shapes: Mapping[str, Shape]) -> Known | None:
    if set(shapes) != _pytorch("conv1", "conv2", "fc1", "fc2"):
        return None
    if _has(shapes, {"conv1.weight": (32, 1, 3, 3), "conv2.weight": (64, 32, 3, 3)}):
        return Known("PyTorch's MNIST example", PYTORCH_EXAMPLE, PYTORCH_MNIST)
    if _has(shapes, {"conv1.weight": (10, 1, 5, 5), "conv2.weight": (20, 10, 5, 5)}):
        title = "PyTorch's MNIST example of before 2019"
        return Known(title, PYTORCH_EXAMPLE_TO_2019, PYTORCH_MNIST)
    if _has(shapes, {"conv1.weight": (20, 1, 5, 5), "conv2.weight": (50, 20, 5, 5)}):
        return Known("PyTorch's MNIST example of 2019", TWO_CONVOLUTIONS, PYTORCH_MNIST)
    return None


def _has(shapes: Mapping[str, Shape], expected: Mapping[str, Shape]) -> bool:
    return all(shapes[name] == shape for name, shape in expected.items())


_QUESTIONS: tuple[Callable[[Mapping[str, Shape]], Known | None], ...] = (
    _book,
    _lenet_5,
    _pytorch_examples,
)
