"""`dockmatch acknowledge`: the answer to an interchange, as its standard writes it."""

import datetime as dt
import sys
from itertools import count, islice
from pathlib import Path
from typing import BinaryIO

import click
from msgspec import structs

from gateway.acknowledging import syntax
from gateway.acknowledging.facts import Watched
from gateway.formats import Arrival, read_arrived
from gateway.partners import FOLDER, profile_of
from mappers.agreements import Acknowledgments
from mappers.partners import PartnerError
from parsers.detect import HEAD_BYTES, detect
from parsers.form import ParseError

_ANSWERED = {"x12", "edifact"}


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--control", default=1, show_default=True, help="The first control number to use.")
@click.option("--implementation", is_flag=True, help="Answer with a 999 instead of a 997.")
@click.option("--partner", metavar="NAME", help="Answer as partners/NAME.toml has it.")
@click.option(
    "--json", "_as_json", is_flag=True, help="Accepted for symmetry: it is an interchange."
)
def acknowledge(
    file: Path, control: int, partner: str | None, *, implementation: bool, _as_json: bool
) -> None:
    """Print the acknowledgment of an interchange: TA1 and 997 of X12, CONTRL of EDIFACT.

    Exit status 1 when FILE holds a document with an error, or cannot be read. Nothing is stored.
    """
    agreed = _agreed(partner)
    if implementation:
        agreed = structs.replace(agreed, form="999")
    now = dt.datetime.now(tz=dt.UTC)
    collected = Watched()
    arrival = Arrival(
        name=file.name,
        sha256="",
        year=now.year,
        partner=partner,
        watch=collected.take,
    )
    with file.open("rb") as source:
        _refuse_others(source)
        try:
            incomplete = [mapped.record.incomplete for mapped in read_arrived(source, arrival)]
        except ParseError as fault:
            click.echo(f"Not acknowledged: {fault}", err=True)
            sys.exit(1)
    interchanges, groups = count(control), count(control)
    for received in collected.interchanges:
        one = syntax.draft(received, agreed)
        if one is not None:
            taken = tuple(islice(groups, one.groups))
            click.echo(syntax.spelled(one, next(interchanges), taken, now), nl=False)
    sys.exit(int(any(incomplete)))


def _agreed(partner: str | None) -> Acknowledgments:
    try:
        profile = profile_of(partner)
    except PartnerError as fault:
        raise click.BadParameter(str(fault)) from fault
    if partner is not None and profile is None:
        message = f"there is no {FOLDER / partner}.toml"
        raise click.BadParameter(message)
    return profile.acknowledgments if profile else Acknowledgments()


def _refuse_others(source: BinaryIO) -> None:
    found = detect(source.read(HEAD_BYTES))
    source.seek(0)
    if found not in _ANSWERED:
        message = f"this is no X12 or EDIFACT interchange, but {found or 'nothing we know'}"
        raise click.UsageError(message)
