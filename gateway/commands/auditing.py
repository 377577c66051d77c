"""`dockmatch verify`, `history` and `evidence`: what happened, and proof that it was so."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from pathlib import Path

import click
import msgspec

from gateway.archive import Archive, CorruptError
from gateway.audit.evidence import NoInvoiceError
from gateway.audit.evidence import evidence as evidence_of
from gateway.audit.history import Change, Happened, History, Version
from gateway.audit.history import history as history_of
from gateway.audit.verify import faults
from gateway.clock import stamp, system_clock
from gateway.commands.opening import config_option, configured, json_option, opened, told
from gateway.store import seals

_FINDINGS = 1


@click.command()
@config_option
@json_option
def verify(path: Path | None, *, as_json: bool) -> None:
    """Compute the chain of the event log again, and the hashes of records and results.

    Exit status 1 where anything was altered. The digest that is printed is that of the newest seal:
    compare it with one that you kept elsewhere (a log line, an event `audit.sealed`).
    """
    with told(), opened(configured(path)) as store, store.read() as connection:
        found = list(faults(connection))
        newest = seals.newest(connection)
    digest = newest.digest if newest else None
    if as_json:
        click.echo(msgspec.json.encode({"faults": found, "digest": digest}).decode())
    else:
        click.echo("\n".join(found) or f"nothing was altered; newest seal: {digest or 'none yet'}")
    sys.exit(_FINDINGS if found else 0)


@click.command()
@click.argument("number")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
    help="Show what was known then (UTC; of a day its end).",
)
@config_option
@json_option
def history(number: str, as_of: datetime | None, path: Path | None, *, as_json: bool) -> None:
    """Tell the history of an order, receipt or invoice NUMBER: every version, and who did what.

    Each version names the hash of the bytes it came as, and the fields that it changed. Exit status
    1 where the number is not known.
    """
    with told(), opened(configured(path)) as store, store.read() as connection:
        moment = {"as_of": _moment(as_of)} if as_of else {}
        known = history_of(connection, number, **moment)
    if as_json:
        click.echo(msgspec.json.encode(known).decode())
    else:
        _show(known)
    sys.exit(0 if known.versions else _FINDINGS)


@click.command()
@click.argument("number")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="The file; NUMBER.zip without."
)
@config_option
def evidence(number: str, out: Path | None, path: Path | None) -> None:
    """Write all that the result for an invoice NUMBER rests on into a zip that verifies offline.

    Unpack it and run `python3 verify.py` in it: nothing but Python is needed.
    """
    with told():
        config = configured(path)
        archive = Archive(config.data / "archive")
        with opened(config) as store, store.read() as connection, _found():
            packed = evidence_of(connection, archive, number, stamp(system_clock()))
    safe = "".join(sign if sign.isalnum() or sign in "-_." else "_" for sign in number)
    place = out or Path(f"{safe}.zip")
    place.write_bytes(packed)
    click.echo(f"{place} written, {len(packed)} bytes; to verify: unpack, python3 verify.py")


@contextmanager
def _found() -> Iterator[None]:
    """Say in one line what is not there, and end with exit status 1."""
    try:
        yield
    except NoInvoiceError as error:
        click.echo(f"dockmatch: {error}", err=True)
        sys.exit(_FINDINGS)
    except (CorruptError, OSError) as error:
        click.echo(f"dockmatch: a source cannot be read: {error}", err=True)
        sys.exit(_FINDINGS)


def _moment(as_of: datetime) -> str:
    whole_day = as_of.time() == time()
    moment = datetime.combine(as_of, time.max) if whole_day else as_of
    return stamp(moment.replace(tzinfo=UTC))


def _show(known: History) -> None:
    if not known.versions:
        click.echo(f"{known.number} is not known here.")
    for one in known.versions:
        click.echo(click.style(_title(one), bold=True))
        click.echo(f"    from {one.partner} by {one.door}: {one.file}, SHA-256 {one.sha256}")
        for change in one.changes:
            click.echo(f"    {_words(change)}")
    for happened in known.events:
        click.echo(_line(happened))
    for decision in known.decisions:
        click.echo(f"{decision.at}  {decision.actor} {decision.action}: {decision.reason}")


def _title(one: Version) -> str:
    return f"{one.at}  {one.kind.replace('_', ' ')} {one.number or ''}".rstrip()


def _words(change: Change) -> str:
    before = "nothing" if change.before is None else change.before
    after = "nothing" if change.after is None else change.after
    return f"{change.pointer}: {before} -> {after}"


def _line(one: Happened) -> str:
    actor = "" if one.actor == "gateway" else f" by {one.actor}"
    return f"{one.at}  {one.type}{actor} ({one.subject}, event {one.sequence})"
