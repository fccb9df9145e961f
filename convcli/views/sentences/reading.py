"""What a network reads, in words."""

from convcli.inspection.reading import Reading


def what_it_reads(reading: Reading) -> str:
    """What a whole network reads.

    >>> import numpy as np
    >>> what_it_reads(Reading(np.array([1e-7, 0.9999999]), ('1', '2')))
    'The whole network reads a 2, with a probability of more than 0.999999.'
    """
    rounded = f"{reading.probability:.6g}"
    # Rounding must not make a certainty of it.
    probability = "more than 0.999999" if rounded == "1" else rounded
    return f"The whole network reads a {reading.name}, with a probability of {probability}."


def against_the_label(reading: Reading, label: int) -> str:
    """Whether the label says the same.

    >>> import numpy as np
    >>> against_the_label(Reading(np.array([0.25, 0.75]), ('one', 'two')), 0)
    'The label says one: the reading is wrong.'
    """
    outcome = "right" if reading.place == label else "wrong"
    return f"The label says {reading.names[label]}: the reading is {outcome}."
