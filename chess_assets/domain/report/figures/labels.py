"""Labels beside the ends of lines, which do without a legend and don't cover each other."""

from collections.abc import Sequence


def spread(positions: Sequence[float], distance: float) -> list[float]:
    """Return the positions moved apart as little as it takes, in the order given.

    Args:
        positions: Where the labels would like to be.
        distance: The least distance between any two of them.
    """
    placed: list[list[float]] = []  # groups of neighbours as [middle, how many]
    order = sorted(range(len(positions)), key=lambda at: positions[at])
    for at in order:
        placed.append([positions[at], 1])
        while len(placed) > 1 and _overlap(placed[-2], placed[-1], distance):
            (below, fewer), (above, more) = placed[-2:]
            together = fewer + more
            placed[-2:] = [[(below * fewer + above * more) / together, together]]
    spots = [
        middle + (number - (count - 1) / 2) * distance
        for middle, count in placed
        for number in range(int(count))
    ]
    moved = dict(zip(order, spots, strict=True))
    return [moved[at] for at in range(len(positions))]


def _overlap(below: list[float], above: list[float], distance: float) -> bool:
    return above[0] - below[0] < (below[1] + above[1]) / 2 * distance
