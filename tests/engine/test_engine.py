"""The face of the engine: what it exports, in which order, and what it costs to import."""

import subprocess
import sys
from ast import literal_eval
from collections.abc import Callable
from inspect import getdoc, isclass, isfunction
from pathlib import Path

import convcli
from convcli import engine

READING_ORDER = (
    "geometry",
    "im2col",
    "im2col_variants",
    "convolution",
    "pooling",
    "average_pooling",
    "strips",
    "activations",
    "dense",
    "losses",
    "normalization",
)


def _exported() -> list[tuple[str, Callable[..., object]]]:
    named = [(name, getattr(engine, name)) for name in engine.__all__]
    return [(name, value) for name, value in named if isfunction(value) or isclass(value)]


def test_the_exports_are_in_the_order_in_which_a_learner_reads_them() -> None:
    assert len(set(engine.__all__)) == len(engine.__all__)
    modules = [value.__module__.rpartition(".")[2] for _, value in _exported()]
    assert list(dict.fromkeys(modules)) == list(READING_ORDER)
    assert modules == sorted(modules, key=READING_ORDER.index)


def test_every_file_of_the_plain_engine_is_exported() -> None:
    files = {path.stem for path in Path(next(iter(engine.__path__))).glob("*.py")}
    assert files - {"__init__"} == set(READING_ORDER)


def test_every_function_that_computes_is_exported() -> None:
    """A public function is exported, except the checks and parts that others are made of."""
    parts = {
        *("check_images", "check_gradient", "check_filters", "check_pooling_pad"),
        *("rows_at_once", "pad_sides", "filter_window", "find_variant", "slice_patches", "lay_out"),
        *("Slicing", "Variant"),
    }
    public = set()
    for module in {sys.modules[value.__module__] for _, value in _exported()}:
        for name, value in vars(module).items():
            own = getattr(value, "__module__", None) == module.__name__
            if own and not name.startswith("_") and (isfunction(value) or isclass(value)):
                public.add(name)
    assert public - parts == {name for name, _ in _exported()}


def test_every_export_is_documented() -> None:
    for name, value in _exported():
        assert getdoc(value), name


def test_the_engine_imports_numpy_and_nothing_else_of_others() -> None:
    code = (
        "import sys, numpy; before = set(sys.modules); import convcli.engine;"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before};"
        "print(sorted(new - set(sys.stdlib_module_names)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(literal_eval(found.stdout)) <= {"convcli", "numpy"}


def test_the_package_says_that_it_is_typed() -> None:
    assert Path(next(iter(convcli.__path__)), "py.typed").is_file()
