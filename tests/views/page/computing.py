"""Networks computed by the page's scripts, in an empty page that holds nothing else."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

from convcli.network.network import Network
from convcli.views.page.packing import script_json
from convcli.views.page.payload import Subject, payload

Array = NDArray[Any]

SUBJECT = Subject(
    "0", "convcli explore", "--index 3", "an image", None, "a network", with_drawing=True
)
TOLERANCE = 1e-5
"""Largest difference to the engine's numbers, as a share of the largest number of a stage."""

# Data keeps what it has read, so it is made anew for each network.
_COMPUTE = """async ([decode, network, data]) => {
    document.getElementById("page-data").textContent = data;
    const [Data, Network] = new Function(`${decode};${network};return [Data, Network]`)();
    const page = await Data.load();
    const stages = Network.forward(page.layers, page.stages.input.values);
    return Object.fromEntries([...stages].map(([name, values]) => [name, [...values]]));
}"""


def write_empty_page(path: Path) -> Path:
    """A page in which scripts can be made of text."""
    head = '<!doctype html><html lang="en"><title>scripts</title>'
    path.write_text(f'{head}<script type="application/json" id="page-data"></script>')
    return path


def script(name: str) -> str:
    """The text of one of the page's scripts, for ``new Function`` in an empty page."""
    text: str = (files("convcli.views.page") / "scripts" / f"{name}.js").read_text("utf-8")
    return text


def computed_stages(page: Page, network: Network, stages: Mapping[str, Array]) -> dict[str, Array]:
    """What the script makes of the input of these stages, from the data that a page has."""
    data = script_json(payload(SUBJECT, network, stages, {}))
    found = page.evaluate(_COMPUTE, [script("decode"), script("network"), data])
    return {name: np.reshape(values, stages[name].shape) for name, values in found.items()}


def assert_close(computed: Mapping[str, Array], engine: Mapping[str, Array]) -> None:
    """Every stage is there, in order, and is the engine's but for rounding."""
    assert list(computed) == list(engine)
    for name, expected in engine.items():
        scale = np.abs(expected).max()
        assert np.abs(computed[name] - expected).max() <= TOLERANCE * scale, name
