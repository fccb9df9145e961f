"""A network comes back from a file of ours: its layers, its input and its numbers."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from convcli.network.building import build
from convcli.network.contract import InputContract
from convcli.storage.parameters.description import Description
from convcli.storage.parameters.formats import load, save
from tests.network.twins import Twin, networks


@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
@settings(deadline=None, max_examples=60)
@given(twin=networks(dtypes=("float32", "float64")))
def test_any_network_comes_back_with_the_same_scores(suffix: str, twin: Twin) -> None:
    network, images = twin.network(), twin.images(2)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"network{suffix}"
        save(path, network.arrays, Description(network.specification, network.contract.json))
        file = load(path)
    assert file.description is not None
    contract = InputContract.from_json(file.description.input)
    again = build(file.arrays, file.description.layers, contract)
    assert again.layers == network.layers
    assert again.contract == network.contract
    # As they came: whoever reads the file without us finds them as in the file before.
    arrays = twin.arrays()
    assert set(file.arrays) == set(arrays)
    for name, array in arrays.items():
        assert file.arrays[name].dtype == array.dtype
        np.testing.assert_array_equal(file.arrays[name], array)
    # The same numbers; a product may be rounded otherwise where they lie otherwise in memory.
    tolerance = 1e-5 if twin.dtype == "float32" else 1e-12
    expected = network.scores(images)
    np.testing.assert_allclose(
        again.scores(images), expected, rtol=0, atol=tolerance * max(1, np.abs(expected).max())
    )
