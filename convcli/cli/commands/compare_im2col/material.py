"""What ``convcli compare-im2col`` works on: a digit, or what goes into a layer, and a window."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from numpy.typing import NDArray

from convcli.cli import inputs
from convcli.cli.inputs import Input, OpenedNetwork
from convcli.engine.geometry import Window
from convcli.engine.im2col_variants import VARIANTS, find_variant
from convcli.inspection.cost import NOTHING, Cost, of_inputs
from convcli.network.contract import InputContract
from convcli.network.network import INPUT

Array = NDArray[Any]


@dataclass(frozen=True)
class Material:
    """Images and a window.

    Attributes:
        shown: The first image.
        subject: What the window moves over, for a reader.
        shape: (C, H, W) of what the window moves over.
        window: Of the im2col.
        batch_of: From a number to so many of them, (N, C, H, W), the first one in front.
        making: From a number to what it takes to have so many of them.
        slug: For a folder's name.
        is_first: Whether they are images, and not what an earlier layer gives out.
        facts: Of the layer, for a program; empty where it is about none.
    """

    shown: Input
    subject: str
    shape: tuple[int, ...]
    window: Window
    batch_of: Callable[[int], Array]
    making: Callable[[int], Cost]
    slug: str
    is_first: bool = True
    facts: Mapping[str, Any] = field(default_factory=dict)


def of_image(window: Window, image_request: Mapping[str, Any]) -> Material:
    """An image as it is."""
    shown = inputs.open_input(InputContract(), **image_request)
    shape = shown.pixels.shape[1:]
    return Material(shown, shown.title, shape, window, shown.batch, lambda _: NOTHING, shown.slug)


def of_layer(opened: OpenedNetwork, name: str, image_request: Mapping[str, Any]) -> Material:
    """What goes into a convolution, and its own window."""
    convolution = opened.convolution(name)
    shown = inputs.open_input(opened.network.contract, **image_request)
    source = opened.network.input_name_of(convolution)
    return Material(
        shown,
        f"{shown.title}: input of {convolution.name} of {opened.name}",
        opened.network.shapes[source],
        convolution.window,
        partial(_inputs, opened, name, shown),
        partial(of_inputs, opened.network, convolution),
        f"{shown.slug}-{convolution.name}",
        is_first=source == INPUT,
        facts={"params": opened.name, "layer": convolution.name},
    )


def _inputs(opened: OpenedNetwork, name: str, shown: Input, number: int) -> Array:
    # An image as it is does without it.
    from convcli.inspection.layer_inputs import inputs_of

    with opened.named():
        return inputs_of(opened.network, opened.convolution(name), shown.batch(number))


def variants_of(text: str) -> list[str]:
    """The names in the user's list of variants, each once."""
    if text.strip().lower() == "all":
        return list(VARIANTS)
    return [find_variant(name.strip()).name for name in dict.fromkeys(text.split(","))]
