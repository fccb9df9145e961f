"""Everything that a comparison of ``convcli compare-im2col`` says and draws."""

from collections.abc import Mapping, Sequence
from typing import Any

from convcli.cli.commands.compare_im2col.article import Article
from convcli.cli.commands.compare_im2col.bounds import Bounds
from convcli.cli.commands.compare_im2col.pictures import figures
from convcli.cli.commands.compare_im2col.result import Result
from convcli.cli.folder import Draft, PictureFolder
from convcli.cli.report import Report
from convcli.views.sentences.im2col import outcome, without_picture


def report(result: Result, bounds: Bounds, folder: PictureFolder) -> Report:
    """The table, what decided, and the pictures; what the article makes where it is asked for."""
    facts: Mapping[str, Any] = {}
    notes: Sequence[str] = []
    drawn: Mapping[str, Draft] = {}
    if bounds.as_article:
        article = Article(result)
        facts, notes = {"as_article": article.fact}, article.notes
        drawn = {"as-article": article.figure}
    return Report(
        facts={**result.facts(), **facts},
        tables=[result.table()],
        notes=[
            *outcome(result.variants, bounds.batch),
            *(without_picture(result.variants) if folder.is_wanted else []),
            *notes,
        ],
        folder=folder,
        figures={**drawn, **figures(result, bounds)},
    )
