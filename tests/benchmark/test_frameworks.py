import importlib
import sys
from types import ModuleType

import onnx
import onnxruntime
import pytest
import torch

from convcli.benchmark import frameworks
from convcli.benchmark.frameworks import NOT_INSTALLED, find


def test_installed_frameworks_tell_their_versions() -> None:
    pytorch, onnx_runtime = find(threads=1)
    assert (pytorch.name, pytorch.missing) == ("PyTorch", "")
    assert pytorch.versions == {"torch": torch.__version__}
    assert onnx_runtime.versions == {
        "onnxruntime": onnxruntime.__version__,
        "onnx": onnx.__version__,
    }


def test_pytorch_gets_the_threads_it_is_given() -> None:
    before = torch.get_num_threads()
    try:
        for threads in (1, 2):
            find(threads)
            assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize(
    ("package", "missing"),
    [("torch", "PyTorch"), ("onnx", "ONNX Runtime"), ("onnxruntime", "ONNX Runtime")],
)
def test_a_framework_that_is_not_installed_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, package: str, missing: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    for module in frameworks.MODULES.values():
        monkeypatch.delitem(sys.modules, module, raising=False)
    for framework in find(threads=1):
        if framework.name == missing:
            assert framework.missing == NOT_INSTALLED
            assert not framework.contenders
            assert not framework.versions
        else:
            assert framework.missing == ""
            assert framework.contenders


@pytest.mark.parametrize("kind", [OSError, ImportError])
def test_a_framework_that_does_not_load_says_why(
    monkeypatch: pytest.MonkeyPatch, kind: type[Exception]
) -> None:
    right = importlib.import_module

    def load(name: str) -> ModuleType:
        if name.endswith("pytorch"):
            raise kind("libgomp.so.1: \x1b cannot open shared object file")
        return right(name)

    monkeypatch.setattr(importlib, "import_module", load)
    pytorch, onnx_runtime = find(threads=1)
    assert pytorch.missing.startswith(r"cannot be imported: libgomp.so.1: \x1b")
    assert onnx_runtime.missing == ""
