"""`dockmatch write`: a canonical record as a document for a partner."""

import datetime as dt
import sys
from pathlib import Path
from uuid import uuid4

import click
import msgspec

from gateway.writing import formats, write_document
from mappers.canonical import AnyRecord
from mappers.writing import Outgoing, UnwritableError

_NO_DOCUMENT = 1


@click.command()
@click.argument(
    "record", default="-", type=click.Path(exists=True, allow_dash=True, path_type=Path)
)
@click.option("--to", required=True, type=click.Choice(formats()), help="The format to write.")
@click.option("--sender", multiple=True, metavar="SCHEME=ID", help="Who sends it, if not told.")
@click.option("--receiver", multiple=True, metavar="SCHEME=ID", help="Who gets it, if not told.")
@click.option("--identifier", help="Its identifier; made up where not given.")
@click.option("--test", "is_test", is_flag=True, help="Mark it as a test.")
def write(  # noqa: PLR0913 - its options
    record: Path,
    to: str,
    sender: tuple[str, ...],
    receiver: tuple[str, ...],
    identifier: str | None,
    *,
    is_test: bool,
) -> None:
    """Write a canonical record as a document of a format.

    RECORD is a file with one record as JSON, or - for standard input. Exit status 1 when the record
    does not say what the format cannot do without.
    """
    now = dt.datetime.now(tz=dt.UTC)
    outgoing = Outgoing(
        identifier=identifier or f"{now:%Y%m%d.%H%M%S}.{uuid4().hex}@dockmatch",
        sent_at=now,
        test=is_test,
        sender=_ids(sender),
        receiver=_ids(receiver),
    )
    try:
        sys.stdout.buffer.write(write_document(_record(record), to, outgoing))
    except UnwritableError as fault:
        click.echo(f"Not written: {fault}", err=True)
        sys.exit(_NO_DOCUMENT)


def _record(path: Path) -> AnyRecord:
    data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    try:
        record: AnyRecord = msgspec.json.decode(data, type=AnyRecord)
    except msgspec.DecodeError as fault:
        message = f"this is no canonical record: {fault}"
        raise click.UsageError(message) from fault
    return record


def _ids(given: tuple[str, ...]) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    if not all(sign and value for _, sign, value in pairs):
        message = "an identifier is given as SCHEME=ID, for example duns=123456789"
        raise click.UsageError(message)
    return {scheme: value for scheme, _, value in pairs}
