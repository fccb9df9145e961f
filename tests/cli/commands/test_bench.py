import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import torch
from PIL import Image

from convcli import __version__
from convcli.benchmark import frameworks, ours
from convcli.benchmark.material import Material
from convcli.benchmark.race import Call, race
from convcli.cli.commands import bench
from convcli.engine.fast.threads import usable_cores
from tests.outcome import Convcli

TINY = {
    "convolution": (1, 101),
    "predict": (2,),
    "training": (2,),
    "im2col": (1,),
    "growth": (1, 2),
}
FIELDS = [
    *("name", "median_seconds", "fastest_seconds", "slowest_seconds", "seconds"),
    *("seconds_per_image", "relative", "deviation"),
]


@pytest.fixture(autouse=True)
def tiny_races(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The command as it is, with few images and one call a run."""
    monkeypatch.setattr(bench, "QUICK_SIZES", TINY)
    monkeypatch.setattr(bench, "race", partial(race, run_seconds=0))
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def no_frameworks(monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("torch", "onnxruntime"):
        monkeypatch.setitem(sys.modules, package, None)
    for module in frameworks.MODULES.values():
        monkeypatch.delitem(sys.modules, module, raising=False)


def test_json_has_every_task_size_and_contender(convcli: Convcli) -> None:
    outcome = convcli("bench", "--quick", "--repeat", "3", "--no-figures", "--json")
    assert outcome.code == 0
    run = json.loads(outcome.stdout)
    cores = usable_cores()
    settings = {"quick": True, "repeat": 3, "threads": cores, "files": []}
    assert {key: run[key] for key in settings} == settings
    assert run["data"] == "sample digits, test images"
    assert run["parameters"] == "simple_convnet.npz"
    assert run["environment"]["convcli"] == __version__
    assert run["processor"]
    assert [(one["name"], one["missing"]) for one in run["frameworks"]] == [
        ("PyTorch", None),
        ("ONNX Runtime", None),
    ]
    assert run["frameworks"][0]["versions"]["torch"] == torch.__version__
    sizes = {task["name"]: tuple(race["images"] for race in task["races"]) for task in run["tasks"]}
    assert sizes == TINY
    for task in run["tasks"]:
        assert task["title"]
        for one in task["races"]:
            _check_race(one)


def _check_race(one: dict[str, object]) -> None:
    contenders, images = one["contenders"], one["images"]
    assert isinstance(contenders, list)
    assert isinstance(images, int)
    fast = contenders[0]["median_seconds"]
    assert len(contenders) >= 3
    for contender in contenders:
        assert list(contender) == FIELDS
        first, middle, last = sorted(contender["seconds"])
        assert contender["fastest_seconds"] == first > 0
        assert contender["median_seconds"] == middle
        assert contender["slowest_seconds"] == last
        assert contender["relative"] == pytest.approx(middle / fast)
        assert contender["seconds_per_image"] == pytest.approx(middle / images)
        assert contender["deviation"] < 1


def test_a_table_for_each_task(convcli: Convcli) -> None:
    outcome = convcli("bench", "--quick", "--repeat", "1", "--no-figures")
    assert outcome.code == 0
    lines = outcome.stdout.split("\n")
    assert "1 run; sample digits, test images, simple_convnet.npz" in lines[0]
    assert f"PyTorch (torch {torch.__version__})" in lines[1]
    assert "ONNX Runtime (onnxruntime " in lines[1]
    headings = [line.split("  ") for line in lines if line.startswith("images")]
    seconds = ["median seconds", "fastest seconds", "slowest seconds", "seconds per image"]
    columns = ["images", "name", *seconds, "relative"]
    assert [[word.strip() for word in line if word] for line in headings] == 5 * [columns]
    rows = [line.split() for line in lines if "fast path" in line and line[:6].strip().isdigit()]
    assert [row[0] for row in rows] == ["1", "101", "2", "2", "1", "2"]
    assert all(row[-1] == "1.00" for row in rows)
    assert not Path("convcli-out").exists()


def test_a_picture_for_each_task(convcli: Convcli) -> None:
    outcome = convcli("bench", "--quick", "--repeat", "1", "--out", "measured")
    files = [f"measured/{name}.png" for name in TINY]
    lines = outcome.stdout.splitlines()
    assert [f"wrote {file}" for file in files] == [one for one in lines if one[:6] == "wrote "]
    assert sorted(str(path) for path in Path("measured").iterdir()) == sorted(files)
    for file in files:
        with Image.open(file) as picture:
            assert picture.size[0] == 1300


@pytest.mark.usefixtures("no_frameworks")
def test_without_frameworks_it_says_so_and_races_alone(convcli: Convcli) -> None:
    outcome = convcli("bench", "--quick", "--repeat", "1", "--no-figures")
    assert outcome.code == 0
    advice = "not installed; pip install 'convcli[bench]'"
    for name in ("PyTorch", "ONNX Runtime"):
        assert f"Note: without {name}, which is {advice}\n" in outcome.stderr
        assert f"{name} ({advice})" in outcome.stdout
    assert "plain path, float64" in outcome.stdout
    assert "by 100" not in outcome.stdout


@pytest.mark.usefixtures("no_frameworks")
def test_json_tells_what_is_missing(convcli: Convcli) -> None:
    outcome = convcli("bench", "--quick", "--repeat", "1", "--no-figures", "--json")
    run = json.loads(outcome.stdout)
    missing = "not installed; pip install 'convcli[bench]'"
    assert run["frameworks"] == [
        {"name": "PyTorch", "versions": {}, "missing": missing},
        {"name": "ONNX Runtime", "versions": {}, "missing": missing},
    ]
    names = [one["name"] for one in run["tasks"][1]["races"][0]["contenders"]]
    assert names == ["fast path", "plain path, float64"]


def test_whoever_computes_something_else_is_an_error(
    convcli: Convcli, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(material: Material) -> Call:
        right = ours._predict_plainly(material)
        return lambda: [scores + 1 for scores in right()]

    monkeypatch.setitem(sys.modules, "torch", None)
    contenders = ours.contenders()
    fast, plain = contenders["predict"]
    contenders["predict"] = (fast, type(plain)(plain.name, wrong))
    monkeypatch.setattr(ours, "contenders", lambda: contenders)
    outcome = convcli("bench", "--quick", "--repeat", "1", "--out", "measured")
    assert outcome.code == 1
    error = outcome.stderr.strip().split("\n")[-1]
    assert error.startswith("Error: predict, size 2: plain path, float64 and fast path differ by")
    assert error.endswith("this is a fault of convcli; please report it")
    assert len(error) <= 200
    # What was finished before is whole.
    assert [path.name for path in Path("measured").iterdir()] == ["convolution.png"]


@pytest.mark.usefixtures("no_frameworks")
def test_ctrl_c_leaves_whole_pictures_of_what_was_finished(
    convcli: Convcli, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(material: Material) -> Call:
        raise KeyboardInterrupt

    contenders = ours.contenders()
    contenders["training"] = (type(contenders["training"][0])("fast path", interrupted),)
    monkeypatch.setattr(ours, "contenders", lambda: contenders)
    outcome = convcli("bench", "--quick", "--repeat", "1", "--out", "measured")
    assert outcome.code == 130
    assert outcome.stderr.endswith("Error: interrupted; nothing half-written was left behind\n")
    assert "plain path, float64" in outcome.stdout
    left = sorted(path.name for path in Path("measured").iterdir())
    assert left == ["convolution.png", "predict.png"]
    for name in left:
        with Image.open(Path("measured") / name) as picture:
            picture.load()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--repeat", "0"], "0 is not in the range 1<=x<="),
        (["--no-figures", "--out", "x"], "contradict each other"),
    ],
)
def test_a_wrong_usage_is_one_line(convcli: Convcli, arguments: list[str], message: str) -> None:
    outcome = convcli("bench", *arguments)
    assert (outcome.code, outcome.stdout) == (2, "")
    assert message in outcome.stderr
    assert outcome.stderr.count("\n") == 1


def test_a_folder_that_cannot_be_written_is_refused_before_anything_is_raced(
    convcli: Convcli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "race", None)
    Path("taken").write_text("a file")
    outcome = convcli("bench", "--quick", "--out", "taken")
    assert (outcome.code, outcome.stdout) == (1, "")
    assert "taken is not a directory" in outcome.stderr


def test_the_help_imports_no_framework() -> None:
    code = (
        "import sys; from convcli.cli.main import execute; code = execute(['bench', '--help']);"
        "heavy = {'torch', 'onnx', 'onnxruntime', 'matplotlib'} & set(sys.modules);"
        "sys.exit(f'imported {heavy}' if heavy else code)"
    )
    finished = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=os.environ
    )
    assert finished.returncode == 0, finished.stderr
    assert "convcli bench --quick" in finished.stdout
