"""What a run of ``convcli gradcheck`` may take."""

from convcli.cli import budget
from convcli.cli.inputs import OpenedNetwork
from convcli.inspection.gradient_check_cost import of_gradient_check

LESS = "choose one --layer, or fewer --samples"


def require_affordable(
    opened: OpenedNetwork, images: int, samples: int, layer: str | None, sweeps: bool
) -> None:
    """Refuse a check that takes more than a command may.

    Raises:
        UsageError: It does, and an option made it so; or there is no such layer.
        ConvcliError: It does.
    """
    cost = of_gradient_check(opened.network, images, samples, layer, sweeps)
    advice = {
        "samples": "take fewer --samples",
        "images": "take fewer --images",
        "sweeps": LESS,
    }
    work = f"{opened.name}: {images:,} images through all layers again and again"
    budget.require_affordable(work, cost, advice, LESS)
