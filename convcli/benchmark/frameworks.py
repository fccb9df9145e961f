"""The frameworks that may be installed: found by importing them, and left out where that fails."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from convcli.benchmark.race import Contender
from convcli.text import printable

MODULES = {
    "PyTorch": "convcli.benchmark.pytorch",
    "ONNX Runtime": "convcli.benchmark.onnx_runtime",
}
NOT_INSTALLED = "not installed; pip install 'convcli[bench]'"


@dataclass(frozen=True)
class Framework:
    """A framework, and what it can do.

    Attributes:
        name: As its makers write it.
        versions: Version of each package it takes.
        contenders: Who takes part for it in which task; in none if it is missing.
        missing: Why it does not take part; empty where it does.
    """

    name: str
    versions: Mapping[str, str] = field(default_factory=dict)
    contenders: Mapping[str, tuple[Contender, ...]] = field(default_factory=dict)
    missing: str = ""


def find(threads: int) -> tuple[Framework, ...]:
    """Import the frameworks; one that is not installed says so in ``missing``.

    Args:
        threads: How many threads each may have for one piece of work.
    """
    return tuple(_find(name, threads) for name in MODULES)


def _find(name: str, threads: int) -> Framework:
    try:
        module = importlib.import_module(MODULES[name])
    except ModuleNotFoundError:
        return Framework(name, missing=NOT_INSTALLED)
    except (ImportError, OSError) as error:
        # Installed, but a library that it needs is not there or does not fit.
        return Framework(name, missing=f"cannot be imported: {printable(error)}")
    return Framework(name, module.versions(), module.contenders(threads))
