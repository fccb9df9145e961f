import numpy as np
import pytest

from convcli.engine.fast.shared_product import shared_product


@pytest.mark.parametrize("rows", [1, 2, 3, 101])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_row_is_there_once(rows: int, dtype: str) -> None:
    random = np.random.default_rng(rows)
    # Whole numbers: each sum is exact, in any order.
    left = random.integers(-9, 10, size=(rows, 70)).astype(dtype)
    right = random.integers(-9, 10, size=(40, 70)).astype(dtype).T
    product = shared_product(left, right)
    assert product.dtype == dtype
    np.testing.assert_array_equal(product, np.einsum("ri,ic->rc", left, right))
