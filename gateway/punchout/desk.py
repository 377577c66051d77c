"""What punchout works with, handed over once where the application is wired."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from gateway.archive import Archive
from gateway.clock import Clock, moment_of, stamp
from gateway.flows.intake import Intake
from gateway.jobs.port import Jobs
from gateway.punchout.posting import Post
from gateway.punchout.settings import CxmlSettings, PunchoutSettings
from gateway.punchout.trading import Trading
from gateway.store.engine import Store

SECRET_BYTES = 32


class Desk(Struct, frozen=True, kw_only=True):
    """`address` is how browsers and partners reach us; `announced` is called after commits."""

    store: Store
    archive: Archive
    intake: Intake
    jobs: Jobs
    trading: Trading
    post: Post
    clock: Clock
    address: Callable[[], str]
    announced: Callable[[], None]
    settings: PunchoutSettings = PunchoutSettings()
    cxml: CxmlSettings = CxmlSettings()

    def now(self) -> datetime:
        """Return the present moment."""
        return self.clock()

    def at(self) -> str:
        """Return the present moment as the tables have it."""
        return stamp(self.clock())

    def is_over(self, until: str | None) -> bool:
        """Whether a moment of the tables has passed."""
        return until is not None and moment_of(until) <= self.clock()

    def url(self, path: str) -> str:
        """Return the address of a page of ours as others reach it."""
        return f"{(self.cxml.public_url or self.address()).rstrip('/')}{path}"


def new_secret() -> str:
    """Return a secret for an address, which nobody guesses."""
    return secrets.token_urlsafe(SECRET_BYTES)


def hash_of(secret: str) -> str:
    """Return by what the tables know a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def return_secret(landing: str) -> str:
    """Return the secret of a session's return address; no way leads back to its page."""
    return hmac.new(landing.encode(), b"punchout return", hashlib.sha256).hexdigest()
