"""`dockmatch partners preview`: real documents read by a changed profile, before it holds."""

import datetime as dt
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

import click
import msgspec

from gateway.approving import approve
from gateway.archive import Archive
from gateway.clock import moment_of, stamp
from gateway.commands.reading import files_in
from gateway.config import Config, ConfigError, load
from gateway.formats import Arrival
from gateway.partners import Agreed, agreed_in, agreed_with, path_of
from gateway.preview import NOBODY, Change, Compared, Opener, Tally, compared
from gateway.store.engine import AddressError, Store
from gateway.store.replaying import sent_last
from mappers.partners import PartnerError
from parsers.form import Problem

_DEFAULT = Path("dockmatch.toml")
_SHOWN_FIELDS = 12
_ENCODER = msgspec.json.Encoder(decimal_format="string")
_PREVIEW_EXAMPLES = """\b
Examples:
  dockmatch partners preview bellweather --with changed.toml --last 1000
  dockmatch partners preview bellweather --with changed.toml --last 1000 --approve "A. Clerk"
  dockmatch partners preview bellweather --with changed.toml --files inbox/bellweather/done
"""
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

_Replayed = tuple[Opener, Arrival]


@click.command(epilog=_PREVIEW_EXAMPLES)
@click.argument("name")
@click.option("--with", "changed", type=_FILE, metavar="FILE", help="The profile as it is to be.")
@click.option("--last", type=click.IntRange(0), metavar="N", help="How many files of the archive.")
@click.option(
    "--files",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Files or folders to read, instead of the archive or besides it.",
)
@click.option(
    "--config",
    "config_path",
    type=_FILE,
    help="The configuration; dockmatch.toml of this folder where there is one.",
)
@click.option("--approve", "approver", metavar="WHO", help="Put the change live, approved by WHO.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a document.")
def preview(  # noqa: PLR0913, PLR0917 - its options
    name: str,
    changed: Path | None,
    last: int | None,
    files: tuple[Path, ...],
    config_path: Path | None,
    approver: str | None,
    *,
    as_json: bool,
) -> None:
    """Read documents that a partner sent by a changed profile, and show what would be different.

    Without --with, the profile as it is is held against none at all: what does it do? The last 100
    files of the partner are taken from the archive where neither --last nor --files says otherwise.
    Nothing is stored. Exit status 1 when a document would have an error that it had not.

    With --approve the change becomes the profile if no document has a new error, and who approved
    it, when, and what the preview came to is kept beside it.
    """
    if approver and changed is None:
        message = "there is nothing to approve: name the changed profile by --with"
        raise click.UsageError(message)
    before, after = _agreed(name, changed)
    if last is None:
        last = 0 if files else 100
    tally = Tally()
    for opened, arrival in (*_from_files(files, name), *_from_archive(name, last, config_path)):
        tally.files += 1
        for one in compared(opened, arrival, before, after):
            tally.count(one)
            _tell(one, as_json=as_json)
    if not as_json:
        _tell_tally(tally)
    if approver and changed and not tally.worse:
        _approve(name, changed, approver, tally)
    sys.exit(int(tally.worse > 0))


def _approve(name: str, changed: Path, approver: str, tally: Tally) -> None:
    profile = path_of(name)
    if profile is None:
        message = f"{name!r} is no name of a partner"
        raise click.UsageError(message)
    at = stamp(dt.datetime.now(tz=dt.UTC))
    approval = approve(profile, changed, approver, at, tally)
    click.echo(f"{profile} is approved by {approval.by} and holds from now on.", err=True)


def _agreed(name: str, changed: Path | None) -> tuple[Agreed, Agreed]:
    """Return what is agreed now, and what is to be."""
    try:
        now = agreed_with(name)
        if changed is not None:
            return now or NOBODY, agreed_in(changed)
    except PartnerError as fault:
        raise click.UsageError(str(fault)) from fault
    if now is None:
        message = f"there is no {path_of(name) or name}; name a profile by --with"
        raise click.UsageError(message)
    return NOBODY, now


def _from_files(files: tuple[Path, ...], name: str) -> Iterator[_Replayed]:
    year = dt.datetime.now(tz=dt.UTC).year
    for path in files_in(files):
        yield partial(_bytes, path), Arrival(name=str(path), sha256="", year=year, partner=name)


def _bytes(path: Path) -> BinaryIO:
    return path.open("rb")


def _from_archive(name: str, last: int, config_path: Path | None) -> Iterator[_Replayed]:
    """Yield the last files of a partner, the oldest first."""
    if not last:
        return
    config = _config(config_path)
    archive = Archive(config.data / "archive")
    try:
        store = Store(config.database)
    except AddressError as fault:
        raise click.UsageError(str(fault)) from fault
    try:
        with store.read() as connection:
            sent = sent_last(connection, name, last)
    finally:
        store.close()
    for one in reversed(sent):
        year = moment_of(one.received_at).year
        arrival = Arrival(
            name=f"no. {one.id} {one.name}", sha256=one.sha256, year=year, partner=name
        )
        yield partial(archive.open, one.sha256), arrival


def _config(path: Path | None) -> Config:
    if path is None and _DEFAULT.exists():
        path = _DEFAULT
    try:
        config = load(path)
    except ConfigError as fault:
        raise click.UsageError(str(fault)) from fault
    place = config.database
    if isinstance(place, Path) and not place.exists():
        message = f"there is no database at {place}: name documents by --files"
        raise click.UsageError(message)
    return config


# What is told.


def _tell(one: Compared, *, as_json: bool) -> None:
    if as_json:
        click.echo(_ENCODER.encode(one))
    elif not one.is_same:
        click.echo(click.style(f"{one.file}: {one.document}", bold=True))
        for change in one.changes:
            _tell_change(change)
        for problem in one.new:
            _tell_problem("new", problem)
        for problem in one.vanished:
            _tell_problem("gone", problem)


def _tell_change(change: Change) -> None:
    before = "-" if change.before is None else change.before
    after = "-" if change.after is None else change.after
    place = ", ".join(filter(None, (change.name, change.at)))
    said = f"  {change.pointer}: {before} -> {after}"
    click.echo(f"{said}  ({place})" if place else said)


def _tell_problem(word: str, problem: Problem) -> None:
    colour = "green" if word == "gone" else "red" if problem.is_error else "yellow"
    at = f" at {problem.at}" if problem.at else ""
    mark = click.style(f"{word} {problem.severity}", fg=colour)
    click.echo(f"  {mark} {problem.message} [{problem.code}]{at}")


def _tell_tally(tally: Tally) -> None:
    click.echo(
        f"{tally.documents} documents of {tally.files} files: {tally.changed} read otherwise, "
        f"{tally.worse} with a new error, {tally.better} with one less."
    )
    for field, times in tally.fields.most_common(_SHOWN_FIELDS):
        click.echo(f"  {times} x {field}")
