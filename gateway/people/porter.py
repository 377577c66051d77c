"""The porter: lets people in who prove who they are, and knows those who are inside.

A wrong password, a name that nobody has, and somebody who was disabled are answered alike and take
as long; only the log tells them apart. Every way in ends in `_open`: one new session, told in the
log in the same transaction.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from msgspec import Struct
from sqlalchemy import Connection

from gateway.clock import Clock, stamp
from gateway.doors.access import Actor
from gateway.events.data import SignInNews
from gateway.people import guessing
from gateway.people.news import By, tell_person, tell_sign_in
from gateway.people.passwords import CHARACTERS_MAX, Passwords, fault_of
from gateway.people.sessions import Place, Sessions, digest_of
from gateway.people.settings import PeopleSettings
from gateway.rights import ROLES, rights_of
from gateway.store import people, people_sessions
from gateway.store.engine import Store
from gateway.store.people import Person, Proof

Result = TypeVar("Result")


class Admission(Struct, frozen=True, kw_only=True):
    """What became of somebody at the door: the `secret` number of a session, or why there is none.

    `wait_seconds` is how long they have to wait before anything is compared again.
    """

    secret: str | None = None
    fault: str | None = None
    wait_seconds: int = 0


WRONG = Admission(fault="The name and the password do not fit.")
_GONE = Admission(fault="This link was used already, or its time is over; ask for another one.")


class Porter:
    """Lets people into the gateway on `store`, by the rules of `settings`."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        settings: PeopleSettings | None = None,
        passwords: Passwords | None = None,
    ) -> None:
        self.settings = settings or PeopleSettings()
        self._store = store
        self._clock = clock
        self._passwords = passwords or Passwords()
        self._sessions = Sessions(self.settings)
        self._people_are_there = False

    @property
    def link_lasts(self) -> timedelta:
        """How long a link is good."""
        return timedelta(hours=self.settings.link_hours)

    def now(self) -> datetime:
        """Return the present moment."""
        return self._clock()

    def asks_for_people(self) -> bool:
        """Whether whoever comes has to sign in as a person, because there are some."""
        if self.settings.oidc.issuer is not None:
            return True
        if not self._people_are_there:
            with self._store.read() as connection:
                self._people_are_there = people.are_there(connection)
        return self._people_are_there

    def actor(self, secret: str) -> Actor | None:
        """Return who is inside by that session number; None where nobody is."""
        now = self._clock()
        with self._store.read() as connection:
            found = self._sessions.whose(connection, secret, now)
        if found is None:
            return None
        person, session = found
        if self._sessions.is_to_be_seen(session, now):
            with self._store.write() as connection:
                people_sessions.see(connection, session.id, stamp(now))
        return Actor(
            name=person.name,
            display=person.display,
            rights=rights_of(person.roles & ROLES.keys()),
            roles=person.roles,
            person=person.id,
            session=session.id,
        )

    async def sign_in(self, name: str, password: str, place: Place) -> Admission:
        """Let in whoever knows the password of `name`, which may be their address."""
        name = name.strip().casefold()
        waits, proof = await self._write(lambda one: self._try(one, name, place))
        if waits:
            return Admission(fault=_patience(waits), wait_seconds=waits)
        kept = proof.password if proof and not proof.is_disabled else None
        if not await self._passwords.fits(kept, password) or proof is None:
            await self._write(lambda one: self._refuse(one, proof, place))
            return WRONG
        better = await self._better(proof, password)

        def enter(connection: Connection) -> Admission:
            if people.proof_of(connection, proof.person) != proof:
                return WRONG  # disabled, or another password, while this one was compared
            guessing.forgive(connection, name, place.address)
            if better:
                people.set_password(connection, proof.person, better)
            return self.open(connection, proof.person, place, "password")

        return await self._write(enter)

    async def invited(self, secret: str) -> Person | None:
        """Return whom a link is for, None where it is good no longer."""

        def look() -> Person | None:
            with self._store.read() as connection:
                return people.linked(connection, digest_of(secret), stamp(self._clock()))

        return await asyncio.to_thread(look)

    async def join(self, secret: str, password: str, place: Place) -> Admission:
        """Keep the password that the person of a link chose, and let them in."""
        person = await self.invited(secret)
        if person is None:
            return _GONE
        fault = _fault(password, person)
        if fault:
            return Admission(fault=fault)
        kept = await self._passwords.kept(password)

        def enter(connection: Connection) -> Admission:
            now = self._clock()
            again = people.linked(connection, digest_of(secret), stamp(now))
            if again is None:
                return _GONE
            self._set(connection, again, kept)
            return self.open(connection, again.id, place, "link")

        return await self._write(enter)

    async def change_password(self, actor: Actor, old: str, new: str, place: Place) -> Admission:
        """Keep another password for somebody who knows the old one; other sessions end."""
        number = actor.person or 0
        waits, _ = await self._write(lambda one: self._try(one, actor.name, place))
        if waits:
            return Admission(fault=_patience(waits), wait_seconds=waits)
        person, proof = await self._write(
            lambda one: (people.one(one, number), people.proof_of(one, number))
        )
        kept = proof.password if proof else None
        if not await self._passwords.fits(kept, old) or person is None:
            return Admission(fault="That is not your password.")
        fault = _fault(new, person)
        if fault:
            return Admission(fault=fault)
        changed = await self._passwords.kept(new)

        def enter(connection: Connection) -> Admission:
            guessing.forgive(connection, actor.name, place.address)
            self._set(connection, person, changed)
            return self.open(connection, person.id, place, "password")

        return await self._write(enter)

    def open(self, connection: Connection, person: int, place: Place, by: str) -> Admission:
        """Begin a session of a person whom `by` has proved, and tell of it."""
        found, now = people.one(connection, person), self._clock()
        if found is None or found.disabled_at is not None:
            return WRONG
        secret = self._sessions.begin(connection, person, place, now)
        told = SignInNews(person=found.id, name=found.name, address=place.address, by=by)
        tell_sign_in(connection, "person.signed_in", told, By(found.name, now))
        return Admission(secret=secret)

    async def sign_out(self, actor: Actor) -> None:
        """End the session of somebody."""
        if actor.session is not None:
            await self.end(actor, actor.person or 0, actor.session, "signed out")

    async def end(self, actor: Actor, person: int, session: int, reason: str) -> bool:
        """End a session of a person; False where it has ended."""

        def close(connection: Connection) -> bool:
            found = people.one(connection, person)
            if found is None or not people_sessions.end(connection, session, person):
                return False
            told = SignInNews(person=found.id, name=found.name, address=None, reason=reason)
            tell_sign_in(connection, "person.signed_out", told, By(actor.name, self._clock()))
            return True

        return await self._write(close)

    def close(self) -> None:
        """Let the threads go that compare passwords."""
        self._passwords.close()

    async def _better(self, proof: Proof, password: str) -> str | None:
        """Return the password as it is kept now, where it was kept more cheaply before."""
        if proof.password and self._passwords.is_outdated(proof.password):
            return await self._passwords.kept(password)
        return None

    def _set(self, connection: Connection, person: Person, kept: str) -> None:
        people.set_password(connection, person.id, kept)
        people_sessions.end_all(connection, person.id)
        tell_person(
            connection, "person.changed", person, By(person.name, self._clock()), "password"
        )

    def _try(self, connection: Connection, name: str, place: Place) -> tuple[int, Proof | None]:
        """Count a try and look up what the password is compared with."""
        waits = guessing.seconds_to_wait(connection, name, place.address, self._clock())
        return waits, None if waits else people.proof(connection, name)

    def _refuse(self, connection: Connection, proof: Proof | None, place: Place) -> None:
        """Tell that somebody was turned away; a name that nobody has is not told."""
        reason = "disabled" if proof and proof.is_disabled else "password" if proof else "unknown"
        told = SignInNews(
            person=proof.person if proof else None,
            name=proof.name if proof else None,
            address=place.address,
            reason=reason,
        )
        tell_sign_in(connection, "person.refused", told, By("unknown", self._clock()))

    async def _write(self, act: Callable[[Connection], Result]) -> Result:
        def run() -> Result:
            with self._store.write() as connection:
                return act(connection)

        return await asyncio.to_thread(run)


def _fault(password: str, person: Person) -> str | None:
    return fault_of(password[: CHARACTERS_MAX + 1], (person.name, person.email, person.display))


def _patience(seconds: int) -> str:
    minutes = -(-seconds // 60)
    when = f"{seconds} seconds" if minutes == 1 else f"{minutes} minutes"
    return f"There were too many tries. Wait {when}, then try again."
