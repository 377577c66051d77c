"""A progress bar on standard error for long work, silent where nobody watches."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LONG_BYTES = 4 << 20


@contextmanager
def progress(total: int) -> Iterator[Callable[[int], None]]:
    """Yield a function that is told how many of `total` bytes are done."""
    if total < LONG_BYTES or not sys.stderr.isatty():
        yield lambda _done: None
        return
    from rich.console import Console  # noqa: PLC0415 - a tenth of a second, for watchers only
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=total)
        yield lambda done: bar.update(task, completed=done)
