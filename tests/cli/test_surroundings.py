"""Settings that lie around, broken or endless, change nothing: not for a command that draws."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.interrupts.moments import commands

BROKEN = "this is\x1b[31m no setting\nfigure.dpi: many\naxes.nothing: 1\n"
# What a setting would show in: another background.
STYLE = "figure.facecolor: red\nsavefig.facecolor: red\ntext.color: red\n"


def broken(path: Path) -> None:
    path.write_text(BROKEN, encoding="utf-8")


def undecodable(path: Path) -> None:
    path.write_bytes(b"\xff\xfe\x00" * 100)


def fifo(path: Path) -> None:
    os.mkfifo(path)


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def folder(path: Path) -> None:
    path.mkdir()


def unreadable(path: Path) -> None:
    path.symlink_to(path)


def style(path: Path) -> None:
    path.write_text(STYLE, encoding="utf-8")


OBSTACLES = [broken, undecodable, fifo, endless, folder, unreadable, style]
DRAWING = sorted(
    {
        str(command).removesuffix(" --no-figures")
        for command in commands()
        if "--no-figures" in command.arguments
    }
)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache of the program's that has the list of fonts, which takes a second to make."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def kept_cache(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> dict[str, bytes]:
    """What is drawn where nothing lies around."""
    folder = tmp_path_factory.mktemp("expected")
    assert_as_ever(run(f"show-filters --out {folder}", XDG_CACHE_HOME=str(cache)))
    return pictures(str(folder))


def run(arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "convcli", *arguments.split()],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=os.environ | variables,
    )


def pictures(directory: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(Path(directory).glob("*.png"))}


def assert_as_ever(finished: subprocess.CompletedProcess[str]) -> None:
    assert (finished.returncode, finished.stderr) == (0, "")
    assert "wrote " in finished.stdout


@pytest.mark.parametrize("obstacle", OBSTACLES, ids=lambda obstacle: obstacle.__name__)
def test_a_file_in_the_folder_is_not_read(
    obstacle: Callable[[Path], None], expected: dict[str, bytes]
) -> None:
    obstacle(Path("matplotlibrc"))
    assert_as_ever(run("show-filters --out after"))
    assert pictures("after") == expected


@pytest.mark.parametrize("arguments", DRAWING)
def test_no_command_that_draws_reads_it(arguments: str) -> None:
    broken(Path("matplotlibrc"))
    for framework in ("torch", "onnxruntime"):
        # They are raced only where they are, and take long to come; "-m" finds these first.
        Path(f"{framework}.py").write_text("raise ImportError", encoding="utf-8")
    finished = run(f"{arguments} --out drawn")
    assert finished.returncode == 0, finished.stderr
    assert "matplotlib" not in finished.stderr + finished.stdout
    assert pictures("drawn") != {}


@pytest.mark.parametrize("variable", ["MPLBACKEND", "MATPLOTLIBRC", "MPLCONFIGDIR"])
@pytest.mark.parametrize("value", ["nothing-of-the-kind", "/dev/zero", "settings", "styles"])
def test_the_environment_is_not_read(variable: str, value: str, expected: dict[str, bytes]) -> None:
    # Two folders: one with endless files, one with files that can be read.
    for name, obstacle in (("settings", endless), ("styles", style)):
        (Path(name) / "stylelib").mkdir(parents=True)
        obstacle(Path(name) / "matplotlibrc")
        obstacle(Path(name) / "stylelib" / "default.mplstyle")
    assert_as_ever(run("show-filters --out after", **{variable: value}))
    assert pictures("after") == expected


def test_the_users_own_folder_is_not_read(expected: dict[str, bytes]) -> None:
    settings = Path("home") / ".config" / "matplotlib"
    (settings / "stylelib").mkdir(parents=True)
    endless(settings / "matplotlibrc")
    endless(settings / "stylelib" / "default.mplstyle")
    home = str(Path("home").resolve())
    assert_as_ever(run("show-filters --out after", HOME=home, XDG_CONFIG_HOME=f"{home}/.config"))
    assert pictures("after") == expected


def test_nowhere_to_keep_the_list_of_fonts() -> None:
    assert_as_ever(run("show-filters --out drawn", XDG_CACHE_HOME="/dev/null"))
    assert pictures("drawn") != {}


def library(code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | variables,
    )


def test_the_environment_is_left_as_it_was_and_matplotlib_as_it_comes() -> None:
    style(Path("matplotlibrc"))
    code = (
        "import os, builtins\n"
        "from convcli.cli.surroundings import leave_settings_unread\n"
        "before, read = dict(os.environ), open\n"
        "leave_settings_unread()\n"
        "import matplotlib\n"
        "from matplotlib import style\n"
        "assert dict(os.environ) == before and builtins.open is read\n"
        "assert 'open' not in vars(matplotlib)\n"
        "assert matplotlib.rcParams['figure.facecolor'] == 'white'\n"
        "assert matplotlib.rcParams == matplotlib.rcParamsDefault\n"
        "from matplotlib import pyplot\n"
        "import importlib.resources\n"
        "assert importlib.resources.files('matplotlib').joinpath('mpl-data').is_dir()\n"
        "print('as it comes')"
    )
    finished = library(code, MPLBACKEND="svg")
    assert (finished.stderr, finished.stdout) == ("", "as it comes\n")


def test_a_library_user_keeps_settings() -> None:
    style(Path("matplotlibrc"))
    code = (
        "from convcli.views.figures.sheet import Sheet\n"
        "import matplotlib\n"
        "assert matplotlib.rcParams['figure.facecolor'] == 'red'\n"
        "assert matplotlib.rcParams['backend'] == 'svg'\n"
        "figure = Sheet(100, 100, 'a title').figure\n"
        "print(matplotlib.colors.to_hex(figure.get_facecolor()))"
    )
    finished = library(code, MPLBACKEND="svg")
    assert finished.stderr == ""
    assert finished.stdout != "#ff0000\n"


def test_a_matplotlib_that_is_imported_already_is_not_touched() -> None:
    style(Path("matplotlibrc"))
    code = (
        "import matplotlib\n"
        "from convcli.cli.surroundings import leave_settings_unread\n"
        "before = dict(matplotlib.rcParams)\n"
        "leave_settings_unread()\n"
        "import matplotlib.figure\n"
        "assert dict(matplotlib.rcParams) == before\n"
        "print(matplotlib.rcParams['figure.facecolor'])"
    )
    assert library(code).stdout == "red\n"
