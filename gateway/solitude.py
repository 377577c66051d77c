"""One gateway at a time works on one database: a lock that ends with the process that holds it."""

import fcntl
import os
from pathlib import Path
from typing import IO


class AnotherGatewayError(Exception):
    """Another process holds the lock."""


def hold(path: Path) -> IO[str]:
    """Take the lock file `path`; keep what is returned open. Raises AnotherGatewayError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a+", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        message = f"another gateway (process {holder}) works on {path.parent}; stop it first"
        raise AnotherGatewayError(message) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file
