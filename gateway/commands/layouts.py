"""`dockmatch layouts`: how suppliers lay out their invoices, learned from confirmed ones."""

import datetime as dt
import os
import re
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec
from msgspec import Struct

from gateway import layouts as files
from gateway.teaching import By, teach
from mappers.canonical import Invoice, Traced
from mappers.partners import PartnerError
from mappers.pdf.learned import Anchor, Learned
from parsers.form import Page, ParseError
from parsers.pdf.read import claims, read

_LEARN_EXAMPLES = """\b
Examples:
  dockmatch read --trace invoice.pdf > record.json    # correct what is wrong in record.json
  dockmatch layouts learn invoice.pdf --record record.json --partner bellweather
  dockmatch read --partner bellweather next.pdf
"""


class _Pointed(Struct, frozen=True):
    trace: dict[str, Traced] = {}


@click.group()
def layouts() -> None:
    """Look after the layouts learned of suppliers: `layouts/NAME.toml`."""


@layouts.command(epilog=_LEARN_EXAMPLES)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--record",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The invoice as it should have been read: what `read` prints, corrected.",
)
@click.option("--partner", metavar="NAME", help="Whose layout it is; without, the seller's name.")
@click.option("--by", metavar="WHO", help="Who confirmed the values.")
def learn(file: Path, record: Path, partner: str | None, by: str | None) -> None:
    """Learn a supplier's layout from FILE, a PDF or scan, and the record that is right for it."""
    invoice, pointed = _confirmed(record)
    name = partner or _slug(invoice)
    who = by or os.environ.get("USER") or "command line"
    today = dt.datetime.now(tz=dt.UTC).date()
    try:
        taught = teach(name, _pages(file), invoice, pointed, By(who, today, file.name))
    except PartnerError as fault:
        raise click.UsageError(str(fault)) from fault
    click.echo(f"{files.file_of(name)}: {taught.name}, version {taught.version}")
    for line in _told(taught):
        click.echo(f"  {line}")


@layouts.command("list")
def list_() -> None:
    """List the suppliers whose layouts are known."""
    for supplier in files.suppliers():
        for one in _known(supplier):
            click.echo(
                f"{supplier}  {one.name}  version {one.version}  {len(one.anchors)} values"
                f"  {one.on} by {one.by} from {one.document}"
            )


@layouts.command()
@click.argument("supplier")
def show(supplier: str) -> None:
    """Print where the values of a supplier's invoices stand."""
    for one in _known(supplier):
        click.echo(f"{one.name}, version {one.version}: {one.seller.name or 'no seller named'}")
        for line in _told(one):
            click.echo(f"  {line}")


@layouts.command()
@click.argument("supplier")
@click.option("--layout", metavar="NAME", help="Only this one of its layouts.")
def forget(supplier: str, layout: str | None) -> None:
    """Forget the layouts of a supplier; the file is kept in layouts/earlier."""
    known = _known(supplier)
    left = [one for one in known if layout is not None and one.name != layout]
    if len(left) == len(known):
        message = f"there is no layout {layout!r} of {supplier}"
        raise click.BadParameter(message)
    files.keep(supplier, left)
    click.echo(f"forgotten: {', '.join(one.name for one in known if one not in left)}")


def _confirmed(path: Path) -> tuple[Invoice, dict[str, Traced]]:
    """Return the record of a file and where its trace says that values stand."""
    text = path.read_bytes()
    try:
        invoice = msgspec.json.decode(text, type=Invoice)
        return invoice, msgspec.json.decode(text, type=_Pointed).trace
    except (msgspec.ValidationError, msgspec.DecodeError) as fault:
        message = f"{path} is no record of an invoice: {fault}"
        raise click.BadParameter(message, param_hint="--record") from fault


def _slug(invoice: Invoice) -> str:
    name = invoice.supplier.name if invoice.supplier else None
    slug = re.sub(r"[^a-z0-9]+", "-", (name or "").casefold()).strip("-")
    if not slug:
        message = "the record names no seller: say whose layout it is with --partner"
        raise click.UsageError(message)
    return slug


def _pages(file: Path) -> tuple[Page, ...]:
    data = file.read_bytes()
    if not claims(data):
        message = f"{file} is neither a PDF nor a scan"
        raise click.BadParameter(message)
    try:
        return tuple(read(data).pages)
    except ParseError as fault:
        raise click.BadParameter(str(fault)) from fault


def _known(supplier: str) -> tuple[Learned, ...]:
    try:
        found = files.layouts_of(supplier)
    except PartnerError as fault:
        raise click.UsageError(str(fault)) from fault
    if not found:
        message = f"nothing was learned of {supplier}"
        raise click.BadParameter(message)
    return found


def _told(learned: Learned) -> Iterator[str]:
    for anchor in learned.anchors:
        yield f"{anchor.field}: {_place(anchor)}"
    formats = {"dates": learned.dates, "decimal sign": learned.decimal}
    yield from (f"{name}: {value}" for name, value in formats.items() if value)


def _place(anchor: Anchor) -> str:
    beside = " or ".join(f"{tag.value} {tag.words!r}" for tag in anchor.tags)
    place = f"page {anchor.page} at {anchor.box[0]:.0f}, {anchor.box[1]:.0f}"
    return f"{beside}; {place}" if beside else place
