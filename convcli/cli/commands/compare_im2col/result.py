"""What ``convcli compare-im2col`` has found out, as tables and facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from convcli.cli.commands.compare_im2col.material import Material
from convcli.cli.report import Column, Said, Table
from convcli.errors import ConvcliError
from convcli.inspection.im2col_comparison import VariantResult
from convcli.views.sentences.numbers import compact_text

COLUMNS = (
    Column("name"),
    Column("slices", numeric=True),
    Column("sliced_shape", compact_text),
    Column("bytes", "{:,}".format, numeric=True),
    Column("median_seconds", lambda seconds: f"{seconds * 1000:.3g} ms", numeric=True),
    Column("relative", "{:.2f}".format, numeric=True),
    Column("equal"),
)


@dataclass(frozen=True)
class Result:
    """The variants on the same images.

    Attributes:
        material: What they work on.
        images: So many as the user asked for, (N, C, H, W).
        variants: What each made and took.
    """

    material: Material
    images: NDArray[Any]
    variants: Sequence[VariantResult]

    def require_equal(self) -> None:
        """End with an error where a matrix is another than the others.

        Raises:
            ConvcliError: One is.
        """
        if not self.all_equal:
            hint = "this is a fault of convcli; please report it"
            raise ConvcliError("the variants do not agree", hint)

    @property
    def all_equal(self) -> bool:
        """Whether all matrices are the same, bit for bit."""
        return all(variant.equal for variant in self.variants)

    def title(self, batch: int) -> str:
        """So many images and the window."""
        number = "" if batch == 1 else f"{batch} images from "
        window = self.material.window
        return (
            f"{number}{self.material.subject}; filter {window.height}x{window.width}, "
            f"stride {window.stride}, pad {window.pad}"
        )

    def facts(self) -> dict[str, Any]:
        """What stands outside of the table."""
        window = self.material.window
        size = (window.height, window.width)
        return {
            "image": self.material.shown.title,
            **self.material.facts,
            "filter_size": size[0] if size[0] == size[1] else size,
            "stride": window.stride,
            "pad": window.pad,
            "batch": len(self.images),
            "equal": Said(self.all_equal, f"all elements are same = {self.all_equal}"),
        }

    def table(self) -> Table:
        """A row for each variant."""
        # The same for all, or the command fails. A column of it would be one too many for a
        # terminal of 80.
        shape = self.variants[0].trace.matrix.shape
        title = f"im2col of {self.title(len(self.images))}: matrix {shape}"
        return Table(COLUMNS, [_row(variant) for variant in self.variants], title, key="variants")


def _row(result: VariantResult) -> dict[str, Any]:
    return {
        "name": result.name,
        "slices": result.trace.slice_assignments,
        "sliced_shape": result.trace.slices.shape,
        "matrix_shape": result.trace.matrix.shape,
        "bytes": result.trace.allocated_bytes,
        "median_seconds": result.timing.median_seconds,
        "relative": result.relative,
        "equal": result.equal,
    }
