"""What the pad of a page needs to know: its own size, and the numbers of the preparation."""

from typing import Any

from convcli.digits.normalizing import BOX_SIZE, FIELD_SIZE
from convcli.digits.separating import LEAST_CONTRAST
from convcli.network.contract import InputContract

_LONGER_SIDE = 280
_PEN_SHARE = 0.08
"""Of the longer side: as wide as the strokes of MNIST are in their box."""

_WHITE, _BLACK = 255, 0


def drawing(contract: InputContract) -> dict[str, Any]:
    """The pad for a network.

    A digit is drawn dark on white paper, as those of MNIST were. Of any other picture nobody knows
    what its background is; it is drawn bright on black.

    Returns:
        Height and width of the pad in pixels, width of the pen, grey levels of paper and ink, and
        the numbers of :func:`convcli.digits.preparation.prepare`; those are None for a network that
        is not about MNIST's digits.

    >>> drawing(InputContract(3, 32, 64))
    {'height': 140, 'width': 280, 'pen': 22, 'paper': 0, 'ink': 255, 'digit': None}
    """
    longer = max(contract.height, contract.width)
    paper, ink = (_WHITE, _BLACK) if contract.is_mnist else (_BLACK, _WHITE)
    numbers = {"box": BOX_SIZE, "field": FIELD_SIZE, "least_contrast": LEAST_CONTRAST}
    return {
        "height": max(1, round(_LONGER_SIDE * contract.height / longer)),
        "width": max(1, round(_LONGER_SIDE * contract.width / longer)),
        "pen": round(_PEN_SHARE * _LONGER_SIDE),
        "paper": paper,
        "ink": ink,
        "digit": numbers if contract.is_mnist else None,
    }
