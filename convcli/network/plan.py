"""A network prepared for speed: the same results sooner.

The readable network does one layer after the other, on the whole batch. A plan is made from it once
and does three things differently; none of them is any business of the network::

    network   conv1  relu1  pool1   flatten1  affine1  relu2  affine2
              -------------------   ---------------------------------
    plan       one fused step             as the layers do

- Convolution, ReLU and max pooling that stand behind each other become one step where the fast
  path takes them (:mod:`convcli.engine.fast.fused`).
- Predicting, each core takes a block of images through all steps, so that no memory is needed for
  the stages of all images.
- In training, each core makes its share of the large products; or, where there are convolutions
  that the fast path does not take, each core takes a block of images through all layers and back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.engine.fast.threads import Work, share_blocks, usable_cores
from convcli.engine.losses import cross_entropy, cross_entropy_gradient
from convcli.network.layers import Backward, BatchNormalization, Gradients
from convcli.network.network import Labels, Network, check_labels
from convcli.network.steps import Step, steps_of

Array = NDArray[Any]

# Images that a core predicts at once: the memory of a prediction is that of one block for each.
BLOCK = 100
# Images that a core learns from at once. The blocks are cut alike on every machine, so that the
# order of the sums does not depend on its cores.
LEARNED_BLOCK = 25


@dataclass(frozen=True)
class Lesson:
    """What a batch teaches.

    Attributes:
        loss: Mean cross-entropy before anything is changed, in nats; for a block of the batch, its
            share of that.
        right: Images of the batch that are read right.
        gradients: Of the loss, by every parameter that is learned.
    """

    loss: float
    right: int
    gradients: Gradients


class Plan:
    """The steps of a network. Its parameters may change; they are read anew by every call.

    Args:
        network: Ends in scores.

    Raises:
        ParameterError: It does not.

    >>> from convcli.network.building import build
    >>> network = build({"W1": np.zeros((784, 10)), "b1": np.zeros(10)}, "flatten fc1")
    >>> Plan(network).scores_of_pixels(np.zeros((2, 28, 28), np.uint8)).shape
    (2, 10)
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self._steps: tuple[Step, ...] = tuple(steps_of(network))

    def scores(self, images: Array) -> Array:
        """As :meth:`convcli.network.network.Network.scores`, but for rounding.

        Args:
            images: (N, channels, height, width).

        Returns:
            (N, classes).

        Raises:
            GeometryError: The images have another shape than the network takes.
        """
        self.network.check_images(images)
        return self._scores(images, lambda block: block, images.dtype)

    def scores_of_pixels(self, pixels: NDArray[np.uint8]) -> Array:
        """The scores of bytes; each block becomes numbers on its way.

        Args:
            pixels: uint8, (N, height, width) or (N, channels, height, width).

        Returns:
            (N, classes).

        Raises:
            GeometryError: The pixels have another shape than the network takes.

        >>> from convcli.network.building import build
        >>> network = build({"W1": np.ones((784, 3)), "b1": np.zeros(3)}, "flatten fc1")
        >>> Plan(network).scores_of_pixels(np.full((1, 28, 28), 255, np.uint8))
        array([[784., 784., 784.]])
        """
        self.network.check_images(pixels[:, None] if pixels.ndim == 3 else pixels)
        return self._scores(pixels, self.network.contract.values, np.dtype(np.float32))

    def loss_and_gradients(
        self, images: Array, labels: Labels, chance: "np.random.Generator"
    ) -> tuple[float, Gradients]:
        """As :meth:`convcli.network.network.Network.loss_and_gradients`, but for rounding."""
        lesson = self.lesson(images, labels, chance)
        return lesson.loss, lesson.gradients

    def lesson(self, images: Array, labels: Labels, chance: "np.random.Generator") -> Lesson:
        """What a batch teaches, with the layers as they are in training.

        Args:
            images: (N, channels, height, width).
            labels: (N,).
            chance: For dropout.

        Raises:
            GeometryError: The shapes do not fit.
            UsageError: A label is no class of the network.

        The same arrays and the same state of ``chance`` give the same bits, whichever core happens
        to do what.
        """
        self.network.check_images(images)
        check_labels(labels, len(images), self.network.classes)
        learn = self._learn_in_blocks if self.learns_in_blocks else self._learn_at_once
        found = learn(images, labels, chance)
        gradients = {name: found.gradients[name] for name in self.network.learned}
        return Lesson(found.loss, found.right, gradients)

    def _scores(
        self, pictures: Array, values_of: Callable[[Array], Array], dtype: np.dtype[Any]
    ) -> Array:
        block = min(BLOCK, -(-len(pictures) // usable_cores()))
        dtypes = [dtype]
        for step in self._steps:
            dtypes.append(step.output_dtype(dtypes[-1]))
        scores = np.empty((len(pictures), self.network.classes), dtypes[-1])

        def prepare(core: int) -> Work:
            runs = [
                step.prepare(core, block, dtype)
                for step, dtype in zip(self._steps, dtypes, strict=False)
            ]

            def work(start: int, stop: int) -> None:
                values = values_of(pictures[start:stop])
                for run in runs:
                    values = run(values)
                scores[start:stop] = values

            return work

        share_blocks(prepare, len(pictures), block)
        return scores

    @property
    def learns_in_blocks(self) -> bool:
        """Whether each core learns from a block of images; else a batch is learned at once.

        Batch normalization needs the whole batch. Otherwise a batch is best learned at once, its
        large products shared among the cores, where nothing but the first step, which the fast path
        takes, has to do with feature maps.
        """
        if any(isinstance(layer, BatchNormalization) for layer in self.network.layers):
            return False
        steps = enumerate(self._steps)
        return not all(step.learns_at_once(first=not place) for place, step in steps)

    def _learn_at_once(
        self, images: Array, labels: Labels, chance: "np.random.Generator"
    ) -> Lesson:
        values, way_back = images, []
        for place, step in enumerate(self._steps):
            values, backward = step.learn(values, chance, first=not place)
            way_back.append(backward)
        gradient = cross_entropy_gradient(values, labels)
        loss, right = cross_entropy(values, labels), _count_right(values, labels)
        return Lesson(loss, right, _go_back(way_back, gradient))

    def _learn_in_blocks(
        self, images: Array, labels: Labels, chance: "np.random.Generator"
    ) -> Lesson:
        number = len(images)
        blocks = -(-number // LEARNED_BLOCK)
        # A block has chances of its own, so that it does not matter which comes first.
        seeds = chance.integers(2**63, size=blocks)
        parts: list[Lesson | None] = [None] * blocks

        def prepare(_core: int) -> Work:
            def work(start: int, stop: int) -> None:
                place = start // LEARNED_BLOCK
                share = (stop - start) / number
                parts[place] = self._learn_block(
                    images[start:stop],
                    labels[start:stop],
                    np.random.default_rng(seeds[place]),
                    share,
                )

            return work

        share_blocks(prepare, number, LEARNED_BLOCK)
        # In the order of the blocks, not in the order in which the cores were done with them.
        done = [part for part in parts if part is not None]
        total: Gradients = dict(done[0].gradients)
        for part in done[1:]:
            for name, gradient in part.gradients.items():
                total[name] = total[name] + gradient
        return Lesson(sum(part.loss for part in done), sum(part.right for part in done), total)

    def _learn_block(
        self, images: Array, labels: Labels, chance: "np.random.Generator", share: float
    ) -> Lesson:
        """A block's share of the loss of the whole batch, and of its gradients."""
        values, way_back = images, []
        for layer in self.network.scoring_layers:
            values, backward = layer.learn(values, self.network.parameters, chance)
            way_back.append(backward)
        gradient = cross_entropy_gradient(values, labels)
        gradient *= values.dtype.type(share)
        loss, right = share * cross_entropy(values, labels), _count_right(values, labels)
        return Lesson(loss, right, _go_back(way_back, gradient))


def _count_right(scores: Array, labels: Labels) -> int:
    return int((scores.argmax(axis=1) == labels).sum())


def _go_back(way_back: list[Backward], gradient: Array) -> Gradients:
    gradients: Gradients = {}
    for backward in reversed(way_back):
        gradient, found = backward(gradient)
        gradients |= found
    return gradients
