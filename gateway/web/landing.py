"""Where people land when they sign in, by what they are here for, and the way back that is safe."""

import re
from typing import Final

from gateway.doors.access import Actor

_BY_ROLE: Final = (
    ("ap", "/inbox"),
    ("approver", "/inbox"),
    ("receiver", "/account"),
    ("auditor", "/invoices"),
    ("admin", "/inbox"),
)
"""The first role that somebody has decides."""

_OURS = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]{0,2000}")
_NOT_BACK = ("/sign-in", "/sign-out", "/v1/")


def landing(actor: Actor) -> str:
    """Return the page that somebody works on."""
    if actor.person is None:
        return "/inbox"
    return next((page for role, page in _BY_ROLE if role in actor.roles), "/account")


def way_back(asked: str | None, otherwise: str = "/") -> str:
    """Return the address that was asked for where it is one of our pages, nobody else's."""
    if asked and _OURS.fullmatch(asked) and not asked.startswith(_NOT_BACK):
        return asked
    return otherwise
