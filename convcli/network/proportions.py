"""How far a share that was counted may be from the true one."""

from math import sqrt

# Of the standard normal distribution: 95 % lie between minus and plus this.
NORMAL_95 = 1.959963984540054

Interval = tuple[float, float]


def wilson_interval(right: int, total: int) -> Interval:
    """Between which shares the true one lies with a confidence of 95 %.

    With ``p = right / total`` and ``z = 1.96``: ``(p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) /
    (1 + z²/n)`` (Wilson, *Probable inference, the law of succession, and statistical inference*,
    1927).

    >>> tuple(round(end, 5) for end in wilson_interval(9_891, 10_000))
    (0.98687, 0.99096)
    """
    share, squared = right / total, NORMAL_95**2 / total
    middle = share + squared / 2
    half = NORMAL_95 * sqrt(share * (1 - share) / total + squared / (4 * total))
    # Rounding may lead a hair out of 0..1 where all or none are right.
    low, high = (middle - half) / (1 + squared), (middle + half) / (1 + squared)
    return max(0.0, low), min(1.0, high)


def f1_interval(right: int, wrong: int) -> Interval:
    """Between which values the true F1 lies with a confidence of 95 %.

    F1 is no share of anything, but it grows with one: of the images that have the label or are
    read as it, ``s`` are both, and ``F1 = 2 s / (1 + s)``. The interval is that of ``s`` by Wilson,
    each end put into this formula (Lam, Gopal and Qian, *Confidence
    intervals for the F1 score: a comparison of four methods*, 2023, "Wilson indirect").

    Args:
        right: Images of the class that are read as it.
        wrong: Images of the class that are read as another, and of others that are read as it.

    >>> tuple(round(end, 4) for end in f1_interval(90, 20))
    (0.8478, 0.9357)
    """
    low, high = (2 * end / (1 + end) for end in wilson_interval(right, right + wrong))
    return low, high
