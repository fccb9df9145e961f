"""The contenders of the five tasks, each of them held to the others."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from convcli.benchmark import frameworks
from convcli.benchmark.blocks import in_blocks
from convcli.benchmark.material import Material
from convcli.benchmark.race import Call, Contender, Prepare, Task, race
from convcli.benchmark.tasks import QUICK_SIZES, SIZES, all_tasks
from convcli.engine.im2col_variants import VARIANTS
from convcli.errors import ConvcliError
from tests import chapter_7

TINY = {
    "convolution": (1, 101),
    "predict": (101,),
    "training": (3,),
    "im2col": (1, 2),
    "growth": (1, 101),
}
OURS = ["fast path", "plain path, float64"]
BLOCKS = ["PyTorch by 100", "ONNX Runtime by 100"]
ALL_AND_BLOCKS = ["PyTorch", BLOCKS[0], "ONNX Runtime", BLOCKS[1]]


def digits(number: int = 40) -> Material:
    random = np.random.default_rng(5)
    pixels = random.integers(0, 256, (number, 28, 28), np.uint8)
    parameters = chapter_7.parameters(3, filters=3, hidden=4)
    # Biases of zero would hide whether they are used.
    parameters |= {name: parameters[name] + np.float32(0.1) for name in ("b1", "b2", "b3")}
    return Material(pixels, random.integers(0, 10, number), parameters)


TASKS = {task.name: task for task in all_tasks(digits(), frameworks.find(threads=1), TINY)}


@pytest.mark.parametrize(
    ("name", "contenders"),
    [
        ("convolution", [[*OURS, "PyTorch", "ONNX Runtime"], [*OURS, *ALL_AND_BLOCKS]]),
        ("predict", [[*OURS, *ALL_AND_BLOCKS]]),
        ("training", [[*OURS, "PyTorch"]]),
        ("im2col", 2 * [["strips", *(set(VARIANTS) - {"strips"}), "PyTorch unfold"]]),
        ("growth", 2 * [["fast path", *BLOCKS]]),
    ],
)
def test_everyone_takes_part_and_computes_the_same(name: str, contenders: list[list[str]]) -> None:
    results = list(race(TASKS[name], repeat=1, run_seconds=0))
    assert [result.size for result in results] == list(TINY[name])
    for result, expected in zip(results, contenders, strict=True):
        assert sorted(result.timings) == sorted(expected)
        assert result.fast == expected[0]
        assert result.deviations.keys() == result.timings.keys()
        assert all(apart <= TASKS[name].tolerance for apart in result.deviations.values())
    if name != "im2col":
        # Another order of sums leaves its traces; without any, nothing would have been compared.
        assert any(results[0].deviations.values())


EVERYONE = [
    (task.name, contender.name) for task in TASKS.values() for contender in task.contenders[1:]
]


@pytest.mark.parametrize(("name", "contender"), EVERYONE)
def test_whoever_is_wrong_in_one_number_is_found(name: str, contender: str) -> None:
    def almost(right: Prepare) -> Prepare:
        def prepare(material: Material) -> Call:
            call = right(material)

            def wrong_call() -> list[np.ndarray]:
                *others, last = call()
                wrong = np.array(last)
                wrong.flat[-1] += 0.1 * np.abs(wrong).max()
                return [*others, wrong]

            return wrong_call

        return prepare

    task = TASKS[name]
    wrong = tuple(
        replace(one, prepare=almost(one.prepare)) if one.name == contender else one
        for one in task.contenders
    )
    with pytest.raises(ConvcliError, match=f"{name}, size .*: {contender} and .* differ by"):
        list(race(replace(task, contenders=wrong), repeat=1, run_seconds=0))


def test_a_training_step_with_another_learning_rate_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    adam = torch.optim.Adam
    monkeypatch.setattr(torch.optim, "Adam", lambda parameters, lr: adam(parameters, 1.2 * lr))
    with pytest.raises(ConvcliError, match="training, size 3: PyTorch and fast path differ by"):
        list(race(TASKS["training"], repeat=1, run_seconds=0))


def test_training_begins_untrained_and_leaves_the_material_alone() -> None:
    material = TASKS["training"].material
    assert not material.parameters["b1"].any()
    assert TASKS["predict"].material.parameters["b1"].all()
    before = {name: array.copy() for name, array in material.parameters.items()}
    list(race(TASKS["training"], repeat=2, run_seconds=0))
    for name, array in before.items():
        np.testing.assert_array_equal(array, material.parameters[name])


def test_without_frameworks_the_two_paths_race_alone() -> None:
    tasks = all_tasks(digits(), [], TINY)
    names = [[contender.name for contender in task.contenders] for task in tasks]
    assert names[:3] == 3 * [OURS]
    assert sorted(names[3]) == sorted(VARIANTS)
    assert names[4] == ["fast path"]


def test_both_lists_of_sizes_name_every_task() -> None:
    assert list(SIZES) == list(QUICK_SIZES) == list(TASKS)
    for name, quick in QUICK_SIZES.items():
        assert max(quick) <= max(SIZES[name])


def test_the_plain_network_in_float64_is_pytorch_s() -> None:
    material = digits(7)
    plain = material.network(np.float64)
    leaves = {
        name: torch.tensor(array, requires_grad=True) for name, array in plain.parameters.items()
    }
    images = torch.from_numpy(material.images.astype(np.float64))
    maps = torch.conv2d(images, leaves["W1"], leaves["b1"])
    pooled = torch.max_pool2d(maps.relu(), 2)
    hidden = (pooled.flatten(1) @ leaves["W2"] + leaves["b2"]).relu()
    scores = hidden @ leaves["W3"] + leaves["b3"]
    loss = torch.nn.functional.cross_entropy(scores, torch.from_numpy(material.labels))
    loss.backward()

    np.testing.assert_allclose(plain.stages(images.numpy())["pool1"], pooled.detach(), rtol=1e-12)
    np.testing.assert_allclose(plain.scores(images.numpy()), scores.detach(), rtol=1e-12)
    found, gradients = plain.loss_and_gradients(images.numpy(), material.labels)
    assert found == pytest.approx(loss.item(), rel=1e-12)
    assert gradients.keys() == leaves.keys()
    for name, leaf in leaves.items():
        assert leaf.grad is not None
        np.testing.assert_allclose(gradients[name], leaf.grad, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("block", [1, 4, 5, 6, None])
def test_blocks_are_put_together_in_order(block: int | None) -> None:
    taken = []

    def double(numbers: np.ndarray) -> np.ndarray:
        taken.append(len(numbers))
        return 2 * numbers

    inputs = np.arange(10).reshape(5, 2)
    np.testing.assert_array_equal(in_blocks(double, inputs, block), 2 * inputs)
    assert sum(taken) == 5
    assert max(taken) == min(block or 5, 5)


def test_a_contender_takes_part_above_its_size_only() -> None:
    def prepare(material: Material) -> Call:
        return lambda: [material.labels]

    one, other = Contender("one", prepare), Contender("other", prepare, above=100)
    task = Task("task", "title", digits(), (100, 101), (one, other), 0.0)
    assert task.at(100) == (one,)
    assert task.at(101) == (one, other)
