"""How often Python looks for garbage that holds itself: seldom, as ours holds no cycles.

Records and facts come by the thousand, and each look goes through all of them in vain.
"""

import gc

COLLECT_RARELY = (50_000, 50, 100)
"""For records and forms, which go as soon as they are written."""

COLLECT_HARDLY = (100_000, 50, 1000)
"""For facts, which are many and stay to the end."""


def collect(thresholds: tuple[int, int, int]) -> None:
    """Look for garbage as seldom as `thresholds` say, from here on."""
    gc.set_threshold(*thresholds)
