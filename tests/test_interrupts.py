"""Ctrl-C in the program: at once, or after what must be whole; in a process of its own each."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pty = pytest.importorskip("pty", reason="there are no terminals to be had here")

BEGIN = """
import os, signal, sys, threading
from pathlib import Path
from convcli import interrupts
from convcli.storage.files import writing

def ctrl_c():
    signal.raise_signal(signal.SIGINT)

interrupts.answer()
"""
LINE = "Error: interrupted; nothing half-written was left behind\n"
WHOLE = b"the whole of it"


def run(code: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BEGIN + code], capture_output=True, text=True, check=False, **options
    )


def assert_interrupted(
    finished: subprocess.CompletedProcess[str], stdout: str = "", stderr: str = LINE
) -> None:
    assert (finished.returncode, finished.stdout, finished.stderr) == (130, stdout, stderr)


def test_nothing_of_the_program_sees_an_exception() -> None:
    assert_interrupted(run("try: ctrl_c()\nexcept BaseException: print('an exception')"))


@pytest.mark.parametrize("block", ["Held()", "Held(), interrupts.Held()"])
def test_what_is_held_is_done_first(block: str) -> None:
    finished = run(
        f"with interrupts.{block}:\n  ctrl_c()\n  print('done', flush=True)\n"
        "print('and what follows', flush=True)"
    )
    assert_interrupted(finished, "done\n")


def test_a_thread_holds_the_whole_process() -> None:
    finished = run(
        "held, asked = threading.Event(), threading.Event()\n"
        "def work():\n"
        "  with interrupts.Held():\n"
        "    held.set(); asked.wait()\n"
        "    print('done', flush=True)\n"
        "thread = threading.Thread(target=work)\n"
        "thread.start(); held.wait(); ctrl_c(); asked.set(); thread.join()\n"
        "print('and what follows', flush=True)"
    )
    assert_interrupted(finished, "done\n")


def test_an_error_of_what_is_held_is_told_instead() -> None:
    finished = run("with interrupts.Held():\n  ctrl_c()\n  sys.exit('the disk is full')")
    assert (finished.returncode, finished.stderr) == (1, "the disk is full\n")


def test_words_of_its_own() -> None:
    inside = run("with interrupts.AnsweredWith(lambda: 'ゼロ, of its own'): ctrl_c()")
    assert_interrupted(inside, stderr="Error: ゼロ, of its own\n")
    after = run("with interrupts.AnsweredWith(lambda: 'of its own'): pass\nctrl_c()")
    assert_interrupted(after)


def test_what_is_begun_is_undone() -> None:
    finished = run(
        "def undo(): print('undone', flush=True); raise FileNotFoundError\n"
        "with interrupts.Undone(undo): ctrl_c()"
    )
    assert_interrupted(finished, "undone\n")
    assert_interrupted(run("with interrupts.Undone(lambda: print('undone')): pass\nctrl_c()"))


def test_whoever_wants_it_ignored_has_it_ignored() -> None:
    def ignore() -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    finished = run("ctrl_c()\nprint('done')", preexec_fn=ignore)
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "done\n", "")


def test_it_is_ignored_when_all_is_done() -> None:
    finished = run("interrupts.ignore()\nctrl_c()\nprint('done')")
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "done\n", "")


def test_a_library_user_keeps_what_python_does() -> None:
    code = (
        "import signal\n"
        "import convcli.__main__, convcli.cli.main, convcli.interrupts as interrupts\n"
        "try:\n"
        "  with interrupts.Held(): signal.raise_signal(signal.SIGINT)\n"
        "except KeyboardInterrupt: print('raised')"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert finished.stdout == b"raised\n"


@pytest.mark.parametrize("named", [False, True], ids=["without a name", "with a name"])
@pytest.mark.parametrize("there", [False, True], ids=["new", "replaced"])
@pytest.mark.parametrize("step", ["mkdir", "link", "exists", "replace"])
def test_a_file_is_put_in_its_place_first(
    step: str, there: bool, named: bool, tmp_path: Path
) -> None:
    target = tmp_path / "folder" / "file"
    if there:
        target.parent.mkdir()
        target.write_bytes(b"old")
    place = "writing._OutputFile" if step == "link" else "Path"
    finished = run(
        ("del os.O_TMPFILE\n" if named else "") + f"original = {place}.{step}\n"
        f"def interrupted(*arguments, **named):\n"
        f"  if interrupts._held: ctrl_c()\n"
        f"  return original(*arguments, **named)\n"
        f"{place}.{step} = interrupted\n"
        f"with writing.atomic_file(Path({str(target)!r})) as file: file.write({WHOLE!r})\n"
        "print('and what follows', flush=True)"
    )
    # Without a name to be moved from, or with one, some steps are not taken.
    if finished.returncode == 130:
        assert_interrupted(finished)
    else:
        assert (step, there, named) in {
            ("link", False, True),
            ("link", True, True),
            ("replace", False, False),
            # The folder is there already.
            ("mkdir", True, False),
            ("mkdir", True, True),
        }
    assert target.read_bytes() == WHOLE
    assert [path.name for path in target.parent.iterdir()] == ["file"]


@pytest.mark.parametrize("named", [False, True], ids=["without a name", "with a name"])
def test_a_file_that_is_not_finished_leaves_nothing(named: bool, tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_bytes(b"old")
    finished = run(
        ("del os.O_TMPFILE\n" if named else "")
        + f"with writing.atomic_file(Path({str(target)!r})) as file:\n"
        f"  file.write({WHOLE!r}); file.flush(); ctrl_c()"
    )
    assert_interrupted(finished)
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_in_a_terminal_it_has_a_line_of_its_own_and_the_cursor_comes_back() -> None:
    code = (
        "from rich.progress import track\n"
        "from convcli.cli import console, main\n"
        "def execute(_):\n"
        "  for _ in console.track([1, 2], 'at work', 2): ctrl_c()\n"
        "main.execute = execute\n"
        "main.run()"
    )
    shown = in_a_terminal([sys.executable, "-c", BEGIN + code])
    *_, bar, line, end = shown.split("\n")
    assert "at work" in bar
    assert (line + "\n", end) == (LINE, "")
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")


def in_a_terminal(command: list[str]) -> str:
    """What a command writes into a terminal."""
    ours, theirs = pty.openpty()
    environment = os.environ | {"TERM": "xterm"}
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        shown = b""
        try:
            while data := os.read(ours, 2**12):
                shown += data
        except OSError:
            # The other side is closed.
            pass
    os.close(ours)
    assert process.returncode == 130
    return shown.decode().replace("\r\n", "\n")
