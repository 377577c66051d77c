"""Bringing a partner on: the exact values that it needs, and whether everything stands.

The values are named as each format names them, so that nobody has to ask which of two secrets goes
where. The test looks at what can go wrong before the first document does: the profile, the folder,
the secrets, who else claims the same identifiers, and whether the partner's server takes a cXML
ProfileRequest.
"""

import asyncio
import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from gateway import partners as files
from gateway.doors.mail_settings import MailSettings
from gateway.doors.sftp_settings import SftpSettings
from gateway.partner_checks import mistakes_in
from gateway.partner_claims import contested
from gateway.punchout.posting import Post
from gateway.punchout.trading import Partner, Trading
from gateway.punchout.writing import new_payload_id, outgoing, profile_request, with_secret
from mappers.partners import PartnerError
from mappers.profile import Credential, Identifier, Profile
from mappers.writing import UnwritableError


class Doors(Struct, frozen=True, kw_only=True):
    """What a partner may come in by: the folder of all folders, the SFTP server, the mailbox."""

    inbox: Path | None = None
    sftp: SftpSettings = SftpSettings()
    mail: MailSettings = MailSettings()


class Value(Struct, frozen=True, kw_only=True):
    """A value by its name; a `secret` one is shown when asked for."""

    name: str
    text: str
    secret: bool = False


class Way(Struct, frozen=True, kw_only=True):
    """A way in or out: what it is for, and the values that it needs."""

    title: str
    about: str
    values: tuple[Value, ...]


class Check(Struct, frozen=True, kw_only=True):
    """What was looked at, and what helps where it is not well; `ok` is None where it is no need."""

    what: str
    ok: bool | None
    told: str
    remedy: str = ""


class Trial(Struct, frozen=True, kw_only=True):
    """What a test works with."""

    trading: Trading
    doors: Doors
    post: Post
    now: datetime


# The values.


def ways(name: str, profile: Profile, doors: Doors, address: str) -> tuple[Way, ...]:
    """Return the ways of partner `name`; `address` is how it reaches us by HTTP."""
    found = (
        _folder(name, doors.inbox),
        _sftp(name, doors.sftp),
        _mail(name, doors.mail),
        _http(name, address),
        _cxml(profile, address),
        _x12(profile),
        _edifact(profile),
    )
    return tuple(one for one in found if one is not None)


def _folder(name: str, inbox: Path | None) -> Way | None:
    if inbox is None:
        return None
    return Way(
        title="Folder",
        about="Documents are put in, answers lie beside. Write under another name and rename last.",
        values=(
            Value(name="Documents", text=str(inbox / name / "in")),
            Value(name="Answers", text=str(inbox / name / "out")),
        ),
    )


def _sftp(name: str, settings: SftpSettings) -> Way | None:
    accounts = [one.name for one in settings.accounts if (one.partner or one.name) == name]
    if settings.port is None or not accounts:
        return None
    return Way(
        title="SFTP",
        about="The same two folders, by key.",
        values=(
            Value(name="Host", text=settings.host),
            Value(name="Port", text=str(settings.port)),
            Value(name="User", text=", ".join(accounts)),
            Value(name="Documents", text="/in"),
            Value(name="Answers", text="/out"),
        ),
    )


def _mail(name: str, settings: MailSettings) -> Way | None:
    senders = [one.address for one in settings.senders if one.partner == name]
    if settings.host is None or not senders:
        return None
    return Way(
        title="E-mail",
        about="Attachments become documents; what comes from another address is put aside.",
        values=(
            Value(name="To", text=settings.user),
            Value(name="From", text=", ".join(senders)),
        ),
    )


def _http(name: str, address: str) -> Way:
    return Way(
        title="HTTP",
        about="One document as the body. A key for this partner alone: dockmatch keys create.",
        values=(
            Value(name="Address", text=f"{address}/v1/documents?partner={name}&name=FILE"),
            Value(name="Header", text="Authorization: Bearer KEY"),
        ),
    )


def _cxml(profile: Profile, address: str) -> Way | None:
    theirs, ours, agreed = profile.identifiers.cxml, profile.ours.cxml, profile.connection
    if not theirs and not ours:
        return None
    secret = agreed.their_secret or agreed.mac_secret
    values = (
        Value(name="Address", text=f"{address}/cxml"),
        Value(name="From", text=_credentials(theirs)),
        Value(name="To", text=_credentials(ours)),
        Value(name="Sender", text=_credentials(theirs)),
        Value(name="SharedSecret", text=secret or "", secret=True),
    )
    return Way(
        title="cXML",
        about="What stands in the Header of what this partner sends us.",
        values=tuple(one for one in values if one.text),
    )


def _credentials(several: tuple[Credential, ...]) -> str:
    return ", ".join(f"{one.domain} {one.identity}" for one in several)


def _x12(profile: Profile) -> Way | None:
    theirs, ours = profile.identifiers, profile.ours
    values = (
        Value(name="ISA05/06, sender", text=_identifiers(theirs.isa)),
        Value(name="ISA07/08, receiver", text=_identifiers(ours.isa)),
        Value(name="GS02, sender", text=", ".join(theirs.gs)),
        Value(name="GS03, receiver", text=", ".join(ours.gs)),
    )
    return _envelope("X12", values)


def _edifact(profile: Profile) -> Way | None:
    values = (
        Value(name="UNB 0004/0007, sender", text=_identifiers(profile.identifiers.unb)),
        Value(name="UNB 0010/0007, receiver", text=_identifiers(profile.ours.unb)),
    )
    return _envelope("EDIFACT", values)


def _envelope(title: str, values: tuple[Value, ...]) -> Way | None:
    known = tuple(one for one in values if one.text)
    about = "What stands in the envelope of what this partner sends us."
    return Way(title=title, about=about, values=known) if known else None


def _identifiers(several: tuple[Identifier, ...]) -> str:
    return ", ".join(f"{one.qualifier or 'no qualifier'} {one.id}" for one in several)


# The test.


async def looked_over(name: str, trial: Trial) -> tuple[Check, ...]:
    """Look at everything that a partner needs; the last look is at its own server."""
    checks = await asyncio.to_thread(lambda: list(_here(name, trial)))
    partner = await asyncio.to_thread(_partner, name, trial.trading)
    if partner is not None:
        checks.append(await _there(partner, trial))
    return tuple(checks)


def _partner(name: str, trading: Trading) -> Partner | None:
    try:
        return trading.partner(name)
    except PartnerError:
        return None


def _here(name: str, trial: Trial) -> Iterator[Check]:
    yield _profile(name)
    yield _alone(name)
    if trial.doors.inbox is not None:
        yield _writable(trial.doors.inbox / name)
    partner = _partner(name, trial.trading)
    if partner is not None:
        yield from _secrets(partner, trial.trading.secret)


def _profile(name: str) -> Check:
    what, path = "Profile", files.path_of(name)
    if path is None or not path.is_file():
        told = f"There is no {path or name}: documents are read as everybody's."
        return Check(what=what, ok=None, told=told)
    try:
        mistakes = mistakes_in(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        return Check(what=what, ok=False, told=str(error), remedy="Save the file as UTF-8.")
    if mistakes:
        first = mistakes[0]
        told = f"{len(mistakes)} mistakes; the first: {first.key}: {first.message}."
        return Check(what=what, ok=False, told=told, remedy=first.remedy)
    return Check(what=what, ok=True, told=f"{path} has no mistakes.")


def _alone(name: str) -> Check:
    rivals = {one: names for one, names in contested().items() if name in names}
    if not rivals:
        return Check(what="Identifiers", ok=True, told="No other partner claims the same.")
    told = "; ".join(f"{one} is claimed by {' and '.join(names)}" for one, names in rivals.items())
    remedy = "Leave each with the one who sends under it."
    return Check(what="Identifiers", ok=False, told=f"{told}.", remedy=remedy)


def _writable(folder: Path) -> Check:
    incoming, what = folder / "in", "Folder"
    if not incoming.is_dir():
        remedy = f"Name the partner in [[partners]], or make {incoming}."
        return Check(what=what, ok=False, told=f"There is no {incoming}.", remedy=remedy)
    if not os.access(incoming, os.R_OK | os.W_OK | os.X_OK):
        remedy = "Give the gateway's user the right to read and to rename there."
        return Check(what=what, ok=False, told=f"{incoming} is closed to us.", remedy=remedy)
    return Check(what=what, ok=True, told=f"{incoming} is watched.")


def _secrets(partner: Partner, look_up: Callable[[str | None], str | None]) -> Iterator[Check]:
    agreed = partner.connection
    for what, reference in (
        ("Their secret", agreed.their_secret),
        ("Key of their CredentialMac", agreed.mac_secret),
        ("Our secret", agreed.our_secret),
    ):
        if reference is None:
            continue
        try:
            found = look_up(reference)
        except PartnerError as fault:
            remedy = "Set the variable, or write the file, that the profile names."
            yield Check(what=what, ok=False, told=f"{fault}.", remedy=remedy)
            continue
        told = "It is there." if found else "It is empty."
        yield Check(what=what, ok=bool(found), told=told)


async def _there(partner: Partner, trial: Trial) -> Check:
    """Ask the partner's server what it takes: a ProfileRequest changes nothing there."""
    agreed, what = partner.connection, "Their server"
    address = agreed.order_url or agreed.reply_url or agreed.setup_url
    if address is None or agreed.protocol != "cxml":
        return Check(what=what, ok=None, told="The profile names no cXML address of theirs.")
    try:
        payload_id = new_payload_id(trial.now)
        envelope = outgoing(partner, payload_id, trial.now, test=True)
        document = with_secret(profile_request(envelope), trial.trading.secret(agreed.our_secret))
    except (UnwritableError, PartnerError) as fault:
        return Check(what=what, ok=False, told=f"{fault}.", remedy="Complete the profile.")
    reply = await trial.post(address, document)
    if reply.verdict == "done":
        return Check(what=what, ok=True, told=f"{address} answers: {reply.text}.")
    remedy = "Ask them whether this address takes cXML, and whether they know our credentials."
    return Check(what=what, ok=False, told=f"{address}: {reply.text}.", remedy=remedy)
