"""`dockmatch write`: canonical records as documents for a partner."""

import datetime as dt
import sys
from pathlib import Path
from uuid import uuid4

import click
import msgspec

from gateway.partners import profile_of
from gateway.writing import formats, write_records
from mappers.canonical import AnyRecord
from mappers.partners import PartnerError
from mappers.writing import Outgoing, UnwritableError
from parsers.form import Problem

_NO_DOCUMENT = 1
_CONTROL_LIMIT = 999_999_999
_EXAMPLES = """\b
Examples:
  dockmatch write --to x12-850 --sender 12=3305550164 --receiver duns=079482615 order.json
  dockmatch read orders.edi | dockmatch write --to x12-850 --partner tamarack > orders.x12
  dockmatch write --to edifact-invoic --version D.01B/EAN010 --control 4711 invoices.jsonl
"""


def _known(_context: click.Context, _option: click.Parameter, name: str | None) -> str | None:
    """Refuse a partner who has no file, or a faulty one."""
    try:
        if name is not None and profile_of(name) is None:
            message = f"there is no partners/{name}.toml"
            raise click.BadParameter(message)
    except PartnerError as fault:
        raise click.BadParameter(str(fault)) from fault
    return name


def _ids(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    if not all(sign and scheme and value for scheme, sign, value in pairs):
        message = "an identifier is given as SCHEME=ID, for example duns=123456789"
        raise click.UsageError(message)
    return {scheme: value for scheme, _, value in pairs}


@click.command(epilog=_EXAMPLES)
@click.argument(
    "record", default="-", type=click.Path(exists=True, allow_dash=True, path_type=Path)
)
@click.option("--to", required=True, type=click.Choice(formats()), help="The format to write.")
@click.option(
    "--partner",
    metavar="NAME",
    callback=_known,
    help="Write by partners/NAME.toml: identifiers, versions, delimiters and rows.",
)
@click.option(
    "--sender", multiple=True, metavar="SCHEME=ID", callback=_ids, help="Who sends it, if not told."
)
@click.option(
    "--receiver",
    multiple=True,
    metavar="SCHEME=ID",
    callback=_ids,
    help="Who gets it, if not told.",
)
@click.option("--identifier", help="Its identifier (XML); made up where not given.")
@click.option(
    "--control",
    type=click.IntRange(1, _CONTROL_LIMIT),
    default=1,
    show_default=True,
    help="The control number of the interchange (X12, EDIFACT).",
)
@click.option("--version", help="The version of the documents: 005010, D.01B/EAN010.")
@click.option("--test", "is_test", is_flag=True, help="Mark it as a test.")
@click.option("--json", "as_json", is_flag=True, help="Tell problems as JSON, one a line.")
def write(  # noqa: PLR0913, PLR0917 - its options
    record: Path,
    to: str,
    partner: str | None,
    sender: dict[str, str],
    receiver: dict[str, str],
    identifier: str | None,
    control: int,
    version: str | None,
    *,
    is_test: bool,
    as_json: bool,
) -> None:
    """Write canonical records as a document of a format, on standard output.

    RECORD is a file with a record as JSON or several, one a line, or - for standard input. Several
    records become one interchange of X12 or EDIFACT; other formats hold one document. What a record
    says that the format has no place for is told on standard error.

    Exit status 1, and nothing written, when a record does not say what the format cannot do
    without, or a figure of it would read otherwise.
    """
    now = dt.datetime.now(tz=dt.UTC)
    outgoing = Outgoing(
        identifier=identifier or f"{now:%Y%m%d.%H%M%S}.{uuid4().hex}@dockmatch",
        sent_at=now,
        test=is_test,
        sender=sender,
        receiver=receiver,
        control=control,
        version=version,
    )
    try:
        data, problems = write_records(_records(record), to, outgoing, partner)
    except UnwritableError as fault:
        click.echo(f"Not written: {fault}", err=True)
        _tell(fault.problems, as_json=as_json)
        sys.exit(_NO_DOCUMENT)
    _tell(problems, as_json=as_json)
    sys.stdout.buffer.write(data)


def _tell(problems: tuple[Problem, ...], *, as_json: bool) -> None:
    for problem in problems:
        if as_json:
            click.echo(msgspec.json.encode(problem).decode(), err=True)
            continue
        colour = "red" if problem.is_error else "yellow"
        kind = click.style(problem.severity, fg=colour)
        click.echo(f"  {kind} {problem.at} [{problem.code}]", err=True)
        click.echo(f"    {problem.message}. {problem.remedy}".rstrip(), err=True)


def _records(path: Path) -> tuple[AnyRecord, ...]:
    """Return the records of a file: one, a list of them, or one a line."""
    data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    try:
        if data.lstrip()[:1] == b"[":
            return msgspec.json.decode(data, type=tuple[AnyRecord, ...])
        return tuple(msgspec.json.Decoder(AnyRecord).decode_lines(_on_lines(data)))
    except msgspec.DecodeError as fault:
        message = f"this is no canonical record: {fault}"
        raise click.UsageError(message) from fault


def _on_lines(data: bytes) -> bytes:
    """Return records one a line, where a single one runs over several."""
    first, _, rest = data.strip().partition(b"\n")
    return data if first.endswith(b"}") or not rest else msgspec.json.format(data, indent=-1)
