import numpy as np
import pytest
from numpy.typing import NDArray

from convcli.errors import GeometryError, UsageError
from convcli.network.convnet import SimpleConvNet
from convcli.network.evaluation import Evaluation, evaluate


@pytest.fixture
def brightness_reader() -> SimpleConvNet:
    """Reads a plain picture as 0 when it is dark, 1 when it is grey and 2 when it is bright."""
    return SimpleConvNet(
        {
            "W1": np.full((1, 1, 27, 27), 1 / 27**2),
            "b1": np.zeros(1),
            "W2": np.ones((1, 1)),
            "b2": np.zeros(1),
            "W3": np.array([[0.0, 10.0, 20.0]]),
            "b3": np.array([0.0, -3.0, -9.0]),
        }
    )


def _plain(*brightnesses: int) -> NDArray[np.uint8]:
    return np.array(brightnesses, np.uint8)[:, None, None].repeat(28, axis=1).repeat(28, axis=2)


def test_counts_by_hand() -> None:
    outcome = Evaluation(np.array([[3, 1, 0], [0, 0, 0], [2, 0, 4]]))
    assert (outcome.correct, outcome.total, outcome.accuracy) == (7, 10, 0.7)
    assert outcome.class_accuracies == (0.75, None, 4 / 6)


def test_every_image_is_counted_under_its_label_and_its_reading(
    brightness_reader: SimpleConvNet,
) -> None:
    pixels = _plain(*[0, 10] * 60, 100, 110, 250)
    labels = np.array([0, 0] * 60 + [1, 2, 2], np.uint8)
    outcome = evaluate(brightness_reader, pixels, labels)
    np.testing.assert_array_equal(outcome.confusion, [[120, 0, 0], [0, 1, 0], [0, 1, 1]])


def test_labels_that_do_not_fit_are_refused(brightness_reader: SimpleConvNet) -> None:
    with pytest.raises(GeometryError, match="for 2 images"):
        evaluate(brightness_reader, _plain(0, 0), np.array([0]))
    with pytest.raises(UsageError, match="label 3 is no class"):
        evaluate(brightness_reader, _plain(0), np.array([3]))
