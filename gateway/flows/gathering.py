"""Gathering: which records have to do with each other, found by their keys and nothing else.

Three sorts of keys connect records, and each is followed in its own way:

    order:, goods:   bind: whatever they connect, directly or through others, is one case
    like:            compare: they lead from the claims of a case to other claims, with the cases
                     of those, and not on from there
    item:, lost:     recover: an order is known by its items; a claim whose order is missing is
                     lost, and marked by its items, so that claim and order find each other
                     whichever comes first

What is found depends on the set of records alone, not on the order in which they came.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Literal

from msgspec import Struct
from sqlalchemy import Connection

from gateway.reading.wire import ITEM, LOST, TEST
from gateway.store import cases
from gateway.store.cases import Touched
from matcher.facts import LIKE

_CANDIDATES_MAX = 20
_ORDER = "order:"
_NOT_BINDING = (LIKE, ITEM, LOST)


class Case(Struct, frozen=True):
    """Records that are judged together: results are kept for `members`.

    `near` are other records that these results may rest on. A case with a lost claim is "alone"
    where there are orders, of which any may be given to it, so that it must not see those of other
    cases; it is "bare" where there is none.
    """

    members: tuple[Touched, ...]
    near: tuple[Touched, ...]
    lost: Literal["alone", "bare"] | None


class Gathering:
    """The neighbourhood of some records; `items_of` tells the items of a claim that is lost."""

    def __init__(self, connection: Connection, items_of: Callable[[int], Collection[str]]) -> None:
        self._connection = connection
        self._items_of = items_of
        self._known: dict[int, Touched] = {}
        self._by_key: dict[str, list[int]] = {}
        self._pairs: dict[int, set[int]] = {}
        self._lost: set[int] = set()

    def cases(self, seeds: Collection[int]) -> list[Case]:
        """Return the cases that `seeds` belong to."""
        core = self._bind(seeds)
        self._recover(self._recover(core))
        likes = {key for number in core for key in self._like(number)}
        self._bind(cases.touching(self._connection, likes))
        return list(self._apart(core))

    def _load(self, numbers: Iterable[int]) -> list[int]:
        fresh = [number for number in numbers if number not in self._known]
        for one in cases.touched(self._connection, fresh):
            self._known[one.id] = one
            for key in one.keys:
                self._by_key.setdefault(key, []).append(one.id)
        return fresh

    def _bind(self, numbers: Collection[int]) -> set[int]:
        """Load records and all that binding keys connect them with; returns these."""
        found, followed = set(numbers), set[str]()
        ahead = set(numbers)
        while ahead:
            self._load(ahead)
            keys = {key for number in ahead for key in self._binding(number)} - followed
            followed |= keys
            ahead = cases.touching(self._connection, keys) - found
            found |= ahead
        return found

    def _recover(self, numbers: Collection[int]) -> set[int]:
        """Bring lost claims and the orders that may be theirs together; returns what was added."""
        added: set[int] = set()
        for number in sorted(numbers):
            one = self._known[number]
            if one.kind == "invoice" and number not in self._lost and self._is_lost(one):
                self._lost.add(number)
                added |= self._pair(number, self._mark(one))
            elif one.kind == "purchase_order":
                items = [key for key in one.keys if key.startswith(ITEM)]
                added |= self._pair(number, [LOST + key.removeprefix(ITEM) for key in items])
        return added

    def _pair(self, number: int, keys: Collection[str]) -> set[int]:
        added: set[int] = set()
        for other in cases.sharing(self._connection, keys, _CANDIDATES_MAX):
            added |= self._bind([other])
            if self._belongs(self._known[other]):
                self._pairs.setdefault(number, set()).add(other)
                self._pairs.setdefault(other, set()).add(number)
        return added

    def _belongs(self, other: Touched) -> bool:
        """Whether a candidate is one: a claim that has found its order loses its marks."""
        if other.kind != "invoice":
            return True
        if self._is_lost(other):
            return True
        marks = [key for key in other.keys if key.startswith(LOST)]
        cases.remove_touches(self._connection, other.id, marks)
        return False

    def _is_lost(self, claim: Touched) -> bool:
        orders = [key for key in claim.keys if key.startswith(_ORDER)]
        return not orders or any(not self._has_order(key) for key in orders)

    def _has_order(self, key: str) -> bool:
        there = self._by_key.get(key, ())
        return any(self._known[number].kind == "purchase_order" for number in there)

    def _mark(self, claim: Touched) -> list[str]:
        """Mark a claim as lost, so that its order finds it; returns the keys of its candidates."""
        test = TEST if any(key.endswith(TEST) for key in claim.keys) else ""
        items = [f"{item}{test}" for item in self._items_of(claim.id)]
        marks = {LOST + item for item in items} - set(claim.keys)
        cases.insert_touches(self._connection, {claim.id: marks})
        return [ITEM + item for item in items]

    def _binding(self, number: int) -> Iterator[str]:
        keys = self._known[number].keys
        return (key for key in keys if not key.startswith(_NOT_BINDING))

    def _like(self, number: int) -> Iterator[str]:
        return (key for key in self._known[number].keys if key.startswith(LIKE))

    def _apart(self, core: set[int]) -> Iterator[Case]:
        """Split what was found into cases, those around `core`, each with what is near to it."""
        whole_of: dict[int, frozenset[int]] = {}
        for number in self._known:
            if number not in whole_of:
                whole = frozenset(self._reach(number))
                whole_of |= dict.fromkeys(whole, whole)
        for whole in dict.fromkeys(whole_of[number] for number in sorted(core)):
            members = whole & core
            likes = {key for number in members for key in self._like(number)}
            neighbours = {other for key in likes for other in self._by_key[key]} - whole
            lost = self._lost_in(whole)
            near = (whole - members).union(*(whole_of[other] for other in neighbours))
            if lost == "bare":
                near = frozenset(neighbours)
            yield Case(self._named(members), self._named(near), lost)

    def _lost_in(self, whole: frozenset[int]) -> Literal["alone", "bare"] | None:
        if whole.isdisjoint(self._lost):
            return None
        has_order = any(self._known[number].kind == "purchase_order" for number in whole)
        return "alone" if has_order else "bare"

    def _named(self, numbers: Collection[int]) -> tuple[Touched, ...]:
        return tuple(self._known[number] for number in sorted(numbers))

    def _reach(self, start: int) -> set[int]:
        found, ahead = {start}, [start]
        while ahead:
            number = ahead.pop()
            near = {other for key in self._binding(number) for other in self._by_key[key]}
            near |= self._pairs.get(number, set())
            ahead += near - found
            found |= near
        return found
