"""One pooled value, in words."""

from convcli.inspection.pooling_winners import PooledValue
from convcli.inspection.regions import Region
from convcli.views.sentences.numbers import counted, exact_text, line_text, place_text


def pooled_value(pooled: PooledValue) -> list[str]:
    """Who won, what lies behind, and where the gradient goes."""
    return [_winner(pooled), *_ties(pooled), _behind(pooled), _gradient(pooled)]


def _winner(pooled: PooledValue) -> str:
    engine = exact_text(pooled.engine)
    if pooled.winner is None:
        return f"The mean of {len(pooled.values)} values is {engine}."
    winner = f"{place_text(pooled.places[pooled.winner])} of {pooled.source}"
    if pooled.tied == 1:
        return f"{winner} wins with {engine}."
    return f"tie of {pooled.tied}, the first wins: {winner} with {engine}."


def _ties(pooled: PooledValue) -> list[str]:
    if pooled.winner is None:
        return []
    share = pooled.tied_windows / pooled.windows
    return [
        f"On this image {pooled.tied_windows:,} of the {pooled.windows:,} windows of "
        f"{pooled.layer} tie ({share:.0%})."
    ]


def _behind(pooled: PooledValue) -> str:
    line = f"The pooled value sees {_field(pooled.behind)}"
    if pooled.winner is None or pooled.behind == pooled.behind_winner:
        return f"{line}."
    return f"{line}; the winner alone sees {_field(pooled.behind_winner)}."


def _field(region: Region) -> str:
    if not len(region):
        return "no pixels"
    channels, rows, columns = region.axes
    each = f" in each of {len(channels)} channels" if len(channels) > 1 else ""
    return (
        f"{counted(len(rows) * len(columns), 'pixel')} of the image{each}, "
        f"{line_text('row', rows)}, {line_text('column', columns)}"
    )


def _gradient(pooled: PooledValue) -> str:
    first, *before = pooled.gradients
    if pooled.winner is None:
        share = max(value for value in first.values if value is not None)
        return f"Of a gradient of 1, {share:.6g} goes to each of them in {first.stage}."
    parts = [
        f"A gradient of 1 goes to {place_text(pooled.places[pooled.winner])} of {first.stage} alone"
    ]
    through = first.stage
    for at in before:
        parts.append(f"{through} lets {at.values[pooled.winner]:.6g} of it through to {at.stage}")
        through = at.stage
    return f"{'; '.join(parts)}."
