"""ONNX Runtime on the processor, optimising as it does by itself. Imported where installed only."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, RuntimeException

from convcli.benchmark.blocks import BLOCK, IN_BLOCKS, in_blocks
from convcli.benchmark.material import POOL, Material
from convcli.benchmark.race import Call, Contender

Array = NDArray[Any]

NAME = "ONNX Runtime"
# Old enough for every ONNX Runtime that goes with a current NumPy.
OPERATORS = 17
MODEL_FORMAT = 8
# What is fatal and nothing else: a machine without a graphics card is warned about that otherwise.
FATAL = 4


def versions() -> dict[str, str]:
    """Version of each package."""
    return {"onnxruntime": onnxruntime.__version__, "onnx": onnx.__version__}


def contenders(threads: int) -> dict[str, tuple[Contender, ...]]:
    """Its contenders for each task, all of them with so many threads; it does not train."""
    onnxruntime.set_default_logger_severity(FATAL)
    contender = partial(Contender, failures=(Fail, RuntimeException))
    in_blocks_name = f"{NAME} {IN_BLOCKS}"
    convolve, predict = partial(_convolve, threads), partial(_predict, threads)
    return {
        "convolution": (
            contender(NAME, convolve),
            contender(in_blocks_name, partial(convolve, block=BLOCK), above=BLOCK),
        ),
        "predict": (
            contender(NAME, predict),
            contender(in_blocks_name, partial(predict, block=BLOCK), above=BLOCK),
        ),
        "growth": (contender(in_blocks_name, partial(predict, block=BLOCK)),),
    }


def _convolve(threads: int, material: Material, block: int | None = None) -> Call:
    arrays = {name: material.parameters[name] for name in ("W1", "b1")}
    return _call(_feature_layers("inputs"), material.images, arrays, threads, block)


def _predict(threads: int, material: Material, block: int | None = None) -> Call:
    layers = [
        helper.make_node("Cast", ["inputs"], ["floats"], to=onnx.TensorProto.FLOAT),
        helper.make_node("Div", ["floats", "white"], ["scaled"]),
        helper.make_node("Unsqueeze", ["scaled", "channel_axis"], ["images"]),
        *_feature_layers("images"),
        helper.make_node("Flatten", ["pooled"], ["flattened"]),
        helper.make_node("Gemm", ["flattened", "W2", "b2"], ["hidden_sums"]),
        helper.make_node("Relu", ["hidden_sums"], ["hidden"]),
        helper.make_node("Gemm", ["hidden", "W3", "b3"], ["scores"]),
    ]
    arrays = {
        **material.parameters,
        "white": np.array(255, np.float32),
        "channel_axis": np.array([1], np.int64),
    }
    return _call(layers, material.pixels, arrays, threads, block)


def _feature_layers(images: str) -> list[onnx.NodeProto]:
    return [
        helper.make_node("Conv", [images, "W1", "b1"], ["convolved"]),
        helper.make_node("Relu", ["convolved"], ["rectified"]),
        helper.make_node(
            "MaxPool",
            ["rectified"],
            ["pooled"],
            kernel_shape=[POOL.height, POOL.width],
            strides=list(POOL.strides),
        ),
    ]


def _call(
    layers: Sequence[onnx.NodeProto],
    inputs: Array,
    arrays: Mapping[str, Array],
    threads: int,
    block: int | None,
) -> Call:
    session = _session(_model(layers, inputs, arrays), threads)

    def outputs(inputs: Array) -> Array:
        found: Array = session.run(None, {"inputs": inputs})[0]
        return found

    return lambda: [in_blocks(outputs, inputs, block)]


def _model(
    layers: Sequence[onnx.NodeProto], inputs: Array, arrays: Mapping[str, Array]
) -> onnx.ModelProto:
    kind = helper.np_dtype_to_tensor_dtype(inputs.dtype)
    graph = helper.make_graph(
        layers,
        "benchmark",
        [helper.make_tensor_value_info("inputs", kind, ["images", *inputs.shape[1:]])],
        [helper.make_tensor_value_info(layers[-1].output[0], onnx.TensorProto.FLOAT, None)],
        [numpy_helper.from_array(array, name) for name, array in arrays.items()],
    )
    operators = helper.make_opsetid("", OPERATORS)
    return helper.make_model(graph, opset_imports=[operators], ir_version=MODEL_FORMAT)


def _session(model: onnx.ModelProto, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
