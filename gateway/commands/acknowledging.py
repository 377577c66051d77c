"""`dockmatch acknowledge`: the answer to an interchange, as the standard writes it."""

import datetime as dt
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import click

from mappers.canonical import Source
from mappers.rules import map_document
from mappers.x12.tables import TABLES
from parsers.detect import HEAD_BYTES, detect
from parsers.form import ParseError
from parsers.x12.acknowledge import Judged
from parsers.x12.acknowledge import acknowledge as answers_to
from parsers.x12.read import documents

_ANSWERED = frozenset({*TABLES, "820", "824", "864"})
"""Kinds of documents that we take in, whether they become records or not."""


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--control", default=1, show_default=True, help="The first control number to use.")
@click.option("--implementation", is_flag=True, help="Answer with a 999 instead of a 997.")
@click.option("--json", "_as_json", is_flag=True, help="Accepted for symmetry: the answer is X12.")
def acknowledge(file: Path, control: int, *, implementation: bool, _as_json: bool) -> None:
    """Print the acknowledgment of an X12 interchange: TA1 where due, and a 997 for each group.

    Exit status 1 when FILE holds a document with an error, or cannot be read.
    """
    failed = False
    now = dt.datetime.now(tz=dt.UTC)
    with file.open("rb") as source:
        _refuse_others(source)
        try:
            judged = list(_judged(source, now.year))
        except ParseError as fault:
            click.echo(f"Not acknowledged: {fault}", err=True)
            sys.exit(1)
    for one in judged:
        failed |= any(problem.is_error for problem in one.problems)
    answers = answers_to(judged, control=control, now=now, implementation=implementation)
    for answer in answers:
        click.echo(answer, nl=False)
    sys.exit(int(failed))


def _refuse_others(source: BinaryIO) -> None:
    syntax = detect(source.read(HEAD_BYTES))
    source.seek(0)
    if syntax != "x12":
        message = f"this is no X12 interchange, but {syntax or 'nothing we know'}"
        raise click.UsageError(message)


def _judged(source: BinaryIO, year: int) -> Iterator[Judged]:
    for document in documents(source):
        table, problems = TABLES.get(document.kind), document.problems
        if table is not None:
            problems = map_document(table, document, Source(), year).record.problems
        if document.kind not in {"TA1", "interchange"}:
            yield Judged(document, problems, supported=document.kind in _ANSWERED)
