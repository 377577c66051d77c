"""Teaching: a supplier's layout is learned from pages whose values a person has confirmed."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gateway import layouts
from mappers.canonical import Invoice, Traced
from mappers.partners import PartnerError
from mappers.pdf.layout import Layout
from mappers.pdf.learned import Learned, Memory
from mappers.pdf.recalling import recalled
from mappers.pdf.teaching import learned_from, renewed
from parsers.form import Page

_LANDMARKS_MIN = 3


class TeachingError(PartnerError):
    """A page teaches too little to be known again, or there is nowhere to keep it."""


class By(NamedTuple):
    """Who confirmed the values, on which day, and of which document."""

    actor: str
    on: dt.date
    document: str


def teach(
    supplier: str,
    pages: Sequence[Page],
    record: Invoice,
    pointed: Mapping[str, Traced],
    by: By,
) -> Learned:
    """Learn the layout of `pages`, on which `record` is right, and keep it with the supplier's.

    A layout that the pages fit gets its next version. `pointed` says where values stand. Raises
    TeachingError.
    """
    try:
        known = layouts.layouts_of(supplier)
        named = Learned(
            name=f"{supplier}-{len(known) + 1}",
            version=1,
            by=by.actor,
            on=by.on,
            document=by.document,
        )
        taught = _taught(pages, record, pointed, known, named)
        layouts.keep(supplier, [*(one for one in known if one.name != taught.name), taught])
    except layouts.LayoutError as fault:
        raise TeachingError(str(fault)) from fault
    return taught


def _taught(
    pages: Sequence[Page],
    record: Invoice,
    pointed: Mapping[str, Traced],
    known: Sequence[Learned],
    named: Learned,
) -> Learned:
    taught = learned_from(pages, record, named, pointed)
    if not taught.anchors or len(taught.landmarks) < _LANDMARKS_MIN:
        message = "too little of the record was found on the pages to know them again"
        raise TeachingError(message)
    fits, _ = recalled(Layout(pages), Memory(layouts=tuple(known), is_theirs=True))
    return renewed(fits.learned, taught) if fits else taught
