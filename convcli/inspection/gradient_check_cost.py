"""What a check of gradients will take, told from shapes before anything is computed."""

from math import prod

from convcli.inspection.cost import DOUBLE, Cost, of_layer, of_parameters
from convcli.network.gradient_check import TWOFOLD
from convcli.network.gradient_sweep import STEPS
from convcli.network.layers import Layer
from convcli.network.network import Network

# Against the seconds of a layer on two cores: one core, and values that are weighed and compared.
_SLOWER = 1.5
_CALL = 4e-5  # Seconds of a layer however little it does, its weighing included.
# Stages, what comes back to each, and what a layer makes of it on its way back.
_PASSES = 4
# Parameters in double precision, their gradients twice, and one at a time counted.
_COPIES = 5


def of_gradient_check(
    network: Network, images: int, samples: int, layer: str | None = None, sweeps: bool = False
) -> Cost:
    """Every layer against central differences: :mod:`convcli.network.gradient_check`.

    Args:
        network: Its parameters are counted.
        images: In the batch.
        samples: Of each gradient.
        layer: The one layer that is checked; None for all.
        sweeps: Whether the loss is measured at many steps besides.

    >>> from convcli.network.building import untrained
    >>> from convcli.network.contract import InputContract
    >>> network = untrained("conv1(2@5x5) relu flatten fc1(10)", InputContract(), seed=0)
    >>> few, many = (of_gradient_check(network, 5, samples) for samples in (3, 30))
    >>> few.seconds < many.seconds, few.memory == many.memory
    (True, True)
    """
    costs = [_cost(network, chosen, images) for chosen in network.layers]
    wanted = None if layer is None else network.layer(layer)
    seconds, behind = 0.0, 0.0
    for chosen, cost in zip(reversed(network.layers), reversed(costs), strict=True):
        rounds = 1 + isinstance(chosen, TWOFOLD)
        inputs = min(samples, images * prod(network.shapes[network.input_name_of(chosen)]))
        seconds += 2 * inputs * rounds * cost.seconds
        if wanted in (None, chosen):
            moved = sum(min(samples, prod(shape)) for shape in chosen.parameter_shapes.values())
            times = rounds + (len(STEPS) if sweeps else 0)
            seconds += 2 * moved * times * (cost.seconds + behind)
        behind += cost.seconds
    numbers = sum(array.size for array in network.parameters.values())
    stages = DOUBLE * images * sum(map(prod, network.shapes.values()))
    largest = max(cost.memory for cost in costs)
    memory = _COPIES * DOUBLE * numbers + _PASSES * stages + 2 * largest
    return of_parameters(network) + Cost(memory, seconds)


def _cost(network: Network, layer: Layer, images: int) -> Cost:
    before = (images, *network.shapes[network.input_name_of(layer)])
    after = (images, *network.shapes[layer.name])
    cost = of_layer(layer, before, after, DOUBLE)
    return Cost(cost.memory, _SLOWER * cost.seconds + _CALL)
