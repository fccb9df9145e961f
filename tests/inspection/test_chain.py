"""Sizes of a chain, counted by hand and against PyTorch."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from convcli.engine.geometry import Window
from convcli.errors import GeometryError, UsageError
from convcli.inspection.chain import ChainGeometry, chain_geometry
from convcli.inspection.sweep import sweep
from convcli.network.specification import parse


def _chain(text: str, shape: tuple[int, int, int]) -> ChainGeometry:
    return chain_geometry(parse(text), shape)


def test_every_number_of_a_small_chain() -> None:
    # 3 channels of 9x8; rows (9 + 2 - 3) / 2 + 1 = 5, columns 8 - 2 + 1 = 7; pool rounded up: 3x4.
    chain = _chain("conv1(4@3x2,stride=2/1,pad=1/0) relu maxpool2(ceil) flatten fc1(5)", (3, 9, 8))
    assert chain.impossible is None
    convolution, relu, pool, flatten, affine = chain.layers
    assert [one.layer.name for one in chain.layers] == [
        *("conv1", "relu1", "pool1", "flatten1", "affine1")
    ]
    assert convolution.output_shape == relu.output_shape == (4, 5, 7)
    assert convolution.matrix_shape == (35, 18)
    assert convolution.matrix_bytes == 35 * 18 * 4
    assert convolution.multiply_adds == 4 * 35 * 18
    assert (pool.output_shape, pool.matrix_shape, pool.multiply_adds) == ((4, 3, 4), (12, 16), 0)
    assert (flatten.output_shape, flatten.formula) == ((48,), "4*3*4 = 48")
    assert (affine.output_shape, affine.multiply_adds, affine.formula) == ((5,), 240, None)
    assert chain.multiply_adds == 4 * 35 * 18 + 240
    assert (pool.field.height, pool.field.width) == (5, 3)
    assert (pool.field.jump_down, pool.field.jump_across) == (4, 2)
    assert (affine.field.height, affine.field.width, affine.field.jump_down) == (9, 8, None)


@given(
    st.integers(1, 5),
    st.integers(1, 4),
    st.integers(0, 3),
    st.integers(1, 3),
    st.booleans(),
    st.integers(4, 15),
)
def test_shapes_are_those_of_pytorch(
    filter_size: int, stride: int, pad: int, pool: int, ceil: bool, size: int
) -> None:
    words = f"conv1(2@{filter_size},stride={stride},pad={pad}) maxpool{pool}{'(ceil)' * ceil}"
    chain = _chain(words, (1, size, size + 1))
    values = torch.zeros(1, 1, size, size + 1)
    modules = [
        torch.nn.Conv2d(1, 2, filter_size, stride, pad),
        torch.nn.MaxPool2d(pool, ceil_mode=ceil),
    ]
    for number, module in enumerate(modules):
        try:
            values = module(values)
        except RuntimeError:
            assert chain.impossible is not None
            assert len(chain.layers) == number
            return
        assert chain.layers[number].output_shape == tuple(values.shape[1:])


def test_a_chain_ends_at_the_first_impossible_window() -> None:
    chain = _chain("conv1(1@5) maxpool9 relu", (1, 12, 12))
    assert [one.layer.name for one in chain.layers] == ["conv1"]
    assert chain.impossible is not None
    assert chain.impossible.layer.name == "pool1"
    assert chain.impossible.input_shape == (1, 8, 8)
    assert "floor((8 + 2*0 - 9) / 9) + 1 is below 1" in chain.impossible.reason
    assert chain.impossible.nearest.size == Window(8, 8, stride=9)


def test_what_is_no_matter_of_size_is_an_error() -> None:
    with pytest.raises(GeometryError, match="put a flatten before it"):
        _chain("conv1(1@5) fc1(10)", (1, 12, 12))
    with pytest.raises(GeometryError, match="pool1 takes feature maps"):
        _chain("flatten maxpool2", (1, 12, 12))
    with pytest.raises(UsageError, match=r"'conv1' has no size; write conv1\(30@5x5\)"):
        _chain("conv1", (1, 12, 12))


def test_a_sweep_replaces_one_number_of_one_word() -> None:
    words = parse("conv1(3@5x4,stride=2,pad=1) relu maxpool2")
    strides = sweep(words, (1, 28, 28), "stride", range(1, 4))
    assert [one.changed.output_shape for one in strides if one.changed] == [
        *((3, 26, 27), (3, 13, 14), (3, 9, 9))
    ]
    pads = sweep(words, (1, 28, 28), "pad", range(2))
    assert [one.chain.layers[0].output_shape for one in pads] == [(3, 12, 13), (3, 13, 14)]
    sizes = sweep(words, (1, 28, 28), "size", [12, 15], layer="pool1")
    assert sizes[0].changed is not None
    # The pooling still moves by its own size, as its word says.
    assert sizes[0].changed.output_shape == (3, 1, 1)
    assert sizes[1].changed is None
    assert sizes[1].chain.impossible is not None


def test_a_sweep_needs_a_window() -> None:
    with pytest.raises(UsageError, match="no layer of the chain has a window"):
        sweep(parse("relu flatten"), (1, 4, 4), "stride", [1])
    with pytest.raises(UsageError, match="is called relu1; there is conv1, pool1"):
        sweep(parse("conv1(1@3) relu maxpool2"), (1, 4, 4), "stride", [1], "relu1")
