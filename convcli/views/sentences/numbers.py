"""How places and numbers are written in sentences and tables."""

from collections.abc import Iterable, Sequence


def number_text(value: float) -> str:
    """A number with seven digits behind the point, so that numbers below each other can be added.

    One that would be rounded to zero, or is very large, is written with seven digits in all.

    >>> number_text(-0.131352), number_text(1e-12), number_text(0.0)
    ('-0.1313520', '1e-12', '0.0000000')
    """
    fixed = f"{value:.7f}"
    return fixed if abs(value) < 1e9 and (float(fixed) or not value) else f"{value:.7g}"


def exact_text(value: float) -> str:
    """A number with nine digits, which tell any two float32 numbers apart.

    Of a float64 number just beside 1 all digits are written: rounding must not make it 1.

    >>> exact_text(1 / 3), exact_text(2), exact_text(1 - 2**-40)
    ('0.333333333', '2', '0.9999999999990905')
    """
    text = f"{value:.9g}"
    return text if text != "1" or value == 1 else repr(value)


def place_text(place: Sequence[int]) -> str:
    """A place as readers know it; a unit is one number.

    >>> place_text((12, 7)), place_text((17,))
    ('(12, 7)', '17')
    """
    return str(place[0]) if len(place) == 1 else f"({', '.join(map(str, place))})"


def compact_text(place: Sequence[int]) -> str:
    """A place of many numbers, without spaces.

    >>> compact_text((0, 12, 7, 0, 2, 3))
    '(0,12,7,0,2,3)'
    """
    return f"({','.join(map(str, place))})"


def ranges_text(numbers: Iterable[int]) -> str:
    """Rising numbers, runs written as ranges.

    >>> ranges_text([3, 4, 5, 9]), ranges_text([7])
    ('3 to 5, 9', '7')
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]} to {run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)


def line_text(axis: str, numbers: Sequence[int]) -> str:
    """Rows or columns by their numbers.

    >>> line_text("row", [3, 4, 5]), line_text("column", [7])
    ('rows 3 to 5', 'column 7')
    """
    return f"{axis}{'' if len(numbers) == 1 else 's'} {ranges_text(numbers)}"


def counted(number: int, noun: str) -> str:
    """So many of something.

    >>> counted(1, "cell"), counted(1200, "cell")
    ('1 cell', '1,200 cells')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
