"""How near a picture is to the images that were seen, against arithmetic by hand."""

import numpy as np
import pytest

from convcli.inspection.likeness import cosines_of, likeness, nearest_cosines


def pictures(count: int, seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.random.default_rng(seed).integers(0, 256, (count, 4, 5), np.uint8)


def test_the_cosine_is_that_of_two_vectors() -> None:
    some, seen = pictures(3, 0), pictures(6, 1)
    found = cosines_of(some, seen)
    for row, picture in enumerate(some.astype(float)):
        for column, image in enumerate(seen.astype(float)):
            by_hand = (picture * image).sum() / np.sqrt((picture**2).sum() * (image**2).sum())
            assert found[row, column] == pytest.approx(by_hand, abs=1e-6)
    assert np.array_equal(nearest_cosines(some, seen), found.max(axis=1))


def test_an_empty_picture_is_like_nothing() -> None:
    assert not cosines_of(np.zeros((1, 4, 5), np.uint8), pictures(3, 0)).any()


def test_a_picture_among_those_seen_does_not_count_itself() -> None:
    seen = pictures(50, 2)
    found = likeness(seen[7], seen, pictures(20, 3), leave_out=7)
    assert found.nearest != 7
    others = np.delete(cosines_of(seen[7:8], seen)[0], 7)
    assert found.cosine == others.max()
    assert likeness(seen[7], seen, pictures(20, 3)).nearest == 7


def test_usual_is_what_99_of_100_validation_images_reach() -> None:
    seen, validation = pictures(200, 4), pictures(100, 5)
    lowest = np.sort(nearest_cosines(validation, seen))
    found = likeness(validation[0], seen, validation)
    assert lowest[0] < found.least_usual <= lowest[1]
    assert (found.seen, found.judged_by) == (200, 100)
    stripe = np.zeros((4, 5), np.uint8)
    stripe[0, 0] = 255
    assert not likeness(stripe, seen, validation).is_usual
    assert likeness(seen[0], seen, validation).is_usual
