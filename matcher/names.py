"""The names of a party in a document, as `scheme:value` (S7.6)."""

from mappers.canonical import Party
from matcher.folding import compact
from matcher.parties import name_of

_SCHEMES = {"duns4": "duns", "fi": "tax", "vat": "tax"}
_DUNS_DIGITS = 9
_LOCAL = frozenset({"mutually_defined"})


def names_of(party: Party | None) -> tuple[str, ...]:
    """Return every name that a document gives a party; none where it does not name it."""
    if party is None:
        return ()
    found = set()
    for scheme, value in party.ids.items():
        kind, bare = _SCHEMES.get(scheme, scheme), compact(value or "")
        if bare and scheme not in _LOCAL:
            found.add(f"{kind}:{bare[:_DUNS_DIGITS] if kind == 'duns' else bare}")
    if party.tax_id and compact(party.tax_id):
        found.add(f"tax:{compact(party.tax_id)}")
    if party.name:
        name = name_of(party.name)
        found |= {name} if name != "name:" else set()
    return tuple(sorted(found))
