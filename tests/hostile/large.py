"""Files with nothing wrong but their size, and options that ask for much."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from convcli.cli.budget import MOST_MEMORY
from tests.hostile.genuine import Content, made
from tests.hostile.refusals import LONGEST_LINE
from tests.hostile.running import Ran


@dataclass(frozen=True)
class Large:
    """One file and the commands that work on it or refuse to.

    Attributes:
        name: What is large.
        file: The file's name.
        content: What is in it; empty where an option alone asks for much.
        commands: Command line -> exit code.
    """

    name: str
    file: str
    content: Content
    commands: dict[str, int]

    def write(self, folder: Path) -> None:
        """Write the file."""
        if self.file:
            (folder / self.file).write_bytes(made(self.content))


def _filters(
    shape: tuple[int, ...], dtype: str = "float32", packed: bool = False, every: int = 3
) -> bytes:
    """Filters of zeros, some of them ones."""
    weights = np.zeros(shape, dtype)
    weights[..., ::every, :] = 1
    return _saved(packed, W1=weights, b1=np.zeros(shape[0], dtype))


def _saved(packed: bool = False, **arrays: Any) -> bytes:
    file = io.BytesIO()
    (np.savez_compressed if packed else np.savez)(file, **arrays)
    return file.getvalue()


def _stroke(width: int, height: int, **options: Any) -> bytes:
    """A digit's stroke on a large sheet of paper."""
    sheet = Image.new("L", (width, height), 240)
    line = [(0.3 * width, 0.2 * height), (0.6 * width, 0.8 * height)]
    ImageDraw.Draw(sheet).line(line, fill=10, width=max(1, min(width, height) // 20))
    return _picture(sheet, **options)


def _noise(width: int, height: int) -> bytes:
    pixels = np.random.default_rng(0).integers(0, 256, (height, width), np.uint8)
    return _picture(Image.fromarray(pixels))


def _picture(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def _repeated_scans() -> bytes:
    """A progressive JPEG of 16 megapixels whose last scan is there 14 times."""
    blocks = np.random.default_rng(0).integers(0, 256, (500, 500), np.uint8)
    image = Image.fromarray(blocks.repeat(8, axis=0).repeat(8, axis=1))
    data = _picture(image, "JPEG", progressive=True, quality=85)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * 14 + data[-2:]


def _on_filters(shown: int, gone_through: int) -> dict[str, int]:
    """Everything that works on filters, with the exit codes of showing and of using them."""
    return {
        "show-filters --params f.npz": shown,
        "show-filters --params f.npz --columns 1": shown,
        "show-filters --params f.npz --scale per-filter --columns 100000": shown,
        "show-filters --params f.npz --json --no-figures": shown,
        "params show f.npz": 0,
        "params convert f.npz converted.safetensors": 0,
        "params convert f.npz converted.npz": 0,
        "forward --params f.npz": gone_through,
        "forward --params f.npz --all-layers": gone_through,
        "compare-im2col --params f.npz --layer conv1": gone_through,
    }


_KEPT = "--image picture --keep-size"


def _on_picture() -> dict[str, int]:
    return {
        f"forward {_KEPT}": 0,
        f"forward {_KEPT} --no-figures": 0,
        f"forward {_KEPT} --relu --steps --json": 0,
        f"forward {_KEPT} --filter all": 2,
        f"compare-im2col {_KEPT}": 2,
        f"compare-im2col {_KEPT} --filter-size 1 --no-figures --variants strips": 0,
        "forward --image picture": 0,
        "predict --image picture": 0,
    }


def quick() -> Iterator[Large]:
    """Those that take little time to make and to run."""
    yield Large(
        "16 KB that unpack to a filter of 16 million weights",
        "f.npz",
        partial(_filters, (1, 1, 4000, 4090), "int8", packed=True),
        {"show-filters --params f.npz": 0, "forward --params f.npz": 1},
    )
    yield Large(
        "4096 filters",
        "f.npz",
        partial(_filters, (4096, 1, 5, 5)),
        {
            "show-filters --params f.npz --columns 1": 0,
            "compare-im2col --params f.npz --layer conv1 --no-figures": 0,
        },
    )
    yield Large(
        "a photograph of 12 megapixels",
        "picture",
        partial(_stroke, 4000, 3000),
        {
            f"forward {_KEPT}": 0,
            f"forward {_KEPT} --filter all": 2,
            f"compare-im2col {_KEPT}": 2,
        },
    )
    yield Large(
        "options",
        "",
        b"",
        {
            "forward --pad 10000 --no-figures": 2,
            "compare-im2col --batch 10000": 2,
            "compare-im2col --pad 2000": 2,
        },
    )


def thorough() -> Iterator[Large]:
    """All of them."""
    yield Large(
        "a filter of 16 million weights",
        "f.npz",
        partial(_filters, (1, 1, 4000, 4090), "int8", packed=True),
        _on_filters(0, 1),
    )
    for number in (600, 4096):
        commands = _on_filters(0, 0) | {"forward --params f.npz --filter all --relu": 0}
        some: Content = partial(_filters, (number, 1, 5, 5))
        yield Large(f"{number} filters", "f.npz", some, commands)
    yield Large(
        "filters of 256 MB",
        "f.npz",
        partial(_filters, (16, 1, 3900, 4000), "int8"),
        _on_filters(1, 1),
    )
    yield Large(
        "a filter of 256 MB",
        "f.npz",
        partial(_filters, (1, 1, 16000, 16000), "int8"),
        _on_filters(1, 1),
    )
    yield Large(
        "parameters of 264 MB",
        "f.npz",
        lambda: _saved(W=np.ones((33, 1000, 1000))),
        {
            "params show f.npz": 0,
            "params convert f.npz converted.npz": 0,
            "params convert f.npz converted.safetensors": 0,
        },
    )
    for name, content in (
        ("a sheet of 16 megapixels", partial(_stroke, 4000, 4000)),
        ("a JPEG of 16 megapixels", partial(_stroke, 4000, 4000, kind="JPEG", quality=90)),
        ("14 scans of 16 megapixels", _repeated_scans),
        ("12 megapixels of noise", partial(_noise, 4000, 3000)),
    ):
        yield Large(name, "picture", content, _on_picture())
    yield Large(
        "a line of 1000 pixels",
        "picture",
        partial(_stroke, 1000, 1),
        {f"compare-im2col {_KEPT} --filter-size 1": 0},
    )
    yield Large(
        "a line of 65,535 pixels",
        "picture",
        partial(_stroke, 65535, 20),
        {f"forward {_KEPT}": 0, f"compare-im2col {_KEPT} --no-figures": 2},
    )
    yield Large(
        "options",
        "",
        b"",
        {
            "forward --pad 10000": 2,
            "forward --pad 1000": 0,
            "forward --pad 10000 --pool-size 10000": 2,
            "forward --filter all --pad 1000": 2,
            "compare-im2col --batch 10000": 2,
            "compare-im2col --batch 500": 0,
            "compare-im2col --pad 2000": 2,
            "compare-im2col --filter-size 300 --pad 300": 2,
        },
    )


def assert_within(ran: Ran, code: int) -> None:
    """The exit code, one line where it is not 0, and no more memory than a command may take."""
    assert ran.outcome.code == code, ran.outcome
    assert ran.memory < MOST_MEMORY
    if code:
        assert ran.outcome.stdout == ""
        line = ran.outcome.stderr.removesuffix("\n")
        assert line.startswith("Error: ")
        assert line.isprintable()
        assert len(line) <= LONGEST_LINE
        assert "not enough memory" not in line
