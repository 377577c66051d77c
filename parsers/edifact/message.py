"""An EDIFACT message as a form: the loops of `parsers.x12.form`, addressed by two digits."""

from parsers.edifact.service import Service
from parsers.edifact.stream import raw_span, raw_text
from parsers.x12.form import TransactionSet


class Message(TransactionSet, kw_only=True, eq=False, weakref=True):
    """A message; an address such as 12 is component 2 of element 1."""

    service: Service

    def quote(self, index: int, element: int = 0) -> str:
        """Return a segment or a component as the file spells it."""
        start, end = self.span(index, element)
        return raw_text(self.pieces[index][start:end], self.service)

    def span(self, index: int, element: int) -> tuple[int, int]:
        """Return where a component begins and ends in its raw segment."""
        piece = self.pieces[index]
        if not element:
            return len(piece) - len(piece.lstrip()), len(piece)
        place, component = divmod(element, 10) if element > 9 else (1, 1)  # noqa: PLR2004
        return raw_span(piece, self.service, place, component)

    def words(self, element: int) -> str:
        """Name a component, "" for the segment itself."""
        if not element:
            return ""
        place, component = divmod(element, 10) if element > 9 else (1, 1)  # noqa: PLR2004
        return f" element {place:02d} component {component}"
