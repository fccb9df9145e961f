"""Every hostile file, where it is put, and the commands that are pointed at it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.hostile import idx, npz, pickles, pictures, safetensors
from tests.hostile.genuine import Content, made

IMAGES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"


@dataclass(frozen=True)
class Case:
    """One file in a folder of its own.

    Attributes:
        kind: Which sort of file.
        name: What is the matter with it.
        file: Its name.
        content: What is in it.
        commands: The command lines that read it, run in its folder.
    """

    kind: str
    name: str
    file: str
    content: Content
    commands: tuple[tuple[str, ...], ...]

    @property
    def id(self) -> str:
        """For a list of tests."""
        return f"{self.kind}: {self.name}"

    def write(self, folder: Path) -> None:
        """Write the file, and the good ones that belong beside it."""
        if self.file in (IMAGES, LABELS):
            (folder / IMAGES).write_bytes(idx.IMAGES)
            (folder / LABELS).write_bytes(idx.LABELS)
        else:
            (folder / "good.npz").write_bytes(npz.GOOD)
        (folder / self.file).write_bytes(made(self.content))


_DATA_COMMANDS = (
    ("data", "show", "--data-dir", ".", "--index", "0-7"),
    ("forward", "--data-dir", ".", "--index", "0"),
)


def _parameter_commands(file: str) -> tuple[tuple[str, ...], ...]:
    return (
        ("params", "show", file),
        ("params", "convert", file, "converted.npz"),
        ("forward", "--params", file),
        ("show-filters", "--params", file),
    )


def _picture_commands(file: str) -> tuple[tuple[str, ...], ...]:
    return (("forward", "--image", file, "--params", "good.npz"),)


def hostile() -> Iterator[Case]:
    """Files that every command must refuse."""
    for kind, file, contents in (
        ("pickle", "params.pkl", pickles.HOSTILE),
        ("npz", "params.npz", npz.HOSTILE),
        ("safetensors", "params.safetensors", safetensors.HOSTILE),
    ):
        for name, content in contents.items():
            yield Case(kind, name, file, content, _parameter_commands(file))
    for file, contents in ((IMAGES, idx.HOSTILE_IMAGES), (LABELS, idx.HOSTILE_LABELS)):
        for name, content in contents.items():
            yield Case(f"idx {file[6:12]}", name, file, content, _DATA_COMMANDS)
    for name, content in pictures.HOSTILE.items():
        yield Case("picture", name, "picture.png", content, _picture_commands("picture.png"))


def controls() -> Iterator[Case]:
    """Files that they must read: what hostile ones are built from, and what only looks hostile."""
    for kind, file, contents in (
        ("pickle", "params.pkl", pickles.CONTROLS),
        ("npz", "params.npz", npz.CONTROLS),
        ("safetensors", "params.safetensors", safetensors.CONTROLS),
    ):
        for name, content in contents.items():
            yield Case(kind, name, file, content, _parameter_commands(file))
    for name, content in idx.CONTROLS.items():
        yield Case("idx", name, IMAGES, content, _DATA_COMMANDS)
    for name, content in (pictures.CONTROLS | pictures.HARMLESS).items():
        yield Case("picture", name, "picture.png", content, _picture_commands("picture.png"))
