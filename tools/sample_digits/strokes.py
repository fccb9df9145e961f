"""How each digit is written: the path of the pen, as points it runs through.

A glyph is one way to write a digit: strokes between which the pen is lifted. A stroke is a list of
points ``(x, y)`` on a sheet 100 units high, x to the right and y down; the pen runs through them in
a smooth curve. A point given twice is a corner, where the pen stops and turns.

A way that people use more often stands more than once in ``GLYPHS``: every entry is drawn equally
often.
"""

Point = tuple[int, int]
Stroke = tuple[Point, ...]
Glyph = tuple[Stroke, ...]

ZERO_ROUND: Glyph = (
    ((48, 3), (24, 8), (6, 32), (4, 62), (18, 92), (44, 97), (70, 76), (74, 40), (62, 12), (42, 3)),
)
ZERO_NARROW: Glyph = (
    ((36, 2), (16, 16), (6, 48), (14, 84), (32, 98), (52, 86), (60, 50), (52, 16), (34, 2)),
)
ZERO_OVERLAPPING: Glyph = (
    (
        (58, 16), (40, 4), (16, 18), (5, 52), (14, 88), (42, 97), (70, 74),
        (74, 38), (58, 10), (38, 7), (28, 18),
    ),
)  # fmt: skip

ONE_STROKE: Glyph = (((30, 2), (30, 50), (29, 98)),)
ONE_BENT: Glyph = (((30, 2), (32, 44), (24, 98)),)
ONE_FLAG: Glyph = (((18, 19), (26, 12), (33, 2), (33, 2), (32, 50), (31, 98)),)
ONE_BASE: Glyph = (
    ((14, 22), (24, 14), (33, 2), (33, 2), (32, 50), (31, 96)),
    ((10, 97), (30, 96), (54, 97)),
)

TWO_PLAIN: Glyph = (
    (
        (6, 22), (20, 6), (42, 2), (58, 18), (52, 42), (30, 70), (5, 95),
        (5, 95), (34, 94), (66, 95),
    ),
)  # fmt: skip
TWO_LOOP: Glyph = (
    (
        (8, 26), (20, 7), (42, 3), (56, 20), (50, 48), (34, 74), (16, 92), (4, 88),
        (10, 75), (28, 78), (46, 91), (70, 94),
    ),
)  # fmt: skip
TWO_ANGULAR: Glyph = (
    ((6, 14), (26, 5), (54, 7), (62, 18), (38, 54), (6, 92), (6, 92), (36, 89), (72, 88)),
)

THREE_ROUND: Glyph = (
    (
        (8, 14), (26, 3), (48, 8), (52, 26), (38, 42), (20, 47),
        (20, 47), (44, 50), (58, 66), (50, 88), (28, 98), (4, 90),
    ),
)  # fmt: skip
THREE_LOOP: Glyph = (
    (
        (6, 10), (30, 2), (52, 12), (50, 32), (32, 46), (22, 49), (24, 42), (40, 46),
        (56, 62), (52, 86), (30, 98), (2, 88),
    ),
)  # fmt: skip
THREE_FLAT: Glyph = (
    (
        (8, 5), (32, 4), (56, 4), (56, 4), (40, 24), (26, 42),
        (26, 42), (48, 48), (60, 66), (50, 88), (28, 98), (4, 90),
    ),
)  # fmt: skip

FOUR_OPEN: Glyph = (
    ((16, 4), (11, 28), (6, 52), (6, 52), (34, 54), (68, 50)),
    ((54, 6), (51, 50), (48, 98)),
)
FOUR_CURVED: Glyph = (
    ((14, 6), (6, 30), (10, 50), (30, 54), (54, 46)),
    ((58, 3), (54, 36), (50, 70), (46, 98)),
)
FOUR_CLOSED: Glyph = (
    ((48, 3), (28, 32), (4, 64), (4, 64), (36, 64), (70, 62)),
    ((48, 3), (47, 50), (46, 98)),
)

FIVE_TWO_STROKES: Glyph = (
    (
        (18, 6), (15, 24), (12, 42), (12, 42), (32, 37), (52, 48),
        (56, 70), (42, 92), (20, 98), (3, 90),
    ),
    ((17, 6), (36, 6), (62, 3)),
)  # fmt: skip
FIVE_ONE_STROKE: Glyph = (
    (
        (64, 4), (42, 6), (22, 8), (22, 8), (17, 26), (14, 42), (30, 42), (50, 54),
        (52, 76), (36, 95), (16, 97), (2, 88),
    ),
)  # fmt: skip
FIVE_ANGULAR: Glyph = (
    (
        (60, 5), (38, 5), (14, 6), (14, 6), (13, 26), (12, 45), (12, 45), (34, 41),
        (54, 54), (54, 80), (32, 97), (6, 92),
    ),
)  # fmt: skip

SIX_CURVED: Glyph = (
    (
        (48, 3), (24, 24), (8, 54), (10, 84), (30, 98), (54, 90), (60, 70),
        (44, 55), (22, 64), (8, 80),
    ),
)  # fmt: skip
SIX_STRAIGHT: Glyph = (
    (
        (42, 2), (22, 34), (8, 68), (16, 93), (38, 98), (58, 84), (54, 64),
        (34, 58), (8, 76),
    ),
)  # fmt: skip
SIX_BIG_LOOP: Glyph = (
    (
        (46, 3), (26, 22), (10, 52), (8, 82), (28, 98), (54, 92), (62, 74),
        (48, 59), (26, 61), (8, 74),
    ),
)  # fmt: skip

SEVEN_PLAIN: Glyph = (((4, 8), (30, 7), (60, 5), (60, 5), (46, 40), (34, 70), (26, 98)),)
SEVEN_CURVED: Glyph = (((4, 12), (22, 6), (48, 6), (58, 14), (46, 44), (32, 72), (24, 98)),)
SEVEN_SERIF: Glyph = (
    ((4, 22), (6, 14), (8, 7), (8, 7), (34, 8), (60, 6), (60, 6), (44, 42), (34, 70), (28, 98)),
)
SEVEN_BAR: Glyph = (
    ((4, 8), (30, 7), (60, 5), (60, 5), (46, 40), (34, 70), (26, 98)),
    ((22, 52), (40, 50), (60, 47)),
)

EIGHT_CROSSED: Glyph = (
    (
        (54, 12), (36, 2), (16, 10), (16, 30), (34, 46), (52, 64), (52, 88), (32, 98),
        (12, 88), (14, 66), (34, 46), (52, 28), (56, 12),
    ),
)  # fmt: skip
EIGHT_FROM_RIGHT: Glyph = (
    (
        (58, 8), (40, 3), (20, 10), (18, 30), (36, 46), (50, 62), (48, 88), (28, 98),
        (10, 88), (16, 66), (38, 44), (56, 22), (62, 6),
    ),
)  # fmt: skip
EIGHT_TWO_RINGS: Glyph = (
    ((34, 3), (16, 10), (14, 32), (32, 45), (50, 34), (52, 12), (34, 3)),
    ((32, 45), (12, 58), (8, 84), (30, 98), (54, 84), (52, 58), (34, 45)),
)

NINE_STRAIGHT: Glyph = (
    (
        (52, 18), (38, 4), (16, 12), (8, 34), (22, 50), (42, 40), (54, 14),
        (54, 14), (50, 54), (44, 98),
    ),
)  # fmt: skip
NINE_CURVED: Glyph = (
    (
        (52, 14), (34, 3), (12, 14), (10, 38), (28, 48), (48, 34), (54, 14),
        (56, 46), (46, 82), (28, 97), (8, 92),
    ),
)  # fmt: skip
NINE_LEANING: Glyph = (
    (
        (56, 20), (44, 4), (22, 10), (10, 32), (20, 48), (42, 40), (58, 12),
        (50, 46), (38, 74), (28, 98),
    ),
)  # fmt: skip

GLYPHS: tuple[tuple[Glyph, ...], ...] = (
    (ZERO_ROUND, ZERO_NARROW, ZERO_OVERLAPPING),
    (ONE_STROKE, ONE_STROKE, ONE_STROKE, ONE_BENT, ONE_BENT, ONE_FLAG, ONE_BASE),
    (TWO_PLAIN, TWO_LOOP, TWO_LOOP, TWO_ANGULAR),
    (THREE_ROUND, THREE_LOOP, THREE_FLAT),
    (FOUR_OPEN, FOUR_OPEN, FOUR_CURVED, FOUR_CURVED, FOUR_CLOSED),
    (FIVE_TWO_STROKES, FIVE_ONE_STROKE, FIVE_ANGULAR),
    (SIX_CURVED, SIX_STRAIGHT, SIX_BIG_LOOP),
    (SEVEN_PLAIN, SEVEN_PLAIN, SEVEN_CURVED, SEVEN_SERIF, SEVEN_BAR),
    (EIGHT_CROSSED, EIGHT_CROSSED, EIGHT_FROM_RIGHT, EIGHT_TWO_RINGS),
    (NINE_STRAIGHT, NINE_CURVED, NINE_LEANING),
)
