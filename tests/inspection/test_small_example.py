"""The small example, by hand."""

from convcli.inspection.small_example import small_example

MATRIX = [
    [0, 1, 2, 4, 5, 6, 8, 9, 10],
    [1, 2, 3, 5, 6, 7, 9, 10, 11],
    [4, 5, 6, 8, 9, 10, 12, 13, 14],
    [5, 6, 7, 9, 10, 11, 13, 14, 15],
]


def test_the_matrix_and_every_slice_are_those_that_a_hand_makes() -> None:
    example = small_example()
    assert example.image.tolist() == [[4 * y + x for x in range(4)] for y in range(4)]
    assert example.matrix.tolist() == MATRIX
    assert example.output_size == (2, 2)
    assert example.equal
    by_offset = [(one.place, one.pixels.tolist()) for one in example.offset]
    assert by_offset == [
        ((y, x), [[4 * (y + i) + x + j for j in range(2)] for i in range(2)])
        for y in range(3)
        for x in range(3)
    ]
    by_position = [(one.place, one.pixels.tolist()) for one in example.position]
    assert by_position == [
        ((i, j), [[4 * (i + y) + j + x for x in range(3)] for y in range(3)])
        for i in range(2)
        for j in range(2)
    ]


def test_a_slice_by_offset_is_a_column_and_one_by_position_a_row() -> None:
    example = small_example()
    for one in example.offset:
        assert [row[one.line] for row in MATRIX] == one.pixels.ravel().tolist()
    for one in example.position:
        assert MATRIX[one.line] == one.pixels.ravel().tolist()
    assert [one.line for one in example.offset] == list(range(9))
    assert [one.line for one in example.position] == list(range(4))
