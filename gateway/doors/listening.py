"""The limits of a connection, before anything of ours sees a request.

A head must come whole within `HEAD_SECONDS`, however busily it dribbles, and so must the next one
on a connection that stays open. Bodies are taken as they come: what is unpacked on the way could be
a thousand times as big as what was sent.
"""

from aiohttp import web

HEAD_SECONDS = 30
LINE_BYTES_MAX = 8190
FIELD_BYTES_MAX = 8190
FIELDS_MAX = 128


def runner_of(app: web.Application, head_seconds: float = HEAD_SECONDS) -> web.AppRunner:
    """Return what serves `app` within the limits."""
    return web.AppRunner(
        app,
        access_log=None,
        keepalive_timeout=head_seconds,
        auto_decompress=False,
        max_line_size=LINE_BYTES_MAX,
        max_field_size=FIELD_BYTES_MAX,
        max_headers=FIELDS_MAX,
    )
