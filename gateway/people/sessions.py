"""Sessions: a number of 32 random bytes in a cookie, kept here by its digest alone.

A session begins anew at each sign-in, so nobody can plant a number beforehand. It ends when it was
not used for hours, when it is days old, when its person signs out, is disabled, gets another
password or other roles, or when somebody ends it.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import Connection

from gateway.clock import moment_of, stamp
from gateway.people.settings import PeopleSettings
from gateway.store import people, people_sessions
from gateway.store.people import Person
from gateway.store.people_sessions import NewSession, Session

_BYTES = 32
_SEEN_EVERY = timedelta(minutes=1)
_AGENT_CHARACTERS = 200


class Place(Struct, frozen=True):
    """Where somebody signs in from: the address, and what their browser calls itself."""

    address: str
    agent: str = ""


def digest_of(secret: str) -> str:
    """Return what is kept of a random number."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret() -> str:
    """Return a number that nobody can guess."""
    return secrets.token_urlsafe(_BYTES)


class Sessions:
    """The sessions of people, by the rules of `settings`."""

    def __init__(self, settings: PeopleSettings) -> None:
        self._idle = timedelta(hours=settings.idle_hours)
        self._whole = timedelta(days=settings.session_days)

    def begin(self, connection: Connection, person: int, place: Place, now: datetime) -> str:
        """Begin a session and return its secret number; what has ended is dropped."""
        secret = new_secret()
        people_sessions.drop_old(connection, stamp(now - self._whole), stamp(now - self._idle))
        new = NewSession(
            person_id=person,
            digest=digest_of(secret),
            address=place.address[:64],
            agent=place.agent[:_AGENT_CHARACTERS],
        )
        people_sessions.begin(connection, new, stamp(now))
        return secret

    def whose(
        self, connection: Connection, secret: str, now: datetime
    ) -> tuple[Person, Session] | None:
        """Return who is signed in by that number, and the session; None where nobody is."""
        found = people_sessions.with_digest(connection, digest_of(secret))
        if found is None or not self._is_alive(found, now):
            return None
        person = people.one(connection, found.person_id)
        if person is None or person.disabled_at is not None:
            return None
        return person, found

    def is_to_be_seen(self, session: Session, now: datetime) -> bool:
        """Whether it is time to note again that a session is used."""
        return now - moment_of(session.seen_at) >= _SEEN_EVERY

    def _is_alive(self, session: Session, now: datetime) -> bool:
        is_young = now - moment_of(session.begun_at) < self._whole
        return is_young and now - moment_of(session.seen_at) < self._idle
