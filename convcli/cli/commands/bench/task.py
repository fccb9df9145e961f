"""What ``convcli bench`` has to say about a task."""

from functools import partial
from typing import TYPE_CHECKING, Any

from convcli.benchmark.measure import spell_ratio, spell_seconds
from convcli.benchmark.race import RaceResult, TaskResult
from convcli.benchmark.tasks import GROWTH
from convcli.cli.folder import PictureFolder
from convcli.cli.report import Column, Report, Table

if TYPE_CHECKING:
    from convcli.views.figures.sheet import Sheet

SECONDS = ("median_seconds", "fastest_seconds", "slowest_seconds", "seconds_per_image")
COLUMNS = (
    Column("images", "{:,}".format, numeric=True),
    Column("name"),
    *(Column(key, spell_seconds, numeric=True) for key in SECONDS),
    Column("relative", spell_ratio, numeric=True),
)


def report_of(result: TaskResult, folder: PictureFolder, machine: str) -> Report:
    """How a task went at all its sizes.

    Args:
        result: Of the races.
        folder: Where its picture goes.
        machine: Where and how often it was raced, for the picture.
    """
    races, rows = [], []
    for race in result.races:
        contenders = [_row(race, name) for name in race.timings]
        races.append({"images": race.size, "contenders": contenders})
        rows += [{"images": race.size, **contender} for contender in contenders]
    return Report(
        facts={"name": result.name, "title": result.title, "races": races},
        tables=[Table(COLUMNS, rows, result.title)],
        folder=folder,
        figures={result.name: partial(_figure, result, machine)},
    )


def _row(race: RaceResult, name: str) -> dict[str, Any]:
    timing = race.timings[name]
    return {
        "name": name,
        "median_seconds": timing.median_seconds,
        "fastest_seconds": timing.fastest_seconds,
        "slowest_seconds": timing.slowest_seconds,
        "seconds": timing.seconds,
        "seconds_per_image": race.per_image(name).median_seconds,
        "relative": race.relative(name),
        "deviation": race.deviations[name],
    }


def _figure(result: TaskResult, machine: str) -> "Sheet":
    from convcli.views.figures import benchmark

    draw = benchmark.draw_growth if result.name == GROWTH else benchmark.draw_bars
    return draw(result, machine)
