"""Slots of samples that may stand for other texts only as far as a condition allows."""

from typing import Self

from parsers.form import Slot


class GuardedSlot(Slot):
    """A slot of an XML sample; `guards` are patterns that a text must pass to be like it."""

    __slots__ = ("guards",)

    guards: tuple[str, ...]

    def __new__(cls, text: str, place: int = 0) -> Self:
        """Make the slot number `place` from its text in the sample."""
        slot = super().__new__(cls, text, place)
        slot.guards = ()
        return slot

    def guard(self, pattern: str) -> None:
        """Let the slot stand for such texts alone before which `pattern` matches."""
        self.guards += (pattern,)
