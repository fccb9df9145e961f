"""The book's network, built with PyTorch: an independent reader of digits."""

import pickle
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray


def read_digits(parameters: Path, digits: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The labels that the network of a parameter file gives to digits (N, 28, 28)."""
    with parameters.open("rb") as file:
        network = {name: torch.tensor(array) for name, array in pickle.load(file).items()}
    images = torch.tensor(digits[:, None].astype(np.float64) / 255)
    maps = torch.conv2d(images, network["W1"], network["b1"]).relu()
    pooled = torch.max_pool2d(maps, 2).flatten(1)
    hidden = (pooled @ network["W2"] + network["b2"]).relu()
    winners: NDArray[np.int64] = (hidden @ network["W3"] + network["b3"]).argmax(1).numpy()
    return winners
