"""`dockmatch schema`: the JSON Schemas of the records and of the events."""

from pathlib import Path

import click
import msgspec

from gateway.events import describing
from gateway.events.catalogue import CATALOGUE
from gateway.events.versions import NEWEST, versions
from mappers.canonical import AnyRecord


@click.command()
@click.option("--json", "_as_json", is_flag=True, help="Accepted for symmetry: it is always JSON.")
@click.option(
    "--event", "kind", type=click.Choice(list(CATALOGUE)), metavar="TYPE", help="Of an event."
)
@click.option(
    "--version", "day", type=click.Choice(versions()), help="In this version; the newest if not."
)
@click.option(
    "--events",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the page of all events, and the schema of each, into a folder.",
)
def schema(kind: str | None, day: str | None, folder: Path | None, *, _as_json: bool) -> None:
    """Print the JSON Schema of the canonical records, or that of an event."""
    if folder is not None:
        for path, text in describing.written(folder):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return
    if kind is not None:
        click.echo(describing.printed(describing.schema_of(kind, day or NEWEST)))
        return
    described = msgspec.json.schema(AnyRecord)
    described["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    click.echo(describing.printed(described))
