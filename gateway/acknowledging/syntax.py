"""The answer to an interchange in its own syntax: TA1, 997 and 999, or CONTRL.

It is drafted first, so that it is known which control numbers it takes, and then spelled.
"""

import datetime as dt

from msgspec import Struct

from mappers.agreements import Acknowledgments
from parsers.edifact import acknowledge as edifact
from parsers.received import Received
from parsers.x12 import acknowledge as x12


class Draft(Struct, frozen=True, kw_only=True):
    """An answer without its numbers: it takes one for the interchange and one for each group.

    `status` is the worst that it says: A (accepted), E (with errors) or R (rejected).
    """

    received: Received
    answer: x12.Answer | edifact.Answer

    @property
    def kinds(self) -> tuple[str, ...]:
        """What it consists of."""
        return self.answer.kinds

    @property
    def status(self) -> str:
        """The worst that it says."""
        return self.answer.status

    @property
    def groups(self) -> int:
        """How many group control numbers it takes."""
        return len(self.answer.groups) if isinstance(self.answer, x12.Answer) else 0


def draft(received: Received, agreed: Acknowledgments) -> Draft | None:
    """Return the answer to an interchange as agreed; None where none is due."""
    accept = frozenset(agreed.accept)
    if received.syntax != "x12":
        message = edifact.answer(received, agreed.contrl, accept)
        return Draft(received=received, answer=message) if message else None
    terms = x12.Terms(
        functional=agreed.send,
        ta1=agreed.interchange,
        form=agreed.form,
        version=agreed.version,
        accept=accept,
    )
    answer = x12.answer(received, terms)
    return Draft(received=received, answer=answer) if answer else None


def spelled(one: Draft, interchange: int, groups: tuple[int, ...], now: dt.datetime) -> str:
    """Write an answer with its control numbers."""
    if isinstance(one.answer, x12.Answer):
        numbers = x12.Numbers(interchange=interchange, groups=groups)
        return x12.written(one.received, one.answer, numbers, now)
    return edifact.written(one.received, one.answer, interchange, now)
