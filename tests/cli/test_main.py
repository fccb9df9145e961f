import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from convcli import __version__
from convcli.cli import main
from tests.outcome import Convcli

README = Path(__file__).parents[2] / "README.md"
COMMAND_FOLDER = Path(main.__file__).parent / "commands"


def _commands(
    group: click.Group, words: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None, name
        yield (*words, name), found
        if isinstance(found, click.Group):
            yield from _commands(found, (*words, name))


COMMANDS = dict(_commands(main.cli))


def test_every_module_with_a_command_is_in_the_table() -> None:
    files = [*COMMAND_FOLDER.glob("*.py"), *COMMAND_FOLDER.glob("*/__init__.py")]
    found = {
        file.parent.name if file.stem == "__init__" else file.stem
        for file in files
        if "\ndef command(" in file.read_text(encoding="utf-8")
    }
    assert found == {name.replace("-", "_") for name in main.COMMANDS}


def test_a_module_with_a_command_has_less_than_a_hundred_lines() -> None:
    lengths = {
        str(file.relative_to(COMMAND_FOLDER)): len(file.read_text(encoding="utf-8").splitlines())
        for file in COMMAND_FOLDER.rglob("*.py")
    }
    assert len(lengths) > len(main.COMMANDS)
    assert {name: length for name, length in lengths.items() if length >= 100} == {}


@pytest.mark.parametrize("words", list(COMMANDS), ids=" ".join)
def test_every_command_has_help_an_example_and_a_place_in_the_readme(
    words: tuple[str, ...],
) -> None:
    command = COMMANDS[words]
    text = command.help or ""
    assert len(text) > 60
    examples = text.partition("Examples:")[2]
    spelled = "convcli " + " ".join(words)
    assert 2 <= examples.count("convcli ") <= 5
    assert examples.count(spelled) >= (1 if isinstance(command, click.Group) else 2)
    assert spelled in README.read_text(encoding="utf-8")
    assert all(option.help for option in command.params if isinstance(option, click.Option))


@pytest.mark.parametrize("name", list(main.COMMANDS))
def test_the_table_has_the_first_line_of_each_command_s_help(name: str) -> None:
    text = COMMANDS[(name,)].help or ""
    assert text.partition("\n")[0] == main.COMMANDS[name]


def test_the_examples_in_the_help_are_usages_that_parse() -> None:
    for words, command in COMMANDS.items():
        if isinstance(command, click.Group):
            continue
        examples = (command.help or "").partition("Examples:")[2].split("\n")
        lines = [shlex.split(line) for line in examples if line.strip().startswith("convcli")]
        for line in lines:
            assert line[1 : 1 + len(words)] == list(words)
            with command.make_context(" ".join(words), line[1 + len(words) :]):
                pass


def _python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | environment,
        cwd=README.parent,
    )


def test_help_imports_neither_numpy_nor_matplotlib() -> None:
    code = (
        "import sys; from convcli.cli.main import execute; execute(['--help']);"
        "heavy = {'numpy', 'matplotlib', 'rich', 'PIL', 'requests'} & set(sys.modules);"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    finished = _python(code)
    assert finished.returncode == 0, finished.stderr
    assert "convcli forward --index 5" in finished.stdout


def test_garbage_is_looked_for_again_once_a_command_works() -> None:
    code = (
        "import gc, sys; from convcli.__main__ import run;"
        "from convcli.cli.commands import forward;"
        "tell = lambda **_: print(gc.isenabled(), gc.get_freeze_count() > 0);"
        "forward.command.callback = tell; sys.argv = ['convcli', 'forward']; run()"
    )
    finished = _python(code)
    assert (finished.returncode, finished.stdout) == (0, "True True\n"), finished.stderr


def test_forward_without_figures_imports_what_it_uses_alone() -> None:
    code = (
        "import sys; from convcli.cli.main import execute;"
        "code = execute(['forward', '--no-figures']);"
        "heavy = {'matplotlib', 'PIL', 'requests', 'safetensors', 'json', 'numpy.random'};"
        "heavy = (heavy | {'convcli.engine.fast'}) & set(sys.modules);"
        "sys.exit(f'imported {heavy}' if heavy else code)"
    )
    finished = _python(code)
    assert finished.returncode == 0, finished.stderr


def test_version(convcli: Convcli) -> None:
    assert convcli("--version").stdout.strip().endswith(__version__)


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["nonsense"], "No such command 'nonsense'; see 'convcli --help'"),
        (["forward", "--nonsense"], "No such option"),
        (["forward", "--index", "two"], "'two' is not a valid integer"),
        (["forward", "--stride", "0"], "0 is not in the range 1<=x<="),
        (["forward", "--split", "validation"], "'validation' is not one of 'train', 'test'"),
    ],
)
def test_a_wrong_usage_is_one_line_and_code_2(
    convcli: Convcli, arguments: list[str], part: str
) -> None:
    outcome = convcli(*arguments)
    assert outcome.code == 2
    assert outcome.stdout == ""
    assert outcome.stderr.count("\n") == 1
    assert part in outcome.stderr


@pytest.mark.parametrize("words", [(), ("params",), ("data",)], ids=str)
def test_a_group_without_a_command_shows_its_help(words: tuple[str, ...], convcli: Convcli) -> None:
    outcome = convcli(*words)
    shown = outcome.stdout + outcome.stderr
    assert shown.startswith("Usage: convcli")
    assert "\nCommands:\n" in shown
    assert "Error" not in shown


COMPLETION_REFUSED = (
    "; write bash_source, zsh_source or fish_source; its script sets everything else\n"
)


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"COMP_WORDS": "convcli "},
        {"COMP_WORDS": "convcli ", "COMP_CWORD": "one"},
        {"COMP_CWORD": "1"},
    ],
    ids=str,
)
@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_a_completion_without_its_variables_is_one_line(
    shell: str, variables: dict[str, str], convcli: Convcli, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("COMP_WORDS", "COMP_CWORD"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("_CONVCLI_COMPLETE", f"{shell}_complete")
    outcome = convcli()
    assert (outcome.code, outcome.stdout) == (2, "")
    assert outcome.stderr == (
        f"Error: _CONVCLI_COMPLETE={shell}_complete cannot be answered{COMPLETION_REFUSED}"
    )


@pytest.mark.parametrize("instruction", ["fish_complete", "x", "bash_", "tcsh_source", "a\x1bb"])
def test_what_no_shell_asks_for_is_one_line(
    instruction: str, convcli: Convcli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_CONVCLI_COMPLETE", instruction)
    outcome = convcli()
    assert (outcome.code, outcome.stdout) == (2, "")
    assert outcome.stderr.endswith(f" cannot be answered{COMPLETION_REFUSED}")
    assert "\x1b" not in outcome.stderr
