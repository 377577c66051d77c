"""`dockmatch read` and `check`: what documents say, without storing anything."""

import datetime as dt
import hashlib
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import accumulate, chain, islice
from pathlib import Path
from typing import BinaryIO, cast

import click
import msgspec
from msgspec import Struct
from msgspec.structs import replace

from gateway.commands.progress import progress
from gateway.formats import read_documents
from gateway.layouts import layouts_of
from gateway.naming import named, place_in_words
from gateway.partners import BY_SENDER, FOLDER, agreed_with
from mappers.canonical import Source
from mappers.partners import PartnerError
from mappers.preflight import Foresight, at_their_places
from mappers.rules import Mapped
from parsers.form import ParseError, Problem

CHUNK_BYTES = 1 << 20
KEPT = 1000
"""How many documents `check` keeps until it knows all orders."""
_ENCODER = msgspec.json.Encoder(decimal_format="string")


class Unreadable(Struct, frozen=True, kw_only=True, tag_field="kind", tag="unreadable"):
    """What is printed for a file that cannot be read as a whole."""

    source: Source
    problems: tuple[Problem, ...]


Outcome = Mapped | Unreadable
FILES = click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, allow_dash=True, path_type=Path),
)


def _known(_context: click.Context, _option: click.Parameter, name: str | None) -> str | None:
    """Refuse a partner who has no file, or a faulty one; `auto` is each sender's own."""
    if name == "auto":
        return BY_SENDER
    try:
        if name is not None and agreed_with(name) is None and not layouts_of(name):
            message = f"there is no {FOLDER / name}.toml"
            raise click.BadParameter(message)
    except PartnerError as fault:
        raise click.BadParameter(str(fault)) from fault
    return name


PARTNER = click.option(
    "--partner",
    metavar="NAME",
    callback=_known,
    help="Read as partners/NAME.toml says; auto: as the profile of each sender does.",
)


@click.command()
@FILES
@click.option("--json", "_as_json", is_flag=True, help="Accepted for symmetry: it is always JSON.")
@click.option("--trace", "with_trace", is_flag=True, help="Say where each value stood.")
@PARTNER
def read(files: tuple[Path, ...], partner: str | None, *, _as_json: bool, with_trace: bool) -> None:
    """Read documents and print one canonical record a line, in document order.

    FILES are files, directories (walked) or - for standard input. Nothing is stored.
    Exit status 1 when a document has an error.
    """
    out, failed = sys.stdout.buffer, False
    for _, outcome in outcomes(files, partner):
        out.write(_line(outcome, with_trace=with_trace))
        failed |= _has_error(outcome)
    out.flush()
    sys.exit(int(failed))


@click.command()
@FILES
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a document.")
@PARTNER
def check(files: tuple[Path, ...], partner: str | None, *, as_json: bool) -> None:
    """Say what is wrong with documents, where, and how to mend it, as intake would.

    What partners will reject is told besides; orders among the FILES are held against invoices,
    ship notices, receipts and confirmations. FILES are files, directories (walked) or - for
    standard input. Nothing is stored. Exit status 1 when a document has an error.
    """
    tell = _tell_machine if as_json else _tell_person
    failed, file = False, ""
    for name, outcome in _with_foreseen(files, partner):
        if name != file and not as_json:
            click.echo(click.style(name, bold=True))
        file = name
        tell(outcome)
        failed |= _has_error(outcome)
    sys.exit(int(failed))


def outcomes(paths: tuple[Path, ...], partner: str | None) -> Iterator[tuple[str, Outcome]]:
    """Yield (file, record or unreadable) for every document of `paths`, in order."""
    files = list(files_in(paths))
    year = dt.datetime.now(tz=dt.UTC).year
    sizes = [_size(path) for path in files]
    with progress(sum(sizes)) as advance:
        for path, before in zip(files, accumulate(sizes, initial=0), strict=False):
            for outcome, done in _read_file(path, year, partner):
                yield str(path), outcome
                advance(before + done)


def files_in(paths: tuple[Path, ...]) -> Iterator[Path]:
    """Yield the files of `paths`, directories walked; what begins with a dot is left out."""
    for path in paths:
        if path.is_dir():
            found = (one for one in sorted(path.rglob("*")) if one.is_file())
            yield from (one for one in found if not one.name.startswith("."))
        else:
            yield path


def _size(path: Path) -> int:
    return 0 if str(path) == "-" else path.stat().st_size


def _read_file(path: Path, year: int, partner: str | None) -> Iterator[tuple[Outcome, int]]:
    with opened(path) as source:
        sha256 = digest_of(source)
        try:
            for mapped in read_documents(
                source, name=path.name, sha256=sha256, year=year, partner=partner
            ):
                yield mapped, source.tell()
        except ParseError as fault:
            told = Source(file=path.name, sha256=sha256)
            yield Unreadable(source=told, problems=(fault.problem,)), source.tell()


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file, or standard input as one that can be read twice."""
    if str(path) != "-":
        with path.open("rb") as file:
            yield file
        return
    with tempfile.SpooledTemporaryFile(max_size=16 * CHUNK_BYTES) as copy:
        while chunk := sys.stdin.buffer.read(CHUNK_BYTES):
            copy.write(chunk)
        copy.seek(0)
        yield cast("BinaryIO", copy)


def digest_of(source: BinaryIO) -> str:
    """Return the SHA-256 of a file, which is then at its start again."""
    digest = hashlib.sha256()
    while chunk := source.read(CHUNK_BYTES):
        digest.update(chunk)
    source.seek(0)
    return digest.hexdigest()


def _line(outcome: Outcome, *, with_trace: bool) -> bytes:
    if isinstance(outcome, Unreadable):
        return _ENCODER.encode(outcome) + b"\n"
    line = _ENCODER.encode(outcome.record)
    if with_trace:
        trace = named(outcome.record.source.format, outcome.trace())
        line = line[:-1] + b',"trace":' + _ENCODER.encode(trace) + b"}"
    return line + b"\n"


def _problems(outcome: Outcome) -> tuple[Problem, ...]:
    return outcome.problems if isinstance(outcome, Unreadable) else outcome.record.problems


def _has_error(outcome: Outcome) -> bool:
    return any(problem.is_error for problem in _problems(outcome))


def _with_foreseen(files: tuple[Path, ...], partner: str | None) -> Iterator[tuple[str, Outcome]]:
    """Yield what is read with what partners will reject in it, at its place in the document.

    Orders may come behind their invoices. A few documents are kept until all have been read; files
    of many are read twice instead.
    """
    stream = outcomes(files, partner)
    few = list(islice(stream, KEPT))
    rest = stream if len(few) == KEPT else iter(())
    if Path("-") in files:
        few, rest = [*few, *rest], iter(())
    foresight = Foresight(
        outcome.record for _, outcome in chain(few, rest) if isinstance(outcome, Mapped)
    )
    is_kept = len(few) != KEPT or Path("-") in files
    for name, outcome in few if is_kept else outcomes(files, partner):
        yield name, _foretold(outcome, foresight)


def _foretold(outcome: Outcome, foresight: Foresight) -> Outcome:
    problems = () if isinstance(outcome, Unreadable) else foresight.findings(outcome.record)
    if isinstance(outcome, Unreadable) or not problems:
        return outcome
    placed = at_their_places(problems, outcome.trace())
    record = replace(outcome.record, problems=(*outcome.record.problems, *placed))
    return Mapped(record, outcome.trace)


def _tell_machine(outcome: Outcome) -> None:
    about = outcome if isinstance(outcome, Unreadable) else outcome.record
    told = {"document": _name(outcome), "source": about.source, "problems": about.problems}
    click.echo(_ENCODER.encode(told))


def _tell_person(outcome: Outcome) -> None:
    problems = _problems(outcome)
    told = "fine" if not problems else f"{len(problems)} to look at"
    click.echo(f"  {_name(outcome)}: {told}")
    for number, problem in enumerate(problems, 1):
        colour = "red" if problem.is_error else "yellow"
        severity = click.style(problem.severity, fg=colour)
        click.echo(f"    {number}. {severity} {place_in_words(problem.at)} [{problem.code}]")
        click.echo(f"       {problem.message}. {problem.remedy}".rstrip())


def _name(outcome: Outcome) -> str:
    if isinstance(outcome, Unreadable):
        return "unreadable"
    record = outcome.record
    kind = str(record.__struct_config__.tag).replace("_", " ")
    number = getattr(record, "number", None)
    return " ".join(filter(None, (record.source.type, kind, number)))
