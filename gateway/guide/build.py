"""The implementation guide for a partner: what its profile comes to, set by set."""

from collections.abc import Iterable, Iterator

from gateway.guide.agreed import sections
from gateway.guide.sets import set_guide
from gateway.guide.view import Guide, SetGuide
from gateway.partner_tables import FORMS, ours
from gateway.partners import Agreed
from mappers.partners import changed
from mappers.profile import Profile
from mappers.rows import Table

_USUAL = {
    "x12": ("850", "855", "856", "810"),
    "edifact": ("ORDERS", "ORDRSP", "DESADV", "INVOIC"),
    "cxml": ("OrderRequest", "ConfirmationRequest", "ShipNoticeRequest", "InvoiceDetailRequest"),
}


class UnknownSetError(LookupError):
    """There is no kind of document of that name; `known` are those that there are."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.known = sorted({kind for form in FORMS for kind in ours(form)})


def guide(partner: str, agreed: Agreed, wanted: Iterable[str]) -> Guide:
    """Return the guide for a partner with the sets that are wanted, or those it is likely to use.

    Raises `UnknownSetError`.
    """
    chosen = list(wanted)
    kinds = list(_named(chosen)) if chosen else list(_usual(agreed))
    return Guide(
        partner=partner,
        title=f"Implementation guide for {agreed.profile.name or partner}",
        sections=sections(partner, agreed.profile),
        sets=tuple(_set(form, kind, agreed) for form, kind in kinds),
    )


def _set(form: str, kind: str, agreed: Agreed) -> SetGuide:
    table: Table = (agreed.tables(form) or ours(form))[kind]
    names = {None, kind, str(table.record.__struct_config__.tag)}
    required = {one.field for one in agreed.profile.required if one.document in names}
    return set_guide(form, kind, table, required)


def _named(wanted: list[str]) -> Iterator[tuple[str, str]]:
    for name in wanted:
        found = [(form, name) for form in FORMS if name in ours(form)]
        if not found:
            raise UnknownSetError(name)
        yield found[0]


def _usual(agreed: Agreed) -> Iterator[tuple[str, str]]:
    """Yield what the profile changes, and else the usual sets of the formats it has names for."""
    own = list(_changed(agreed))
    yield from own or ((form, kind) for form in _spoken(agreed.profile) for kind in _USUAL[form])


def _changed(agreed: Agreed) -> Iterator[tuple[str, str]]:
    """Yield the kinds that have rows of the partner's own, codes aside."""
    for form in FORMS:
        known = ours(form)
        own = changed(known, getattr(agreed.profile, form))
        yield from ((form, kind) for kind, table in own.items() if table is not known[kind])


def _spoken(profile: Profile) -> list[str]:
    known = profile.identifiers
    spoken = {"x12": known.isa or known.gs, "edifact": known.unb, "cxml": known.cxml}
    return [form for form, identifiers in spoken.items() if identifiers] or ["x12"]
