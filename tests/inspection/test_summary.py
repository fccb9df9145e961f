import numpy as np
import torch

from convcli.inspection.summary import summarise
from convcli.network.building import untrained
from convcli.network.contract import InputContract
from tests import chapter_7


def test_the_book_s_network_by_hand() -> None:
    summary = summarise(chapter_7.network())
    assert [row.layer.kind for row in summary.layers] == [
        "convolution",
        "ReLU",
        "max pooling",
        "flatten",
        "affine",
        "ReLU",
        "affine",
    ]
    convolution, _, pooling, _, first, _, second = summary.layers
    assert convolution.multiply_adds == 24 * 24 * 30 * 25 == 432_000
    assert convolution.parameters == 30 * 25 + 30
    assert pooling.output_shape == (30, 12, 12)
    assert first.multiply_adds == 30 * 12 * 12 * 100 == 432_000
    assert second.multiply_adds == 1_000
    assert summary.parameters == 433_890
    assert summary.multiply_adds == 865_000


def test_shapes_and_parameters_are_those_of_torch() -> None:
    network = untrained(
        "conv1(6@5x3,stride=2/1,pad=2/1) bn1 relu maxpool3x2(stride=2,ceil) conv2(4@3,pad=0/1/1/0) "
        "tanh avgpool2 flatten fc1(7) sigmoid fc2(3) logsoftmax",
        InputContract(3, 21, 18),
        seed=0,
    )
    modules = [
        torch.nn.Conv2d(3, 6, (5, 3), stride=(2, 1), padding=(2, 1)),
        torch.nn.BatchNorm2d(6),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d((3, 2), stride=2, ceil_mode=True),
        torch.nn.Sequential(torch.nn.ZeroPad2d((1, 0, 0, 1)), torch.nn.Conv2d(6, 4, 3)),
        torch.nn.Tanh(),
        torch.nn.AvgPool2d(2),
        torch.nn.Flatten(),
        torch.nn.Linear(4 * 2 * 4, 7),
        torch.nn.Sigmoid(),
        torch.nn.Linear(7, 3),
        torch.nn.LogSoftmax(dim=1),
    ]
    values = torch.tensor(np.zeros((2, 3, 21, 18), np.float32))
    for module, row in zip(modules, summarise(network).layers, strict=True):
        values = module(values)
        assert row.output_shape == tuple(values.shape[1:]), row.layer.name
        learned = sum(parameter.numel() for parameter in module.parameters())
        kept = sum(buffer.numel() for buffer in module.buffers() if buffer.dim())
        assert row.parameters == learned + kept
