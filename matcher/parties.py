"""Who is who: suppliers under the many names that documents give them (S7.6, HH-13).

A supplier is known by names of the form `scheme:value`. Two are the same party when they share a
name, or when master data puts them in one group; they differ only where they have a scheme in
common and no name. What a document leaves out proves nothing, so an unknown supplier is never a
mismatch.
"""

from collections.abc import Iterable
from functools import cached_property

from msgspec import Struct

from matcher.entries import Master, Supplier
from matcher.folding import compact, party_name


class Party(Struct, frozen=True, dict=True):
    """A supplier: its `names`, and its id in master data where one of them leads there."""

    names: frozenset[str]
    id: str | None = None

    def __bool__(self) -> bool:
        """Whether any name is known."""
        return bool(self.names)

    @cached_property
    def schemes(self) -> frozenset[str]:
        """The schemes of its names."""
        return frozenset(name.partition(":")[0] for name in self.names)

    @cached_property
    def policy_names(self) -> tuple[str, ...]:
        """The names under which a policy may set limits for it."""
        bare = {name.partition(":")[2] for name in self.names}
        return tuple(sorted(bare | ({self.id} if self.id else set())))

    @cached_property
    def number(self) -> str | None:
        """Its id in master data, the number that we gave it, or another by which it is known."""
        schemes = dict(name.split(":", 1) for name in sorted(self.names, reverse=True))
        known = (schemes.get(one) for one in ("assigned_by_buyer", "duns", "gln", "tax"))
        return self.id or next(filter(None, known), None)

    def is_same(self, other: "Party") -> bool | None:
        """Whether both are one party; None where the documents cannot tell."""
        if self.names & other.names:
            return True
        return False if self.schemes & other.schemes else None


class Parties:
    """Finds parties by their names, with the help of master data."""

    def __init__(self, master: Master) -> None:
        self.master = master
        self._ids: dict[str, str] = {}
        self._known: dict[tuple[str | None, tuple[str, ...], str | None], Party] = {}
        for supplier_id, supplier in sorted(master.suppliers.items()):
            for name in self._own_names(supplier_id, supplier):
                self._ids.setdefault(name, supplier_id)

    def find(
        self, supplier: str | None, names: tuple[str, ...] = (), sender: str | None = None
    ) -> Party:
        """Return the party that a document names; its sender only where it names none."""
        key = (supplier, names, sender)
        if key not in self._known:
            given = set(names) | ({f"id:{supplier}"} if supplier else set())
            if not given and sender:
                given = {f"sender:{sender}"}
            self._known[key] = self._party(given)
        return self._known[key]

    def record(self, party: Party) -> Supplier | None:
        """Return what master data says of a party."""
        return self.master.suppliers.get(party.id) if party.id else None

    def _party(self, given: Iterable[str]) -> Party:
        names = set(given)
        known = sorted({self._ids[name] for name in names if name in self._ids})
        for supplier_id in known:
            supplier = self.master.suppliers[supplier_id]
            names |= self._own_names(supplier_id, supplier)
            if supplier.group:
                names |= {f"group:{supplier.group}", f"id:{supplier.group}"}
        return Party(frozenset(names), known[0] if known else None)

    @staticmethod
    def _own_names(supplier_id: str, supplier: Supplier) -> set[str]:
        names = {f"id:{supplier_id}", *supplier.ids}
        names |= {f"sender:{sender}" for sender in supplier.senders}
        if supplier.name:
            names.add(name_of(supplier.name))
        return names


def name_of(name: str) -> str:
    """Return a company name as a party name, legal form and punctuation left out."""
    return f"name:{party_name(name)}"


def same_account(one: str, other: str) -> bool:
    """Whether two bank accounts, tax numbers or addresses are one, however they are spaced."""
    return compact(one) == compact(other)
