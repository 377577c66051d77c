"""TOML files that are named on the command line."""

import tomllib
from pathlib import Path
from typing import Any

import click


def toml_of(path: Path) -> dict[str, Any]:
    """Read a TOML file; raises UsageError with the place where it is none."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{path}: {error}"
        raise click.UsageError(message) from error
