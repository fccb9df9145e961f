"""The rules of the libraries, against the libraries: PyTorch and ONNX Runtime count."""

from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from convcli.engine.geometry import Window
from convcli.inspection.possible_windows import WindowedLayer
from convcli.inspection.roundings import Rounding, Rule, roundings
from convcli.network.layers import Convolution, MaxPooling

Array = NDArray[Any]
EXTENT, SIZE = st.integers(1, 5), st.integers(1, 9)


def _by_rule(layer: WindowedLayer, height: int, width: int) -> dict[Rule, Rounding]:
    return {found.rule: found for found in roundings(layer, (1, height, width))}


def _convolution(window: Window) -> Convolution:
    return Convolution("conv1", "W1", None, 1, 1, window)


def _onnx_runtime(kind: str, image: Array, **attributes: Any) -> Array | None:
    """What ONNX Runtime gives out, a convolution with a filter of ones; None where it refuses."""
    info, floats = onnx.helper.make_tensor_value_info, onnx.TensorProto.FLOAT
    ones = np.ones((1, 1, *attributes["kernel_shape"]), np.float32)
    names = ["x", "w"] if kind == "Conv" else ["x"]
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node(kind, names, ["y"], **attributes)],
        "one",
        [info("x", floats, image.shape)],
        [info("y", floats, None)],
        [onnx.numpy_helper.from_array(ones, "w")] if kind == "Conv" else [],
    )
    model = onnx.helper.make_model(
        graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8
    )
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(
            model.SerializeToString(), options, ["CPUExecutionProvider"]
        )
        found: Array = session.run(None, {"x": image})[0]
    except Exception:  # noqa: BLE001 -- ONNX Runtime's own are not exported.
        return None
    return found


def _onnx_size(kind: str, height: int, width: int, **attributes: Any) -> tuple[int, ...] | None:
    found = _onnx_runtime(kind, np.zeros((1, 1, height, width), np.float32), **attributes)
    return None if found is None else found.shape[2:]


@settings(max_examples=60)
@given(EXTENT, EXTENT, st.integers(1, 4), SIZE, SIZE)
def test_same_is_what_onnx_runtime_pads(
    window_height: int, window_width: int, stride: int, height: int, width: int
) -> None:
    window = Window(window_height, window_width, stride)
    expected = (-(-height // stride), -(-width // stride))
    for kind, layer in (("Conv", _convolution(window)), ("MaxPool", MaxPooling("p", window))):
        rules = _by_rule(layer, height, width)
        for rule in Rule.SAME_UPPER, Rule.SAME_LOWER:
            if rule in rules:
                size = _onnx_size(
                    kind, height, width, auto_pad=rule.name,
                    kernel_shape=[window_height, window_width], strides=[stride, stride],
                )  # fmt: skip
                assert rules[rule].output_size == expected
                # Its pooling refuses what would need less than no padding.
                lacking = min(
                    (expected[0] - 1) * stride + window_height - height,
                    (expected[1] - 1) * stride + window_width - width,
                )
                assert size == (None if kind == "MaxPool" and lacking < 0 else expected)


@given(EXTENT, st.integers(1, 4), SIZE, st.sampled_from([Rule.SAME_UPPER, Rule.SAME_LOWER]))
@settings(max_examples=60)
def test_the_padding_of_same_gives_the_numbers_of_onnx_runtime(
    extent: int, stride: int, size: int, rule: Rule
) -> None:
    """The same pads written out give the same values, not only the same size."""
    layer = _convolution(Window(extent, extent, stride))
    found = _by_rule(layer, size, size).get(rule)
    if found is None:
        return
    top, bottom, left, right = found.pads
    image = np.random.default_rng(size).normal(size=(1, 1, size, size)).astype(np.float32)
    ours = torch.nn.functional.conv2d(
        torch.nn.functional.pad(torch.from_numpy(image), (left, right, top, bottom)),
        torch.ones(1, 1, extent, extent),
        stride=stride,
    )
    theirs = _onnx_runtime(
        "Conv", image, auto_pad=rule.name, kernel_shape=[extent] * 2, strides=[stride] * 2
    )
    assert theirs is not None
    np.testing.assert_allclose(ours.numpy(), theirs, atol=1e-5)


@given(EXTENT, st.integers(1, 7), st.integers(0, 2), SIZE, SIZE)
@settings(max_examples=150)
def test_floor_and_ceil_are_pytorch_s_and_onnx_runtime_s(
    extent: int, stride: int, pad: int, height: int, width: int
) -> None:
    pad = min(pad, extent // 2)
    rules = _by_rule(MaxPooling("p", Window(extent, extent, stride, pad)), height, width)
    for rule in Rule.FLOOR, Rule.CEIL:
        if rule not in rules:
            continue
        pool = torch.nn.MaxPool2d(extent, stride, pad, ceil_mode=rule is Rule.CEIL)
        try:
            size: tuple[int, ...] | None = tuple(pool(torch.zeros(1, 1, height, width)).shape[2:])
        except RuntimeError:
            size = None
        assert rules[rule].output_size == size
        if size is not None:
            assert size == _onnx_size(
                "MaxPool", height, width, kernel_shape=[extent] * 2, strides=[stride] * 2,
                pads=[pad] * 4, ceil_mode=int(rule is Rule.CEIL),
            )  # fmt: skip


def test_caffe_keeps_a_place_behind_the_image_where_there_is_no_padding() -> None:
    # ceil((4 - 3) / 9) + 1 = 2 places; the second would begin at 9, behind the last row.
    rules = _by_rule(MaxPooling("p", Window(3, 3, stride=9)), 4, 4)
    assert rules[Rule.CEIL].output_size == (1, 1)
    assert rules[Rule.CEIL_CAFFE].output_size == (2, 2)
    # With padding it drops such a place, as PyTorch does.
    assert Rule.CEIL_CAFFE not in _by_rule(MaxPooling("p", Window(3, 3, stride=9, pad=1)), 4, 4)


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
def test_pytorch_s_same_is_same_upper() -> None:
    image = torch.arange(36.0).reshape(1, 1, 6, 6)
    found = _by_rule(_convolution(Window(4, 2)), 6, 6)[Rule.SAME_UPPER]
    top, bottom, left, right = found.pads
    padded = torch.nn.functional.pad(image, (left, right, top, bottom))
    weight = torch.arange(8.0).reshape(1, 1, 4, 2)
    same = torch.nn.functional.conv2d(image, weight, padding="same")
    assert torch.equal(same, torch.nn.functional.conv2d(padded, weight))
    assert found.pads == (1, 2, 0, 1)


def test_nothing_is_told_where_all_agree() -> None:
    assert roundings(MaxPooling("p", Window(2, 2, stride=2)), (1, 24, 24)) == ()
    assert roundings(_convolution(Window(3, 3, pad=1)), (1, 24, 24)) == ()
    assert Rule.CEIL not in _by_rule(_convolution(Window(3, 3, stride=2)), 24, 24)
