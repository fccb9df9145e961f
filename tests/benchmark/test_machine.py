from pathlib import Path

import pytest

from convcli.benchmark import machine


def test_the_processor_s_name_is_that_of_its_maker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = tmp_path / "cpuinfo"
    listed.write_text("processor\t: 0\nmodel\t\t: 1\nmodel name\t: Abacus 9 \x1b[1m\n")
    monkeypatch.setattr(machine, "PROCESSORS", listed)
    assert machine.processor_name() == r"Abacus 9 \x1b[1m"


@pytest.mark.parametrize(
    ("processor", "kind", "name"), [("arm", "arm64", "arm"), ("", "arm64", "arm64")]
)
def test_without_a_name_its_kind_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processor: str, kind: str, name: str
) -> None:
    monkeypatch.setattr(machine, "PROCESSORS", tmp_path / "nothing")
    monkeypatch.setattr("platform.processor", lambda: processor)
    monkeypatch.setattr("platform.machine", lambda: kind)
    assert machine.processor_name() == name
