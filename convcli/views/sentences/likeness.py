"""Whether a picture is like those that were seen, in words."""

from convcli.inspection.likeness import USUAL_SHARE, Likeness


def how_like(found: Likeness | None) -> list[str]:
    """One sentence, with the measure.

    >>> how_like(Likeness(0.5, 7, 20_000, 0.75, 1_000))
    ... # doctest: +NORMALIZE_WHITESPACE
    ['This picture is unlike the digits of MNIST: the nearest of 20,000 training images, number 7,
     has the cosine 0.500 with it, and 99% of 1,000 validation images reach 0.750. Do not rest on
     the reading.']
    """
    if found is None:
        return ["Whether the picture is like those of MNIST cannot be said without MNIST."]
    said = "like" if found.is_usual else "unlike"
    return [
        f"This picture is {said} the digits of MNIST: the nearest of {found.seen:,} training "
        f"images, number {found.nearest}, has the cosine {found.cosine:.3f} with it, and "
        f"{USUAL_SHARE:.0%} of {found.judged_by:,} validation images reach "
        f"{found.least_usual:.3f}.{'' if found.is_usual else ' Do not rest on the reading.'}"
    ]
