"""How the log is written: a line for each event, with what it is about bound to it.

Whoever works binds the job, its partner and its documents, or the endpoint and the event, and every
line that is logged meanwhile has them. Secrets are hidden by their names and by their looks, and
text of others cannot break out of its line.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

_HIDDEN = "***"
_TRACEBACK = "exception"
_NAMES = re.compile(r"(?i)secret|token|passw|authorization|cookie|api_?key|private_key")
_LOOKS = re.compile(
    r"whsec_[A-Za-z0-9+/=]+|dm_[A-Za-z0-9_-]{20,}|(?i:bearer |basic )\S+"
    r"|(?<=://)[^/@\s:]+:[^/@\s]+(?=@)"
    r"|(?<=/sign-in/link/)[\w-]{20,}|(?<=/ask/)[\w-]{20,}|(?<=/shop/start/)[\w-]{20,}"
    r"|(?<=/punchout/return/)[\w-]{20,}|(?<=dockmatch_session=)[^;\s]+|(?<=__Host-dockmatch=)[^;\s]+"
    r"|\$argon2id?\$\S+|(?<=<SharedSecret>)[^<]*"
)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
DOCUMENTS_SHOWN = 20

bound = structlog.contextvars.bound_contextvars
"""Bind what is worked on to all that is logged inside a `with`."""


def configure(*, as_json: bool, stream: TextIO = sys.stderr) -> None:
    """Log to `stream` from here on, for people or as JSON."""
    lines = structlog.dev.ConsoleRenderer(
        colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,  # before what it says is looked at
            harmless,
            structlog.processors.JSONRenderer() if as_json else lines,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(stream),
    )


def harmless(
    _logger: Any, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Hide secrets, and escape what would break out of a line or paint a terminal."""
    told = {name: _told(name, value) for name, value in line.items() if name != _TRACEBACK}
    if _TRACEBACK in line:  # its lines are our own
        told[_TRACEBACK] = "\n".join(_plain(one) for one in str(line[_TRACEBACK]).split("\n"))
    return told


def _told(name: str, value: Any) -> Any:
    return _HIDDEN if _NAMES.search(name) else _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return _CONTROLS.sub(_escaped, _LOOKS.sub(_HIDDEN, value))
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _told(str(name), one) for name, one in value.items()}
    return value


def _escaped(found: re.Match[str]) -> str:
    return found.group().encode("unicode_escape").decode("ascii")
