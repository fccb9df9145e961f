"""``convcli animate`` as a user runs it: in a terminal, into files, for programs."""

import json
import os
import pty
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from convcli.cli.commands.animate.film_options import ByteCount
from convcli.storage.parameters import formats
from tests.inspection.networks import book_network
from tests.outcome import Convcli

KINDS = ["conv", "pool", "im2col"]


@pytest.fixture(autouse=True)
def small(small_mnist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVCLI_DATA_DIR", str(small_mnist))


def saved(name: str) -> list[str]:
    """Options that read one of the book's networks from a file."""
    network = book_network(name)
    formats.save(Path("network.npz"), network.arrays)
    return ["--params", "network.npz", "--layers", network.specification]


def asked(convcli: Convcli, *arguments: str) -> dict[str, Any]:
    outcome = convcli("animate", *arguments, "--json")
    assert (outcome.code, outcome.stderr) == (0, "")
    result: dict[str, Any] = json.loads(outcome.stdout)
    return result


def frames(path: Path) -> tuple[int, list[int]]:
    """How many frames a picture has, and the milliseconds of each."""
    with Image.open(path) as picture:
        count = getattr(picture, "n_frames", 1)
        delays = []
        for number in range(count):
            picture.seek(number)
            picture.load()
            delays.append(int(picture.info["duration"]))
    return count, delays


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_terminal_it_writes_files(convcli: Convcli, kind: str) -> None:
    result = asked(convcli, kind)
    folder = Path("convcli-out") / f"animate-{kind}-train-5"
    paths = [folder / f"{kind}.gif", folder / f"{kind}-sheet.png"]
    assert result["files"] == [str(path) for path in paths]
    moving, sheet = result["pictures"]
    count, delays = frames(paths[0])
    assert (moving["frames"], moving["seconds"]) == (count, sum(delays) / 1000)
    assert delays[-1] == 2000
    for row, path in zip((moving, sheet), paths, strict=True):
        assert row["bytes"] == path.stat().st_size
        with Image.open(path) as picture:
            assert picture.size == (row["width"], row["height"])
    assert [path.name for path in folder.iterdir() if path not in paths] == []


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        (["conv"], 47),
        (["pool"], 23),
        (["im2col", "--order", "offset"], 25),
        (["im2col", "--order", "position"], 47),
        (["im2col", "--order", "both"], 48),
        (["pool", "--frames", "all"], 144),
    ],
)
def test_so_many_frames(convcli: Convcli, arguments: list[str], count: int) -> None:
    result = asked(convcli, *arguments)
    assert frames(Path(result["files"][0]))[0] == count


@pytest.mark.parametrize("kind", KINDS)
def test_any_layer_of_a_deep_network(convcli: Convcli, kind: str) -> None:
    layer = "pool2" if kind == "pool" else "conv4"
    number = [] if kind == "im2col" else ["--filter", "3"]
    result = asked(convcli, kind, "--layer", layer, *number, *saved("chapter 8"))
    assert result["layer"] == layer
    outcome = convcli("animate", kind, "--layer", "affine1", *saved("chapter 8"))
    assert (outcome.code, outcome.stdout) == (2, "")
    what = "pooling" if kind == "pool" else "convolution"
    assert f"affine1 is no {what}, it is affine; " in outcome.stderr


@pytest.mark.parametrize("kind", KINDS)
def test_a_network_without_such_a_layer(convcli: Convcli, kind: str) -> None:
    outcome = convcli("animate", kind, *saved("chapter 3"))
    assert (outcome.code, outcome.stdout, outcome.stderr.count("\n")) == (1, "", 1)
    assert outcome.stderr.startswith("Error: network.npz: the network as described has no ")


def test_a_picture_in_three_channels(convcli: Convcli) -> None:
    random = np.random.default_rng(0)
    arrays = {"W1": random.normal(size=(2, 3, 3, 3)), "b1": np.ones(2)}
    formats.save(Path("colour.npz"), arrays)
    name = "<b>\x1b[31m.png"
    Image.fromarray(random.integers(0, 256, (40, 30, 3), np.uint8)).save(name)
    options = ["--params", "colour.npz", "--layers", "conv1(stride=2,pad=1) relu maxpool2",
               "--input-size", "3x16x16", "--image", name]  # fmt: skip
    for kind in KINDS:
        outcome = convcli("animate", kind, *options, "--format", "html", "--out", "out")
        assert (outcome.code, outcome.stderr) == (0, "")
        assert outcome.stdout.startswith("picture <b>\\x1b[31m.png: ")
        text = Path("out", f"{kind}.html").read_text(encoding="utf-8")
        assert "<h1>picture &lt;b&gt;\\x1b[31m.png: " in text
        assert "<b>" not in text
        assert "\x1b" not in text


def test_it_plays_for_so_many_seconds(convcli: Convcli) -> None:
    result = asked(convcli, "pool", "--seconds", "5")
    assert sum(frames(Path(result["files"][0]))[1]) == 5000
    outcome = convcli("animate", "conv", "--seconds", "2.5", "--out", "out")
    assert (outcome.code, outcome.stdout) == (2, "")
    assert outcome.stderr == (
        "Error: 47 frames cannot be told apart in 2.5 seconds; give at least --seconds 3.2, or "
        "fewer frames\n"
    )
    assert not Path("out").exists()


@pytest.mark.parametrize("kind", ["gif", "html"])
def test_a_file_is_no_larger_than_allowed(convcli: Convcli, kind: str) -> None:
    options = ["pool", "--format", kind]
    usual = asked(convcli, *options)["pictures"][0]
    small = asked(convcli, *options, "--max-size", str(usual["bytes"] // 2))["pictures"][0]
    assert 2 <= small["frames"] < usual["frames"]
    assert small["bytes"] <= usual["bytes"] // 2
    large = asked(convcli, *options, "--max-size", "20MB")["pictures"][0]
    assert large["frames"] == 144
    outcome = convcli("animate", *options, "--max-size", "2kB")
    assert (outcome.code, outcome.stdout) == (2, "")
    hint = re.fullmatch(
        r"Error: even with 2 frames it has [\d,]+ bytes; give --max-size (\d+kB)\n", outcome.stderr
    )
    assert hint is not None
    assert asked(convcli, *options, "--max-size", hint[1])["pictures"][0]["frames"] == 2


@pytest.mark.parametrize(
    "text", ["1", "0.5kB", "101MB", "1GB", "-1MB", "1e3", "nan", "١MB", "9" * 99]
)
def test_a_size_that_is_none(convcli: Convcli, text: str) -> None:
    outcome = convcli("animate", "conv", "--max-size", text)
    assert (outcome.code, outcome.stdout) == (2, "")
    assert outcome.stderr.startswith("Error: Invalid value for '--max-size': ")


def test_sizes_as_people_write_them() -> None:
    convert = ByteCount().convert
    sizes = ["1000", "1kB", "1.5 MB", "100mb"]
    assert [convert(text, None, None) for text in sizes] == [1000, 1000, 1_500_000, 10**8]


def test_what_contradicts_itself(convcli: Convcli) -> None:
    outcome = convcli("animate", "conv", "--frames", "all", "--max-size", "1MB")
    assert (outcome.code, outcome.stdout) == (2, "")
    assert "--max-size and --frames contradict each other" in outcome.stderr


def test_what_would_take_too_long_is_refused(convcli: Convcli) -> None:
    options = saved("chapter 8")
    outcome = convcli("animate", "conv", "--frames", "all", "--format", "webp", *options)
    assert (outcome.code, outcome.stdout) == (2, "")
    assert re.fullmatch(
        r"Error: drawing 784 frames of 900x\d+ as webp would take about \d+ seconds, and 10 are "
        r"the most; take --frames teach\n",
        outcome.stderr,
    )
    assert not Path("convcli-out").exists()


def test_a_window_with_too_many_values_is_refused_before_it_is_drawn(convcli: Convcli) -> None:
    arrays = {"W1": np.ones((1, 1, 1800, 1800), np.float32), "b1": np.zeros(1, np.float32)}
    formats.save(Path("large.npz"), arrays)
    Image.fromarray(np.tile(np.arange(200, dtype=np.uint8), (200, 1))).save("grey.png")
    outcome = convcli(
        "animate", "conv", "--params", "large.npz", "--layers", "conv1", "--input-size",
        "1800x1800", "--image", "grey.png",
    )  # fmt: skip
    assert (outcome.code, outcome.stdout) == (1, "")
    assert outcome.stderr.startswith(
        "Error: drawing a frame with 3,240,000 values under the window would take about "
    )
    assert outcome.stderr.count("\n") == 1


def test_a_folder_that_cannot_be_written(convcli: Convcli) -> None:
    Path("file").write_text("")
    outcome = convcli("animate", "pool", "--out", "file")
    assert (outcome.code, outcome.stdout) == (1, "")
    assert "choose another place with --out" in outcome.stderr


def in_terminal(*arguments: str, key: bytes = b"", **variables: str) -> tuple[int, str]:
    """The program in a terminal of its own; a key is pressed when the first picture is there."""
    command = [sys.executable, "-m", "convcli", "animate", *arguments]
    environment = os.environ | {"TERM": "xterm-256color"} | variables
    child, terminal = pty.fork()
    if child == 0:
        try:
            os.execve(sys.executable, command, environment)  # noqa: S606
        finally:
            os._exit(127)
    shown, pressed = b"", False
    while True:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:  # The other side is closed.
            break
        if not chunk:
            break
        shown += chunk
        if key and not pressed and b"step 1 of" in shown:
            os.write(terminal, key)
            pressed = True
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), shown.decode(errors="replace")


def test_it_plays_in_a_terminal_to_its_end() -> None:
    code, shown = in_terminal("pool", "--seconds", "2.6")
    assert code == 0
    assert "step 1 of 144: pool1 (0, 0) = " in shown
    assert "steps 133 to 144 of 144" in shown
    assert shown.endswith("Keep it as a file with --out DIR.\r\n")
    assert "▀" in shown
    assert not Path("convcli-out").exists()


def test_a_key_stops_it() -> None:
    code, shown = in_terminal("conv", "--seconds", "3000", key=b"q")
    assert code == 0
    assert "576 of 576" not in shown
    assert "Keep it" not in shown
    # The cursor is there again.
    assert shown.rstrip().endswith("\x1b[?25h")


def test_ctrl_c_ends_it() -> None:
    code, shown = in_terminal("conv", "--seconds", "3000", key=b"\x03")
    assert code == 130
    assert "Error: interrupted" in shown
    assert "\x1b[?25h" in shown


def test_without_colours_it_plays_in_letters() -> None:
    code, shown = in_terminal("pool", "--seconds", "2.6", NO_COLOR="1")
    assert code == 0
    assert "▀" not in shown
    assert "38;2" not in shown
    assert "||" in shown


def test_a_terminal_that_cannot_draw_over_a_picture_gets_files() -> None:
    code, shown = in_terminal("pool", TERM="dumb")
    assert code == 0
    assert "wrote convcli-out/animate-pool-train-5/pool.gif" in shown
