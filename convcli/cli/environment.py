"""What a run's numbers depend on besides its options: versions, processor, threads."""

import os
import platform
from typing import Any

import numpy as np

from convcli import __version__
from convcli.engine.fast.threads import blas_kernels, blas_threads, usable_cores

KERNEL_VARIABLE = "OPENBLAS_CORETYPE"
THREAD_VARIABLES = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")


def fingerprint() -> dict[str, str]:
    """What the last bits of a run rest on, by names for a reader.

    OpenBLAS and NumPy choose their code by the processor, and the number of threads decides how a
    large product is cut.

    >>> fingerprint()["NumPy"] == np.__version__
    True
    """
    described = describe()
    found = np.show_config(mode="dicts").get("SIMD Extensions", {}).get("found", [])
    return {
        "convcli": described["convcli"],
        "NumPy": described["numpy"],
        "BLAS": described["blas"],
        "BLAS kernel": described["blas_kernel"],
        "BLAS threads": ", ".join(map(str, blas_threads())),
        "cores": str(described["cores"]),
        "vector instructions": " ".join(found),
    }


def describe() -> dict[str, Any]:
    """The versions, the kernel and the limits that decide the last bits and the speed of a run.

    >>> describe()["numpy"] == np.__version__
    True
    """
    blas = np.show_config(mode="dicts").get("Build Dependencies", {}).get("blas", {})
    return {
        "convcli": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "blas": f"{blas.get('name', 'unknown')} {blas.get('version', '')}".strip(),
        "blas_kernel": ", ".join(blas_kernels()),
        "asked_for_kernel": os.environ.get(KERNEL_VARIABLE),
        "system": platform.system(),
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "cores": usable_cores(),
        "thread_limits": {
            name: os.environ[name] for name in THREAD_VARIABLES if name in os.environ
        },
    }
