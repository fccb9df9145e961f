"""What a user should know of a picture before believing what is read on it, in words."""

from collections.abc import Iterable

from convcli.digits.doubts import Doubt

SENTENCES = {
    Doubt.SEVERAL_DIGITS: "The picture seems to show several digits; crop it to one of them.",
    Doubt.INK_AT_BORDER: "The digit touches the border of the picture; a part may be missing.",
    Doubt.NO_DIGIT: "The picture does not look like one digit; what is read on it says little.",
}


def warnings(doubts: Iterable[Doubt]) -> list[str]:
    """A sentence for each doubt.

    >>> warnings([Doubt.SEVERAL_DIGITS])
    ['The picture seems to show several digits; crop it to one of them.']
    """
    return [SENTENCES[doubt] for doubt in doubts]
