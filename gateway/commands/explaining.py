"""`dockmatch explain`: documents as an annotated page, for whoever has to talk about them."""

import datetime as dt
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import click
import msgspec

from gateway.commands.reading import FILES, PARTNER, files_in, opened
from gateway.explain.drawn import drawn, has_boxes
from gateway.explain.pages import pages_of
from gateway.explain.text import Style, written
from gateway.explain.view import Page
from gateway.formats import Arrival

_PAPER_WIDTH = 120
_ENCODER = msgspec.json.Encoder(decimal_format="string")
_EXPLAIN_EXAMPLES = """\b
Examples:
  dockmatch explain invoice.x12
  dockmatch explain --partner bellweather inbox/bellweather/done
  dockmatch explain --json orders.edi | jq '.lines[].values[]'
  dockmatch explain --out looked-at scan.pdf       # and open looked-at/scan.pdf.html
"""


@click.command(epilog=_EXPLAIN_EXAMPLES)
@FILES
@click.option(
    "--limit",
    default=25,
    show_default=True,
    type=click.IntRange(0),
    help="How many documents of each file to print; 0 is all.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a document.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Draw PDFs and scans as well: a page in this folder for each file, every value boxed.",
)
@PARTNER
def explain(
    files: tuple[Path, ...], limit: int, partner: str | None, out: Path | None, *, as_json: bool
) -> None:
    """Print documents as annotated pages: every segment and element in words.

    FILES are files, directories (walked) or - for standard input. Each value stands beside its
    name, its meaning, and the field of the record that it became; what is wrong stands where it is
    wrong, with the remedy. Nothing is stored. Exit status 1 when a document has an error.
    """
    taken: Counter[str] = Counter()
    style = Style(width=_width(), colour=_has_colour())
    failed = False
    for path in files_in(files):
        told = faulty = 0
        boxed: list[Page] = []
        with opened(path) as source:
            for page in _pages(source, path, partner, limit):
                told, faulty = told + 1, faulty + page.failed
                _tell(path, page, style, as_json=as_json)
                boxed += [page] if out is not None and has_boxes(page) else []
            if out is not None and boxed:
                _draw(out, path, source, boxed, taken)
        failed |= faulty > 0
        if told > 1 and not as_json:
            click.echo(f"{path}: {told} pages, {faulty} with errors\n")
    sys.exit(int(failed))


def _pages(source: BinaryIO, path: Path, partner: str | None, limit: int) -> Iterator[Page]:
    """Yield the pages of a file up to `limit`; one more says that there are others."""
    year = dt.datetime.now(tz=dt.UTC).year
    arrival = Arrival(name=path.name, sha256="", year=year, partner=partner)
    pages = pages_of(source, arrival)
    yield from islice(pages, limit or None)
    if limit and next(pages, None) is not None:
        summary = (f"Only the first {limit} are shown: --limit 0 shows all.",)
        yield Page(title=f"{path.name} holds more documents", summary=summary)


def _draw(
    out: Path, path: Path, source: BinaryIO, pages: Sequence[Page], taken: Counter[str]
) -> None:
    """Draw a file into the folder `out`; where that is goes to standard error.

    `taken` counts the names that this run has used: files of two folders may share one.
    """
    source.seek(0)
    name = "standard-input" if str(path) == "-" else path.name
    taken[name] += 1
    number = f"-{taken[name]}" if taken[name] > 1 else ""
    out.mkdir(parents=True, exist_ok=True)
    target = out / f"{name}{number}.html"
    target.write_text(drawn(name, source.read(), pages), encoding="utf-8")
    click.echo(f"drawn: {target}", err=True)


def _tell(path: Path, page: Page, style: Style, *, as_json: bool) -> None:
    if as_json:
        body = _ENCODER.encode({"file": str(path), **msgspec.to_builtins(page)})
        click.echo(body)
        return
    _print(written(page, style))


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line, color=True)  # what is to have no colour has none


def _has_colour() -> bool:
    """Whether the page has colours: on a terminal, unless NO_COLOR says otherwise."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def _width() -> int:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else _PAPER_WIDTH
