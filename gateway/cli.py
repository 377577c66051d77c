"""The command line: `dockmatch`.

Each command lives in `gateway/commands/` and is loaded when it is called: `--help` stays quick.
The exit status is 0 when all is good, 1 for findings and errors in documents, 2 for wrong use, and
3 for a fault of ours.
"""

import importlib
import os
import sys
from types import TracebackType
from typing import Any

import click

from gateway.collecting import COLLECT_RARELY, collect

FAULT_OF_OURS = 3

_COMMANDS = {
    "read": "gateway.commands.reading:read",
    "check": "gateway.commands.reading:check",
    "explain": "gateway.commands.explaining:explain",
    "schema": "gateway.commands.schemas:schema",
    "acknowledge": "gateway.commands.acknowledging:acknowledge",
    "match": "gateway.commands.matching:match",
    "partners": "gateway.commands.partners:partners",
    "layouts": "gateway.commands.layouts:layouts",
    "people": "gateway.commands.people:people",
    "policy": "gateway.commands.policies:policy",
    "run": "gateway.commands.serving:run",
    "verify": "gateway.commands.auditing:verify",
    "history": "gateway.commands.auditing:history",
    "evidence": "gateway.commands.auditing:evidence",
    "health": "gateway.commands.health:health",
    "jobs": "gateway.commands.jobs:jobs",
    "reread": "gateway.commands.rereading:reread",
    "worker": "gateway.commands.serving:worker",
    "db": "gateway.commands.databases:db",
    "write": "gateway.commands.writing:write",
    "send": "gateway.commands.sending:send",
    "keys": "gateway.commands.keys:keys",
    "punchout": "gateway.commands.punchout:punchout",
    "balance": "gateway.commands.balancing:balance",
    "config": "gateway.commands.configuring:config",
    "retention": "gateway.commands.retaining:retention",
    "webhooks": "gateway.commands.webhooks:webhooks",
    "demo": "gateway.commands.demo:demo",
}


class _Commands(click.Group):
    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Run as a program of its own."""
        sys.excepthook = _end_with_fault
        collect(COLLECT_RARELY)
        return super().__call__(*arguments, **options)

    def list_commands(self, _context: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        module, attribute = _COMMANDS[name].split(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


def _end_with_fault(
    kind: type[BaseException], fault: BaseException, trace: TracebackType | None
) -> None:
    """Tell a fault that nothing caught, as Python would, but with an exit status of its own."""
    sys.__excepthook__(kind, fault, trace)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(FAULT_OF_OURS)


@click.group(cls=_Commands)
@click.version_option(package_name="dockmatch")
def main() -> None:
    """Take in purchasing documents, match them, and say whether an invoice may be paid."""
