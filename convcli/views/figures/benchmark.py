"""How fast we are beside the frameworks: bars for each size of a task, and time against size."""

from collections.abc import Sequence
from functools import partial

from matplotlib.axes import Axes

from convcli.benchmark.measure import spell_ratio, spell_seconds
from convcli.benchmark.race import RaceResult, TaskResult
from convcli.views.figures import line_chart
from convcli.views.figures.line_chart import Line
from convcli.views.figures.sheet import MARGIN, Sheet
from convcli.views.figures.texts import BODY, HEADING, line_height, text_width
from convcli.views.palette import INK, MUTED, RULE
from convcli.views.themes import current

WIDTH = 1300
ROW = 38
BAR = 0.62  # Of a row.
BETWEEN = 24  # Columns, and from one size to the next.
MEDIAN = 110
RELATIVE = 110


def draw_bars(result: TaskResult, machine: str) -> Sheet:
    """The median of every contender as a bar, with a whisker from its fastest run to its slowest.

    Bars begin at zero, so that they are as long as their times. The sizes are too far apart for one
    scale, so each has its own. Behind a bar stand its time and its ratio to our fast path.

    Args:
        result: Of a task.
        machine: What it ran on, and how often: one clause.
    """
    room = line_height(HEADING) + 8
    rows = sum(len(race.timings) for race in result.races)
    height = rows * ROW + len(result.races) * (room + BETWEEN)
    fast = result.races[0].fast
    sheet = Sheet(
        WIDTH,
        height + MARGIN - BETWEEN,
        result.title,
        f"{machine} · bar: median, from zero · whisker: fastest to slowest run · "
        f"×: time divided by that of {fast}",
    )
    names = max(text_width(name, BODY) for race in result.races for name in race.timings)
    left = MARGIN + round(names) + BETWEEN
    top = sheet.top
    for race in result.races:
        sheet.write(MARGIN, top, spell_images(race.size), size=HEADING, bold=True)
        top += room
        width = WIDTH - MARGIN - left - MEDIAN - RELATIVE
        height = len(race.timings) * ROW
        sheet.chart(left, top, width, height, partial(_draw_bars, race=race))
        _write_numbers(sheet, top, race)
        top += height + BETWEEN
    return sheet


def draw_growth(result: TaskResult, machine: str) -> Sheet:
    """Time per image against the number of images; a flat line is work that grows no faster.

    Args:
        result: Of a task whose every size has the same contenders.
        machine: What it ran on, and how often: one clause.
    """
    races = result.races
    return line_chart.draw(
        [_line(races, name) for name in races[0].timings],
        [race.size for race in races],
        result.title,
        f"{machine} · line: median · band: fastest to slowest run",
        size_name="images",
        time_name="time per image",
        logarithmic_size=True,
        logarithmic_time=False,
    )


def spell_images(number: int) -> str:
    """A number of images in words.

    >>> spell_images(1), spell_images(10_000)
    ('1 image', '10,000 images')
    """
    return "1 image" if number == 1 else f"{number:,} images"


def _draw_bars(axes: Axes, race: RaceResult) -> None:
    places = range(len(race.timings))
    timings = list(race.timings.values())
    fast = current().lines[0]
    axes.barh(
        places,
        [timing.median_seconds for timing in timings],
        height=BAR,
        color=[fast if name == race.fast else RULE for name in race.timings],
    )
    axes.hlines(
        places,
        [timing.fastest_seconds for timing in timings],
        [timing.slowest_seconds for timing in timings],
        color=INK,
        linewidth=2,
    )
    axes.set_xlim(0, max(timing.slowest_seconds for timing in timings))
    axes.set_ylim(len(timings) - 0.5, -0.5)
    axes.set_axis_off()


def _write_numbers(sheet: Sheet, top: int, race: RaceResult) -> None:
    right = WIDTH - MARGIN
    for name, timing in race.timings.items():
        line = top + (ROW - line_height(BODY)) / 2
        ours = name == race.fast
        sheet.write(MARGIN, line, name, bold=ours)
        median = spell_seconds(timing.median_seconds)
        sheet.write(right - RELATIVE, line, median, align="right", bold=ours)
        relative = f"× {spell_ratio(race.relative(name))}"
        sheet.write(right, line, relative, colour=MUTED, align="right")
        top += ROW


def _line(races: Sequence[RaceResult], name: str) -> Line:
    timings = [race.per_image(name) for race in races]
    return Line(
        name,
        [timing.fastest_seconds for timing in timings],
        [timing.median_seconds for timing in timings],
        [timing.slowest_seconds for timing in timings],
    )
