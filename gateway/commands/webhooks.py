"""`dockmatch webhooks`: the receivers of events, what they get again, and trying one out."""

import asyncio
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import msgspec
from sqlalchemy import Connection

from gateway.clock import moment_of, stamp, system_clock
from gateway.commands.opening import config_option, configured, json_option, opened, told
from gateway.config import Config, ConfigError
from gateway.delivering.choice import vault_of
from gateway.events import versions
from gateway.events.data import EndpointNews
from gateway.outbound import Outbound, networks, target
from gateway.store import deliveries, endpoints, events, resending
from gateway.store.endpoints import Endpoint
from gateway.store.events import NewEvent
from gateway.store.resending import Chosen, Window
from gateway.trial.posts import checks
from gateway.trial.trying import Row, tried
from gateway.webhooks import key_of, new_secret

_FINDINGS = 1
_RESENT_MAX = 100_000
_INSIDE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "::1", "fc00::/7")
_HOURS_MAX = 168
_receiver = click.argument("url", metavar="URL")


@click.group()
@config_option
@click.pass_context
def webhooks(context: click.Context, path: Path | None) -> None:
    """See the receivers of events, try them out, send again, pause, and change secrets.

    A receiver is named by its URL or its number in the list.
    """
    with told():
        context.obj = configured(path)


@webhooks.command(name="list")
@json_option
@click.pass_obj
def list_receivers(config: Config, *, as_json: bool) -> None:
    """List the receivers with what they got, what waits, and what was given up."""
    with told(), opened(config) as store, store.read() as connection:
        known, counts = endpoints.endpoints(connection), deliveries.counts(connection)
    for one in known:
        counted = {state: counts.get(one.id, {}).get(state, 0) for state in _STATES}
        rotating = one.secret_until if one.secret_until and one.secret_until > _now() else None
        about = {"id": one.id, "url": one.url, "state": _words(one), "note": one.note}
        about |= {"types": one.types, "version": one.version, "both_sign_until": rotating}
        about |= counted
        click.echo(msgspec.json.encode(about) if as_json else _line(about))


_STATES = ("delivered", "waiting", "dead")


def _words(one: Endpoint) -> str:
    return "paused by hand" if one.state == "held" else one.state


def _line(about: dict[str, object]) -> str:
    counted = "  ".join(f"{state} {about[state]}" for state in _STATES)
    until = about["both_sign_until"]
    more = [str(about["note"] or ""), f"two secrets until {until}" if until else ""]
    return "  ".join(
        filter(None, [f"{about['id']}  {about['url']}  {about['state']}", counted, *more])
    )


@webhooks.command()
@_receiver
@click.option("--reason", default="paused by hand", show_default=True, help="Shown and announced.")
@click.pass_obj
def pause(config: Config, url: str, reason: str) -> None:
    """Send a receiver nothing until it is resumed; its events go on queueing."""
    with _changing(config, url) as (connection, to):
        resending.hold(connection, to, reason)
        if to.state == "active":
            _tell(connection, to, "endpoint.paused", reason)
    click.echo(f"{to.url} is paused; its events wait")


@webhooks.command()
@_receiver
@click.pass_obj
def resume(config: Config, url: str) -> None:
    """Send to a receiver again, oldest events first."""
    with _changing(config, url) as (connection, to):
        resending.release(connection, to, _now())
        if to.state != "active":
            _tell(connection, to, "endpoint.resumed", None)
    click.echo(f"{to.url} is sent to")


@webhooks.command()
@_receiver
@click.option(
    "--hours",
    type=click.IntRange(0, _HOURS_MAX),
    default=24,
    show_default=True,
    help="How long the secret before goes on signing.",
)
@click.pass_obj
def rotate(config: Config, url: str, hours: int) -> None:
    """Give a receiver a new signing secret, and print it; both sign for a while.

    Put it into the configuration before the next change of the secret.
    """
    secret = new_secret()
    until = system_clock() + timedelta(hours=hours)
    with _changing(config, url) as (connection, to):
        if not to.secret:
            message = f"{to.url} gets files, which nothing signs"
            raise ConfigError(message)
        endpoints.rotate(connection, to.url, vault_of(config).seal(secret), stamp(until))
    click.echo(secret)
    click.echo(f"the secret before signs too until {until:%Y-%m-%d %H:%M} UTC", err=True)


@webhooks.command()
@_receiver
@click.argument("day", required=False)
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.pass_obj
def version(config: Config, url: str, day: str | None, *, dry_run: bool) -> None:
    """Say which version of the events a receiver gets, or give it that of a DAY.

    Without a DAY, what newer versions add is told.
    """
    with _changing(config, url) as (connection, to):
        try:
            new = versions.checked(day) if day else versions.NEWEST
        except ValueError as error:
            raise ConfigError(str(error)) from error
        if day and not dry_run:
            endpoints.pin(connection, to, new)
    click.echo(f"{to.url} gets version {to.version if dry_run or not day else new}")
    for sign, before, after in (("+", to.version, new), ("-", new, to.version)):
        for kind, fields in versions.changes(before, after).items():
            if not to.types or kind in to.types:
                click.echo(f"  {kind}: {' '.join(sign + field for field in fields)}")


@webhooks.command()
@_receiver
@click.option("--event", "name", metavar="ID", help="One event.")
@click.option("--from", "first", type=int, metavar="SEQUENCE", help="From here in the log.")
@click.option("--to", "last", type=int, metavar="SEQUENCE", help="To here, included.")
@click.option("--since", metavar="TIME", help="From then on: 2026-11-20, or with T08:30; UTC.")
@click.option("--until", metavar="TIME", help="Before then.")
@click.option(
    "--rate", type=click.FloatRange(0.1, 1000), default=10, show_default=True, help="A second."
)
@click.option("--dry-run", is_flag=True, help="Say what would go, and send nothing.")
@click.pass_obj
def replay(  # noqa: PLR0913, PLR0917 - its options
    config: Config,
    url: str,
    name: str | None,
    first: int | None,
    last: int | None,
    since: str | None,
    until: str | None,
    rate: float,
    *,
    dry_run: bool,
) -> None:
    """Send events again under the ids that they had, also to a receiver that is new.

    Exit status 1 where there is nothing to send.
    """
    window = Window(id=name, first=first, last=last, since=_time(since), until=_time(until))
    if window == Window():
        message = "say which: --event, --from, --to, --since or --until"
        raise click.UsageError(message)
    pause = timedelta(seconds=1 / rate)
    with _changing(config, url) as (connection, to):
        found = resending.chosen(connection, to, window, _RESENT_MAX)
        if not dry_run:
            resending.resend(connection, to, found, system_clock(), pause)
    _say(found, pause, dry_run=dry_run)
    sys.exit(0 if found else _FINDINGS)


def _say(found: list[Chosen], pause: timedelta, *, dry_run: bool) -> None:
    for kind, number in sorted(Counter(one.type for one in found).items()):
        click.echo(f"{number:>8}  {kind}")
    what = "would go again" if dry_run else "go again"
    click.echo(f"{len(found)} {what}, the last one in {pause * max(len(found) - 1, 0)}")
    if found:
        first, last = found[0], found[-1]
        click.echo(f"from {first.sequence} ({first.at}) to {last.sequence} ({last.at})")
    if len(found) == _RESENT_MAX:
        click.echo(f"that is the most at a time; go on with --from {found[-1].sequence + 1}")


@webhooks.command()
@_receiver
@click.option(
    "--secret-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Holds the whsec_... secret; without it, the configuration does.",
)
@click.option(
    "--slow", type=float, default=15, show_default=True, help="Seconds that an answer may take."
)
@json_option
@click.pass_obj
def test(config: Config, url: str, secret_file: Path | None, slow: float, *, as_json: bool) -> None:
    """Post to a receiver what it will meet one day, and tell what it handles wrongly.

    Every kind of event, repeats, later ones first, wrong, stale and missing signatures, a secret
    being changed, an unknown type, a big body, broken connections. Use it on a test system: the
    samples are taken for real ones. Exit status 1 where anything is wrong.
    """
    with told():
        address, secret = _where(url), _secret(config, url, secret_file)
    rows = asyncio.run(_trial(config, address, secret, slow))
    for row in rows:
        click.echo(msgspec.json.encode(row) if as_json else _row(row))
    wrong = sum(len(row.wrong) for row in rows)
    if not as_json:
        click.echo(f"{wrong} wrong" if wrong else "ready")
    sys.exit(_FINDINGS if wrong else 0)


async def _trial(config: Config, url: str, secret: str, slow: float) -> list[Row]:
    allowed = networks((*_INSIDE, *config.outbound.allow))
    outbound = Outbound(allowed, timeout_seconds=slow + 1)
    try:
        return await tried(outbound, target(url), checks(secret, system_clock()), slow)
    finally:
        await outbound.close()


def _row(row: Row) -> str:
    outcome = f"{len(row.wrong)} wrong: {row.wrong[0]}" if row.wrong else "fine"
    return f"{row.check:<34} {row.sent:>4}  {outcome}"


def _where(url: str) -> str:
    try:
        return str(target(url))
    except ValueError as error:
        raise ConfigError(str(error)) from error


def _secret(config: Config, url: str, file: Path | None) -> str:
    """Return the signing secret of a receiver; raises ConfigError where nobody says it."""
    configured_ones = {one.url: one.secret for one in config.endpoints}
    secret = file.read_text(encoding="ascii").strip() if file else configured_ones.get(url)
    if secret is None:
        message = f"{url} is not in the configuration; give its secret by --secret-file"
        raise ConfigError(message)
    try:
        key_of(secret)
    except ValueError as error:
        raise ConfigError(str(error)) from error
    return secret


@contextmanager
def _changing(config: Config, url: str) -> Iterator[tuple[Connection, Endpoint]]:
    """Hold one transaction on a receiver; ends with exit status 2 where there is none."""
    with told(), opened(config) as store, store.write() as connection:
        to = endpoints.known(connection, url)
        if to is None:
            message = f"there is no receiver {url}; dockmatch webhooks list has them"
            raise ConfigError(message)
        yield connection, to


def _tell(connection: Connection, to: Endpoint, kind: str, note: str | None) -> None:
    data = msgspec.json.encode(EndpointNews(endpoint=to.id, url=to.url, note=note))
    subject = endpoints.subject_of(to.id)
    news = NewEvent(type=kind, subject=subject, data=data, actor="command line")
    events.announce(connection, [news], _now())


def _time(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        moment = moment_of(text)
    except ValueError as error:
        message = f"{text!r} is no time such as 2026-11-20 or 2026-11-20T08:30"
        raise click.UsageError(message) from error
    return stamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _now() -> str:
    return stamp(datetime.now(UTC))
