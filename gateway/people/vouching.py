"""Letting in whom an identity provider vouches for: found, linked or made, with roles by groups."""

from sqlalchemy import Connection

from gateway.clock import stamp
from gateway.events.data import SignInNews
from gateway.people import roll
from gateway.people.news import By, tell_person, tell_sign_in
from gateway.people.oidc import Vouched
from gateway.people.porter import Admission, Porter
from gateway.people.roll import PeopleError
from gateway.people.sessions import Place
from gateway.people.settings import OidcSettings
from gateway.store import people
from gateway.store.people import NewPerson, Person

_NO_ROLE = "You are known there, but have no role here. Ask an administrator for one."


def roles_of(vouched: Vouched, settings: OidcSettings) -> frozenset[str]:
    """Return the roles that somebody's groups give."""
    return frozenset(one.role for one in settings.roles if one.group in vouched.groups)


def admit(connection: Connection, porter: Porter, vouched: Vouched, place: Place) -> Admission:
    """Let somebody in, with the roles that their groups give now; nobody without any.

    A person is theirs who is known by the provider's number, or who has their verified address and
    no such number yet; else one is made.
    """
    by, roles = By("oidc", porter.now()), roles_of(vouched, porter.settings.oidc)
    try:
        person = _theirs(connection, vouched, roles, by)
        if person.disabled_at is None:
            person = roll.give_roles(connection, person, roles, by)
    except PeopleError as error:
        told = SignInNews(address=place.address, by="oidc", reason=str(error))
        tell_sign_in(connection, "person.refused", told, By("unknown", by.now))
        return Admission(fault=_sentence(str(error)))
    return porter.open(connection, person.id, place, "oidc")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _theirs(connection: Connection, vouched: Vouched, roles: frozenset[str], by: By) -> Person:
    if not roles:
        raise PeopleError(_NO_ROLE)
    known = people.known_to(connection, vouched.issuer, vouched.subject)
    if known:
        return known
    if vouched.email is None:
        message = "the identity provider has not verified your e-mail address"
        raise PeopleError(message)
    person = people.named(connection, vouched.email)
    if person is None:
        return _made(connection, vouched, roles, by)
    if not people.set_subject(connection, person.id, vouched.issuer, vouched.subject):
        message = "somebody else signs in with that e-mail address"
        raise PeopleError(message)
    tell_person(connection, "person.changed", person, by, "identity")
    return person


def _made(connection: Connection, vouched: Vouched, roles: frozenset[str], by: By) -> Person:
    wanted = roll.checked(
        NewPerson(
            name=roll.name_from(vouched.email or ""),
            email=vouched.email or "",
            display=vouched.display,
            roles=roles,
            created_by=by.actor,
            issuer=vouched.issuer,
            subject=vouched.subject,
        )
    )
    number = people.add(connection, wanted, stamp(by.now))
    if number is None:
        message = f"somebody else is named {wanted.name}; an administrator can invite you"
        raise PeopleError(message)
    person = roll.kept(connection, number)
    tell_person(connection, "person.invited", person, by)
    return person
