"""Which pixels of an image count for one score: four maps in the shape of the input.

Each is a question of its own. The gradient asks what a small change of a pixel would do; the
gradient times the input, what each pixel adds to the score of a network that is a straight line
between here and a black image; occlusion, what would be read without some pixels; Grad-CAM, where
the feature maps are large that the score rests on.

None of them proves that the network looks there: a network with shuffled weights may have a map
that looks as good. So each is to be shown beside that of :func:`control_of`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.errors import ParameterError, UsageError
from convcli.inspection.occlusion import Occlusion, occlude
from convcli.inspection.provenance import check_place
from convcli.inspection.trace import finite_stages
from convcli.network.layers import LeakyReLU, ReLU, Sigmoid, Tanh
from convcli.network.network import INPUT, Network

Array = NDArray[Any]
Stages = Mapping[str, Array]

METHODS = ("gradient", "gradient-x-input", "occlusion", "grad-cam")


@dataclass(frozen=True, eq=False)
class Attribution:
    """How much every pixel of one image counts for one score.

    Attributes:
        method: One of :data:`METHODS`.
        number: Of the class whose score it is.
        values: (channels, height, width), as the input.
        occlusion: What was read without each patch; None of another method.
        layer: Whose feature maps Grad-CAM weighs; empty of another method.
    """

    method: str
    number: int
    values: Array
    occlusion: Occlusion | None = None
    layer: str = ""

    @property
    def is_signed(self) -> bool:
        """Whether a value may be negative: all but Grad-CAM, which leaves those out."""
        return self.method != "grad-cam"

    @property
    def strongest(self) -> tuple[int, int, int]:
        """(channel, row, column) of the value of the largest magnitude; of equal ones the first."""
        found = np.unravel_index(np.abs(self.values).argmax(), self.values.shape)
        channel, row, column = map(int, found)
        return channel, row, column

    @property
    def at_strongest(self) -> float:
        """The value there."""
        return float(self.values[self.strongest])


def attribute(
    network: Network,
    image: Array,
    number: int,
    method: str,
    *,
    layer: str | None = None,
    size: int = 4,
    step: int = 1,
) -> Attribution:
    """The map of one method.

    Args:
        network: Ends in scores.
        image: (1, channels, height, width), as the network takes it.
        number: Of the class.
        method: One of :data:`METHODS`.
        layer: The stage that Grad-CAM weighs; without it :func:`last_feature_maps`.
        size: Pixels a side of a patch of the occlusion.
        step: Pixels from one patch to the next.

    Raises:
        UsageError: There is no such class, layer or method, or the patch is larger than the image.
        GeometryError: The image has another shape than the network takes.
        ParameterError: The network gives no scores, or the values are not finite.

    >>> from convcli.network.building import build
    >>> weights = np.arange(4.0).reshape(4, 1)
    >>> from convcli.network.contract import InputContract
    >>> network = build({"W1": weights, "b1": np.zeros(1)}, "flatten fc1", InputContract(1, 2, 2))
    >>> attribute(network, np.ones((1, 1, 2, 2)), 0, "gradient").values.tolist()
    [[[0.0, 1.0], [2.0, 3.0]]]
    """
    check_place((number,), (network.classes,), "class")
    if method == "occlusion":
        occlusion = occlude(network, image, number, size, step)
        return Attribution(method, number, occlusion.mean_drops, occlusion)
    stages = finite_stages(network, image)
    if method == "grad-cam":
        chosen = last_feature_maps(network) if layer is None else _feature_maps(network, layer)
        return Attribution(method, number, _grad_cam(network, stages, number, chosen), layer=chosen)
    gradient = score_gradients(network, stages, number)[INPUT][0]
    if method == "gradient":
        return Attribution(method, number, gradient)
    if method == "gradient-x-input":
        return Attribution(method, number, gradient * stages[INPUT][0])
    raise UsageError(f"there is no method '{method}'", f"choose from {', '.join(METHODS)}")


def score_gradients(network: Network, stages: Stages, number: int) -> dict[str, Array]:
    """The gradient of one score by every stage in front of it.

    Args:
        network: Ends in scores.
        stages: Its trace of one image.
        number: Of the class.

    Returns:
        Name of the stage -> gradient in the shape of the stage; from the scores back to ``input``.

    Raises:
        ParameterError: The network gives no scores, or a gradient is not finite.
    """
    last = network.scoring_layers[-1].name
    seed = np.zeros_like(stages[last])
    seed[0, number] = 1
    return gradients_back(network, stages, last, seed)


def gradients_back(
    network: Network, stages: Stages, stage: str, gradient: Array
) -> dict[str, Array]:
    """A gradient by one stage, and what it is by every stage before.

    Args:
        network: Any.
        stages: Its trace.
        stage: Where to begin: the name of a layer.
        gradient: By that stage, in its shape.

    Returns:
        Name -> gradient, the nearest stage first.

    Raises:
        ParameterError: A gradient is not finite.
    """
    found = {stage: gradient}
    end = network.place_of(network.layer(stage))
    for layer in reversed(network.layers[: end + 1]):
        before = network.input_name_of(layer)
        with np.errstate(over="ignore", invalid="ignore"):
            gradient, _ = layer.backward(gradient, stages[before], network.parameters)
        if not np.isfinite(gradient).all():
            raise ParameterError(
                f"the gradient by {before} is not finite",
                "the parameters hold values far too large",
            )
        found[before] = gradient
    return found


def last_feature_maps(network: Network) -> str:
    """The stage that Grad-CAM weighs: what the last convolution and its activation give out.

    Raises:
        ParameterError: The network has no convolution.

    >>> from convcli.network.building import untrained
    >>> from convcli.network.contract import InputContract
    >>> layers = "conv1(2@3) relu conv2(4@3) relu maxpool2 flatten fc1(3)"
    >>> last_feature_maps(untrained(layers, InputContract(1, 8, 8), seed=0))
    'relu2'
    """
    if not network.convolutions:
        raise ParameterError(
            f"{network.title} has no convolution", "choose another method than grad-cam"
        )
    place = network.place_of(network.convolutions[-1])
    following = network.layers[place + 1 :]
    if following and isinstance(following[0], ReLU | LeakyReLU | Sigmoid | Tanh):
        return following[0].name
    return network.layers[place].name


def control_of(network: Network, seed: int) -> Network:
    """The same network with its weights shuffled: it has learned nothing that is still in place.

    Every array is shuffled for itself, so that its numbers are as large as before and a map of it
    can stand on the same scale. (Adebayo et al., *Sanity checks for saliency maps*, 2018, compare
    with weights that are drawn anew.)

    Args:
        network: Any.
        seed: Of ``np.random.default_rng``.
    """
    chance = np.random.default_rng(seed)
    learned = network.learned
    shuffled = {
        name: chance.permutation(array.ravel()).reshape(array.shape) if name in learned else array
        for name, array in network.parameters.items()
    }
    return replace(network, parameters=shuffled)


def rank_correlation(first: Array, second: Array) -> float | None:
    """Spearman's correlation of the magnitudes of two maps: 1 where their orders are the same.

    Equal magnitudes share the mean of their ranks.

    Returns:
        -1..1; None where one of the maps is the same everywhere.

    >>> rank_correlation(np.array([1.0, -2.0, 3.0]), np.array([10.0, 20.0, 40.0]))
    1.0
    """
    ranks = [_ranks(np.abs(values).ravel()) for values in (first, second)]
    centred = [one - one.mean() for one in ranks]
    norm = float(np.sqrt((centred[0] @ centred[0]) * (centred[1] @ centred[1])))
    return float(centred[0] @ centred[1]) / norm if norm else None


def _ranks(values: Array) -> Array:
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    means: Array = np.cumsum(counts) - (counts - 1) / 2
    return means[place]


def _grad_cam(network: Network, stages: Stages, number: int, layer: str) -> Array:
    """Selvaraju et al., *Grad-CAM*, 2017: the maps weighed by their mean gradients, then a ReLU."""
    gradient = score_gradients(network, stages, number)[layer][0]
    weights = gradient.mean(axis=(1, 2))
    weighed = np.maximum(np.tensordot(weights, stages[layer][0], axes=1), 0)
    channels, height, width = network.contract.shape
    rows, columns = (
        np.arange(size) * own // size
        for size, own in zip((height, width), weighed.shape, strict=True)
    )
    enlarged: Array = weighed[rows[:, None], columns]
    return np.repeat(enlarged[None], channels, axis=0)


def _feature_maps(network: Network, name: str) -> str:
    layer = network.layer(name)
    names = [INPUT, *(one.name for one in network.scoring_layers)]
    if len(network.shapes[layer.name]) != 3 or layer.name not in names:
        raise UsageError(
            f"{layer.name} gives out no feature maps", "choose a convolution, or what follows it"
        )
    return layer.name
