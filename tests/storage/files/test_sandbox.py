"""Readers in a child process: what comes back, what they may take, and how they end."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from convcli.errors import FileError
from convcli.storage.files.opening import MEBIBYTE
from convcli.storage.files.sandbox import Arrays, Limits, run
from tests.hostile.genuine import made
from tests.hostile.pictures import LARGE

IMPORTS = (
    "from convcli.storage.files.opening import regular_file\n"
    "from tests.storage.files.test_sandbox import *\n"
)
READERS = "tests.storage.files.sandboxed"
LIMITS = Limits(memory=64 * MEBIBYTE, result=MEBIBYTE, seconds=5, patience=60)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[io.FileIO]:
    path = tmp_path / "numbers"
    path.write_bytes(bytes(range(6)))
    with path.open("rb", buffering=0) as opened:
        yield opened


def call(
    file: io.FileIO, reader: str, limits: Limits = LIMITS, **arguments: Any
) -> tuple[Any, Arrays]:
    return run(f"{READERS}:{reader}", file, limits, **arguments)


def refusal(file: io.FileIO, reader: str, limits: Limits = LIMITS, **arguments: Any) -> str:
    with pytest.raises(FileError, match=r"^numbers: ") as error:
        call(file, reader, limits, **arguments)
    line = str(error.value)
    assert line.isprintable()
    assert len(line) <= 200 - len("Error: ")
    return line


class TestWhatComesBack:
    def test_a_value_and_arrays_of_every_kind(self, file: io.FileIO) -> None:
        # Wherever the file was read to before.
        file.seek(4)
        value, arrays = call(file, "arrays")
        assert value == {"name": "ゼロ", "numbers": [1, 2.5, None]}
        assert {name: (array.dtype.name, array.tolist()) for name, array in arrays.items()} == {
            "bytes": ("uint8", [[0, 1, 2], [3, 4, 5]]),
            "halves": ("float16", [0, 0.5, 1, 1.5, 2, 2.5]),
            "wide": ("int64", [-number * 2**40 for number in range(6)]),
            "true": ("bool", [False, False, True, True, True, True]),
            "none": ("float64", []),
            "one": ("float64", 7.5),
        }
        assert arrays["none"].shape == (0, 3)
        assert all(array.flags.writeable for array in arrays.values())

    def test_arguments_reach_the_reader(self, file: io.FileIO) -> None:
        arguments: dict[str, Any] = {"text": "ゼロ\n", "number": 3, "flag": True}
        assert call(file, "given", LIMITS, **arguments) == (arguments, {})

    def test_what_a_library_prints_is_not_in_the_way(
        self, file: io.FileIO, capfd: pytest.CaptureFixture[str]
    ) -> None:
        assert call(file, "talks") == ("all", {})
        assert capfd.readouterr() == ("", "")

    def test_more_than_may_come_back(self, file: io.FileIO) -> None:
        whole = "convcli.storage.files.sandbox_child:read_bytes"
        assert run(whole, file, Limits(memory=2**26, result=6, seconds=5))[0] == 6
        with pytest.raises(FileError, match=r"^numbers: takes more memory to read than "):
            run(whole, file, Limits(memory=2**26, result=5, seconds=5))


class TestHowItEnds:
    @pytest.mark.parametrize(
        ("reader", "arguments", "line"),
        [
            ("refuses", {}, "a page of the web; get the file again"),
            ("raises", {"message": "no rows"}, "damaged or truncated (no rows)"),
            ("raises", {"message": ""}, "damaged or truncated (AttributeError)"),
            ("raises", {"message": "\x1b[2J\n"}, r"damaged or truncated (\x1b[2J\n)"),
            ("raises", {"message": "long " * 10**4}, "damaged or truncated (long long "),
            ("devours", {"mebibytes": 512}, "takes more memory to read than the 64 MiB that it"),
            ("crashes", {}, "the process that read it was ended by SIGSEGV"),
            ("dies", {"number": 6}, "the process that read it was ended by SIGABRT"),
            ("dies", {"number": 63}, "the process that read it was ended by signal 63"),
            ("ends", {}, "the process that read it ended with exit code 3"),
            ("swaps", {}, "the process that read it ended with exit code 0"),
        ],
    )
    def test_is_one_line(
        self, file: io.FileIO, reader: str, arguments: dict[str, Any], line: str
    ) -> None:
        assert refusal(file, reader, LIMITS, **arguments).startswith(f"numbers: {line}")

    def test_a_module_that_is_not_installed(self, file: io.FileIO) -> None:
        with pytest.raises(FileError, match=r"^numbers: cannot be read without tests\.nothing; "):
            run("tests.nothing:read", file, LIMITS)

    def test_a_processor_that_has_worked_enough(self, file: io.FileIO) -> None:
        limits = Limits(memory=2**26, result=9, seconds=0.3, patience=60)
        assert "takes longer to read than the 0.3 s of processor time that" in refusal(
            file, "works", limits
        )

    def test_a_reader_that_does_not_heed_it(self, file: io.FileIO) -> None:
        limits = Limits(memory=2**26, result=9, seconds=0.1, patience=60)
        assert "was ended by SIGKILL" in refusal(file, "ignores_signals", limits)

    def test_a_reader_that_sleeps(self, file: io.FileIO) -> None:
        limits = Limits(memory=2**26, result=9, seconds=5, patience=0.5)
        assert "takes longer to read than the 0.5 s that it may" in refusal(file, "waits", limits)

    def test_no_process_can_be_started(
        self, file: io.FileIO, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "executable", "/no/such/python")
        assert "no process could be started for it: No such file" in refusal(file, "given")

    @pytest.mark.parametrize(
        "answer",
        [
            b"",
            b"\0\0",
            b"\xff\xff\xff\xff",
            b"\0\0\0\5[1, 2",
            b"\0\0\0\2[]",
            b"\0\0\0\4null",
            b"\0\0\0\2\xff\xff",
            b"\0\0\x40\0" + b"[" * 2**14,
            *(
                len(text).to_bytes(4, "big") + text
                for text in (
                    b'{"arrays": [["a", "O", [1]]]}',
                    b'{"arrays": [["a", "B", [-1]]]}',
                    b'{"arrays": [["a", "B", [1.0]]]}',
                    b'{"arrays": [["a", "B", [true]]]}',
                    b'{"arrays": [["a", ["B"], [1]]]}',
                    b'{"arrays": [["a", "B", 1]]}',
                    b'{"arrays": [["a", "B"]]}',
                    b'{"arrays": 5}',
                    b'{"arrays": [["a", "B", [3]]]}12',
                    json.dumps({"arrays": [["a", "B", [1] * 33]]}).encode(),
                )
            ),
        ],
    )
    def test_a_child_that_answers_nonsense(self, file: io.FileIO, answer: bytes) -> None:
        assert "the process that read it ended" in refusal(file, "lies", answer=answer.hex())

    @pytest.mark.parametrize(
        "header",
        [
            {"arrays": [["a", "d", [2**62]]]},
            {"arrays": [["a", "d", [2**31, 2**31, 2**31]]]},
            {"arrays": [["a", "B", [2**19]], ["b", "B", [2**20]]]},
        ],
    )
    def test_a_child_that_promises_too_much(self, file: io.FileIO, header: Any) -> None:
        text = json.dumps(header).encode()
        answer = len(text).to_bytes(4, "big") + text
        assert "takes more memory" in refusal(file, "lies", answer=answer.hex())

    @pytest.mark.parametrize("said", [5, "text", None, [], {}, {"reason": "error"}])
    def test_a_child_that_refuses_with_nonsense(self, file: io.FileIO, said: Any) -> None:
        text = json.dumps({"arrays": [], "refusal": said}).encode()
        refusal(file, "lies", answer=(len(text).to_bytes(4, "big") + text).hex())

    def test_no_process_is_left(self, file: io.FileIO) -> None:
        call(file, "given")
        refusal(file, "crashes")
        with pytest.raises(ChildProcessError, match="No child processes"):
            os.waitpid(-1, os.WNOHANG)


class TestWhatItMayDo:
    def test_it_leaves_no_trace_in_a_file(self, file: io.FileIO, tmp_path: Path) -> None:
        target = tmp_path / "trace"
        assert "File too large" in refusal(file, "writes", path=str(target))
        assert not target.exists() or target.stat().st_size == 0

    def test_it_opens_few_files(self, file: io.FileIO) -> None:
        assert 5 < call(file, "opens")[0] < 32

    def test_it_dumps_no_core_and_works_for_a_bounded_time(self, file: io.FileIO) -> None:
        limits, _ = call(file, "limits")
        assert limits["RLIMIT_CORE"] == limits["RLIMIT_FSIZE"] == [0, 0]
        assert limits["RLIMIT_CPU"][0] == limits["RLIMIT_CPU"][1] <= 8

    def test_a_lower_limit_stays(self, file: io.FileIO) -> None:
        code = (
            "import resource, sys; resource.setrlimit(resource.RLIMIT_CPU, (2, 3))\n"
            f"{IMPORTS}"
            f"print(call(open({file.name!r}, 'rb', 0), 'limits')[0]['RLIMIT_CPU'])"
        )
        assert python(code).stdout == "[2, 2]\n"

    def test_memory_is_counted_from_what_it_has_at_rest(self, file: io.FileIO) -> None:
        assert call(file, "devours", mebibytes=40)[0] == 40 * MEBIBYTE

    def test_it_imports_little_and_nothing_from_the_folder_it_is_in(
        self, file: io.FileIO, tmp_path: Path
    ) -> None:
        for name in ("json.py", "convcli.py", "numpy.py", "PIL.py"):
            (tmp_path / name).write_text("raise SystemExit(9)")
        known, _ = call(file, "knows")
        assert known["flags"] == 1
        assert str(tmp_path) not in known["path"]
        assert {name for name in known["modules"] if name.startswith("convcli.")} == {
            "convcli.errors",
            "convcli.storage",
            "convcli.storage.files",
            "convcli.storage.files.sandbox_child",
        }
        assert "matplotlib" not in known["modules"]


class TestWhereItRuns:
    CODE = IMPORTS + (
        "with regular_file(Path(sys.argv[1]), 99) as file:\n"
        "    print(call(file, 'arrays')[1]['bytes'].tolist(), refusal(file, 'crashes'))\n"
    )
    SAID = "[[0, 1, 2], [3, 4, 5]] numbers: the process that read it was ended by SIGSEGV"

    @pytest.mark.parametrize("flags", [(), ("-O",), ("-OO",), ("-B",)], ids=str)
    def test_under_python_s_own_options(self, flags: tuple[str, ...], file: io.FileIO) -> None:
        finished = python(self.CODE, *flags, file=file)
        assert finished.stdout.startswith(self.SAID), finished.stderr

    def test_where_there_are_no_limits(self, file: io.FileIO) -> None:
        # As on Windows: neither the module resource nor timers nor /proc.
        begin = (
            "import signal, sys; sys.modules['resource'] = None; del signal.setitimer;"
            f"sys.path[:] = {sys.path!r};"
            "from convcli.storage.files.sandbox_child import main;"
            "main({'reader': 'convcli.storage.files.sandbox_child:read_bytes', 'arguments': {},"
            "      'limits': {'memory': 1, 'seconds': 1, 'patience': 1}})"
        )
        answer = subprocess.run(
            [sys.executable, "-c", begin], stdin=file, capture_output=True, check=False
        )
        assert answer.stdout.endswith(
            b'{"value": 6, "arrays": [["bytes", "B", [6]]]}' + bytes(range(6))
        )

    def test_with_closed_streams(self, file: io.FileIO, tmp_path: Path) -> None:
        code = (
            "import os; [os.close(number) for number in (0, 1, 2)]\n"
            f"{IMPORTS}"
            f"with regular_file(Path({str(file.name)!r}), 99) as file:\n"
            "    value = run('convcli.storage.files.sandbox_child:read_bytes', file, LIMITS)[0]\n"
            f"Path({str(tmp_path / 'value')!r}).write_text(str(value))\n"
        )
        python(code)
        assert (tmp_path / "value").read_text() == "6"


def python(
    code: str, *flags: str, file: io.FileIO | None = None
) -> "subprocess.CompletedProcess[str]":
    """Python with this project's tests in reach."""
    return subprocess.run(
        [sys.executable, *flags, "-c", code, *([str(file.name)] if file else [])],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )


class TestCtrlC:
    @pytest.mark.parametrize("whole_group", [False, True])
    def test_ends_the_child_as_well(self, whole_group: bool, file: io.FileIO) -> None:
        code = IMPORTS + (
            "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
            "with regular_file(Path(sys.argv[1]), 99) as file:\n"
            "    call(file, 'waits')\n"
        )
        with subprocess.Popen(
            [sys.executable, "-c", code, str(file.name)],
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        ) as process:
            child = first_child(process)
            await_limits(child)
            if whole_group:
                os.killpg(process.pid, signal.SIGINT)
            else:
                process.send_signal(signal.SIGINT)
            _, stderr = process.communicate()
        assert process.returncode == -signal.SIGINT
        assert stderr.rstrip().endswith("KeyboardInterrupt")
        await_end(child)

    @pytest.mark.parametrize("moment", [0.0, 0.02, 0.05, 0.1, 0.3])
    def test_ends_the_program_in_one_line_and_its_child(self, moment: float) -> None:
        # It takes a decoder more than a second.
        Path("slow.bmp").write_bytes(made(LARGE["BMP: rows that end at once"]))
        with subprocess.Popen(
            [sys.executable, "-m", "convcli", "forward", "--image", "slow.bmp"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            child = first_child(process)
            time.sleep(moment)
            process.send_signal(signal.SIGINT)
            stdout, stderr = process.communicate()
        assert (process.returncode, stdout) == (130, "")
        assert stderr.splitlines() == ["Error: interrupted; nothing half-written was left behind"]
        await_end(child)


def first_child(process: "subprocess.Popen[Any]") -> int:
    """The number of a process's child, as soon as there is one."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while process.poll() is None:
        if numbers := children.read_text().split():
            return int(numbers[0])
        time.sleep(0.01)
    raise AssertionError("it ended without a child")


def await_limits(number: int) -> None:
    """Until a child reads its file, which it begins to do when its limits hold."""
    limits = Path(f"/proc/{number}/limits")
    while not re.search(r"Max file size +0 +0 ", limits.read_text()):
        time.sleep(0.01)


def await_end(number: int, seconds: float = 1) -> None:
    """Until a process is gone, at most so long."""
    ends = time.monotonic() + seconds
    # Of a process that has ended and is not yet buried, the command line is empty.
    with suppress(OSError):
        while Path(f"/proc/{number}/cmdline").read_bytes():
            assert time.monotonic() < ends
            time.sleep(0.01)


def test_a_parent_that_is_gone_leaves_nobody_for_long(file: io.FileIO) -> None:
    code = IMPORTS + (
        "with regular_file(Path(sys.argv[1]), 99) as file:\n"
        "    call(file, 'waits', Limits(memory=2**26, result=9, seconds=5, patience=0.5))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(file.name)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:
        child = first_child(process)
        process.kill()
    await_end(child, seconds=60)
