"""``convcli compare-im2col --as-article``: what the article makes, beside what it stands for."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from convcli.cli.commands.compare_im2col.result import Result
from convcli.inspection.article_pictures import AsInTheArticle, as_in_the_article
from convcli.views.sentences.im2col import what_the_article_makes

if TYPE_CHECKING:
    from convcli.views.figures.sheet import Sheet


@dataclass(frozen=True)
class Article:
    """The first image of a comparison, as the article would have it.

    Attributes:
        result: Of the comparison.
    """

    result: Result

    @cached_property
    def made(self) -> AsInTheArticle:
        """What it makes of the first image."""
        return as_in_the_article(self.result.images[:1], self.result.material.window)

    @property
    def fact(self) -> dict[str, Any]:
        """The counts, for a program."""
        made = self.made
        return {
            "cells": made.lying.right.size,
            "cells_differing_by_reshape": made.lying.differing,
            "stride": list(made.stride),
            "strided_cells": made.strided.right.size,
            "strided_cells_differing": made.strided.differing,
            "strided_rows_differing": made.differing_rows,
            "equal_with_stride_1": made.same_without,
        }

    @property
    def notes(self) -> Sequence[str]:
        """The counts, for a reader."""
        return what_the_article_makes(self.made)

    def figure(self) -> "Sheet":
        """Both side by side."""
        from convcli.cli.commands.compare_im2col.pictures import scale_of
        from convcli.views.figures import as_article

        title = f"As in the article: {self.result.title(1)}"
        return as_article.draw(self.made, title, scale_of(self.result), self.notes)
