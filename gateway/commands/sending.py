"""`dockmatch send`: an interchange goes out, with control numbers and a watch for its answer."""

import datetime as dt
import sys
from pathlib import Path

import click
import msgspec

from gateway.clock import system_clock
from gateway.config import Config, ConfigError, load
from gateway.flows.outbox import Outbox
from gateway.flows.sending import Sending, SentFile, UnsendableError
from gateway.store.engine import Store
from gateway.store.migrate import NewerSchemaError, upgrade
from gateway.writing import INTERCHANGES, write_records
from mappers.canonical import AnyRecord
from mappers.writing import Outgoing, UnwritableError

_EXAMPLES = """\b
Examples:
  dockmatch send --partner tamarack order.x12
  dockmatch send --partner tamarack --to x12-850 order.json
  dockmatch send --resend 17
"""


@click.command(epilog=_EXAMPLES)
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--partner", metavar="NAME", help="Whose folder it goes to.")
@click.option("--to", type=click.Choice(INTERCHANGES), help="FILE holds records: write them so.")
@click.option("--resend", type=int, metavar="NUMBER", help="Send again what was sent as NUMBER.")
@click.option(
    "--config",
    "config_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The configuration file; without it, dockmatch.toml where there is one.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def send(  # noqa: PLR0913 - its options
    file: Path | None,
    partner: str | None,
    to: str | None,
    resend: int | None,
    config_file: Path | None,
    *,
    as_json: bool,
) -> None:
    """Put an interchange into a partner's folder, and wait for its acknowledgment.

    FILE is a written interchange of X12 or EDIFACT, or, with --to, records as JSON. It gets the
    next control numbers of its sender and receiver. A gateway may run meanwhile.

    Exit status 1 when it cannot be sent.
    """
    if (file is None or partner is None) == (resend is None):
        message = "give FILE and --partner, or --resend and the number of what was sent"
        raise click.UsageError(message)
    try:
        sent = _sent(_config(config_file), file, partner or "", to, resend)
    except (UnsendableError, UnwritableError, NewerSchemaError) as fault:
        click.echo(f"Not sent: {fault}", err=True)
        for problem in getattr(fault, "problems", ()):
            click.echo(f"  {problem.at} [{problem.code}] {problem.message}", err=True)
        sys.exit(1)
    click.echo(msgspec.json.encode(sent).decode() if as_json else _told(sent))


def _config(path: Path | None) -> Config:
    standard = Path("dockmatch.toml")
    try:
        return load(path or (standard if standard.exists() else None))
    except ConfigError as fault:
        raise click.UsageError(str(fault)) from fault


def _sent(
    config: Config, file: Path | None, partner: str, to: str | None, resend: int | None
) -> SentFile:
    store = Store(config.database)
    try:
        upgrade(store, config.data / "backups")
        sending = Sending(store, system_clock)
        if file is None:
            sent = sending.resend(resend or 0)
        else:
            sent = sending.send(partner, _content(file, partner, to))
        Outbox(store, config.inbox, system_clock).write()
    finally:
        store.close()
    return sent


def _content(file: Path, partner: str, to: str | None) -> bytes:
    data = file.read_bytes()
    if to is None:
        return data
    try:
        records = msgspec.json.Decoder(AnyRecord).decode_lines(data)
    except msgspec.DecodeError as fault:
        message = f"{file} holds no canonical records: {fault}"
        raise click.UsageError(message) from fault
    now = dt.datetime.now(tz=dt.UTC)
    outgoing = Outgoing(identifier=file.name, sent_at=now)
    return write_records(tuple(records), to, outgoing, partner)[0]


def _told(sent: SentFile) -> str:
    due = f"{sent.due_at[:10]} {sent.due_at[11:16]} UTC" if sent.due_at else ""
    until = f"; its acknowledgment is due {due}" if due else ""
    return f"{sent.kind} no. {sent.outgoing} sent to {sent.partner} as {sent.file}{until}"
