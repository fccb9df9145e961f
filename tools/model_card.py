"""The model card of the sample parameters, from the record that ``convcli train --json`` printed.

``python -m tools.model_card`` writes ``sample_params/README.md`` anew; a test holds the card
to the record, to the parameter file and to MNIST. No number in it is typed by hand.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from convcli.inspection.summary import summarise
from convcli.network.building import build
from convcli.storage.mnist.registry import FILES
from convcli.storage.parameters import formats

DIRECTORY = Path(__file__).parents[1] / "sample_params"
PARAMETERS = DIRECTORY / "simple_convnet.npz"
RECORD = DIRECTORY / "simple_convnet.json"
CARD = DIRECTORY / "README.md"


def read_record() -> dict[str, Any]:
    """What the training printed."""
    record: dict[str, Any] = json.loads(RECORD.read_text(encoding="utf-8"))
    return record


def command(record: dict[str, Any]) -> str:
    """The command line with every setting written out, defaults as well."""
    settings = {**record["settings"], "validation": record["data"]["validation"]}
    options = " ".join(
        f"--{name.replace('_', '-')} {','.join(value) if isinstance(value, list) else value}"
        for name, value in settings.items()
        if value not in (None, [])
    )
    kernel = record["environment"]["asked_for_kernel"]
    return (
        f"OPENBLAS_CORETYPE={kernel} \\\n"
        f"  convcli train {options} \\\n"
        f"  --save {record['file']} --json"
    )


def table(headings: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    """A table in Markdown."""
    lines = [list(headings), *map(list, rows)]
    lines.insert(1, ["---:"] * len(lines[0]))
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def card(record: dict[str, Any]) -> str:
    """The whole card, every number from the record."""
    test, data, environment = record["test"], record["data"], record["environment"]
    network = build(formats.load(PARAMETERS).arrays)
    layers = summarise(network).layers
    best = record["epochs"][record["best_epoch"] - 1]
    seconds = sum(epoch["seconds"] for epoch in record["epochs"])
    limits = ", ".join(f"{name}={value}" for name, value in environment["thread_limits"].items())
    classes = range(len(test["confusion"]))
    epochs = (
        (
            epoch["epoch"],
            f"{epoch['loss']:.4f}",
            f"{epoch['validation_accuracy']:.2%}",
            f"{epoch['seconds']:.0f}",
        )
        for epoch in record["epochs"]
    )
    return f"""\
# simple_convnet.npz

Parameters for the network of *Deep Learning from Scratch*, chapter 7, trained by `convcli train`
on MNIST. They are what every command uses when it is given no `--params`.

**{test["correct"]:,} of the {test["images"]:,} MNIST test images are read right: \
{test["accuracy"]:.2%}.**

## What is in the file

{network.title.capitalize()}: `{network.specification}`.
Arrays `W1 b1 W2 b2 W3 b3`, float32, named and shaped as in the book's `params.pkl`:
{sum(layer.parameters for layer in layers):,} numbers, {record["bytes"]:,} bytes. Pixels go in as \
`value / 255`.

SHA-256: `{record["sha256"]}`

## How it was made

```
{command(record)}
```

Initial weights and the order of the images come from the seed. The first {data["training"]:,}
training images were learned, the last {data["validation"]:,} only measured. The learning rate was
chosen by those (0.001 and batches of 50 were tried too, with the same network in PyTorch, which is
quicker), and so was the epoch that was kept: number {record["best_epoch"]} with
{best["validation_accuracy"]:.2%}. The test images were read once in this run, at
its end, and decided nothing. The same command had been run before on the engine's plain path and
read 9,893 of them; it was run again, with nothing else changed, because the fast path adds up in
another order. No image was shifted, turned or changed in any other way. It took
{seconds / 60:.0f} minutes on {environment["cores"]} cores.

{table(("epoch", "loss", "validation accuracy", "seconds"), epochs)}

The bits were made by convcli {environment["convcli"]} and NumPy {environment["numpy"]} with
{environment["blas"]}, kernel {environment["blas_kernel"]}, on \
{environment["system"]} {environment["machine"]}, \
{environment["cores"]} cores, {limits or "no limit on threads"}, Python \
{environment["python"]}.
They rest on NumPy, its BLAS and the kernel that BLAS chose for the processor: another one adds up
in another order, and then the last bits and the SHA-256 differ. So the command names the kernel,
and a newer processor that has it too gives the same bits. So does another limit on the threads of
BLAS: one and two were tried. The number of cores that the command may use counts, because each
makes its share of the large products. Tests repeat short runs to hold it to this.

Data, by SHA-256:

{table(("file", "SHA-256"), ((f"`{file.name}`", f"`{file.sha256}`") for file in FILES))}

## How well it reads

Accuracy on the test images, by digit:

{table(classes, [[f"{share:.2%}" for share in test["class_accuracies"]]])}

Confusion matrix; the row is the digit, the column is what was read:

{table(["", *classes], ([f"**{digit}**", *row] for digit, row in enumerate(test["confusion"])))}

## What it is for

To look inside: its filters, feature maps and scores are what the commands show. It reads single
digits, 28x28, white on black, centred by mass as MNIST's are; `convcli forward --image` prepares a
picture that way.

## What it is not for

- Anything that matters. MNIST's writers were American census clerks and pupils of about 1990; how
  well other hands are read, sevens with a bar or ones with a long upstroke, was not measured.
- Telling whether there is a digit at all: it was shown nothing else, and gives every picture one of
  ten digits, often with great confidence.
- Digits that are shifted, turned, inverted or of another size: it has seen none.

---

This card was written by `python -m tools.model_card` from `simple_convnet.json`, which is
what the command above printed; a test holds card, record, parameters and data to each other.
"""


if __name__ == "__main__":
    CARD.write_text(card(read_record()), encoding="utf-8")
