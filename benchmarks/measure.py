"""What every benchmark needs: the line it prints, and a clock read in one way.

A benchmark is a module in this folder with a `main()` that prints one line for each figure. The
`floor` is measured in the same run: the least that any program doing this work must spend on this
machine, or what a known peer makes of it. `ratio` is value by floor, so that a slower machine moves
both and the ratio stays.
"""

import json
import time
from collections.abc import Callable


def report(benchmark: str, *, value: float, unit: str, floor: float) -> None:
    """Print one figure as a JSON line; `unit` is that of both `value` and `floor`."""
    line = {
        "benchmark": benchmark,
        "value": round(value, 3),
        "unit": unit,
        "floor": round(floor, 3),
        "ratio": round(value / floor, 4) if floor else None,
    }
    print(json.dumps(line), flush=True)


def seconds(work: Callable[[], object], *, repeats: int = 3) -> float:
    """Return the shortest time that `work` took in `repeats` runs, in seconds."""
    best = float("inf")
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begin)
    return best
