"""The command line: `dockmatch`.

Each command lives in `gateway/commands/` and is loaded when it is called: `--help` stays quick.
"""

import importlib

import click

_COMMANDS = {
    "read": "gateway.commands.reading:read",
    "check": "gateway.commands.reading:check",
    "schema": "gateway.commands.reading:schema",
    "match": "gateway.commands.matching:match",
    "policy": "gateway.commands.policies:policy",
    "run": "gateway.commands.serving:run",
    "write": "gateway.commands.writing:write",
    "demo": "gateway.commands.demo:demo",
}


class _Commands(click.Group):
    def list_commands(self, _context: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        module, attribute = _COMMANDS[name].split(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


@click.group(cls=_Commands)
@click.version_option(package_name="dockmatch")
def main() -> None:
    """Take in purchasing documents, match them, and say whether an invoice may be paid."""
