"""What a way of ``convcli forward`` may take."""

from collections.abc import Mapping, Sequence

from convcli.cli.budget import require_affordable
from convcli.cli.inputs import Input, OpenedNetwork
from convcli.engine.geometry import Window
from convcli.inspection.cost import of_parameters, of_walkthrough

ADVICE = {
    "pad": "take a smaller --pad",
    "filters": "choose fewer filters, for example --filter 0",
    "pool_size": "take a smaller --pool-size",
    "keep_size": "give a smaller picture, or leave --keep-size out",
}
OTHERWISE = "give a smaller picture, or a network with smaller filters"


def require_affordable_walk(
    shown: Input,
    opened: OpenedNetwork,
    filters: Sequence[int],
    geometry: Mapping[str, int],
    drawn: bool,
) -> None:
    """Refuse a walk through the first convolution that would take too much.

    Args:
        shown: The image.
        opened: The network.
        filters: Which of the filters.
        geometry: The options of the windows.
        drawn: Whether a picture of every stage will be written.

    Raises:
        UsageError: An option of the user makes it too much.
        ConvcliError: It is too much, whatever the options.
        GeometryError: A window does not fit.
    """
    weights = opened.network.parameters[opened.convolution().weight]
    shape = (len(filters), *weights.shape[1:])
    size = geometry["pool_size"]
    held, work = of_parameters(opened.network), f"convolving {shown.pixels.shape} with {shape}"
    if geometry["pad"]:
        work += f", pad {geometry['pad']},"
    for pictures in (False, drawn):
        cost = of_walkthrough(
            shown.pixels.shape,
            shape,
            Window(weights.shape[2], weights.shape[3], geometry["stride"], geometry["pad"]),
            Window(size, size, geometry["pool_stride"]),
            itemsize=max(weights.itemsize, shown.pixels.itemsize),
            with_relu=bool(geometry["relu"]),
            drawn=pictures,
        )
        if pictures:
            work = f"drawing every stage of {work.removeprefix('convolving ')}"
            advice = {name: f"{hint}, or take --no-figures" for name, hint in ADVICE.items()}
            require_affordable(work, held + cost, advice, "take --no-figures")
        else:
            require_affordable(work, held + cost, ADVICE, OTHERWISE)
