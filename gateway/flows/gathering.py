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

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Literal

from msgspec import Struct
from sqlalchemy import Connection

from gateway.reading.wire import ITEM, LOST, TEST
from gateway.store import cases
from gateway.store.cases import Touched
from matcher.facts import LIKE

_CANDIDATES_MAX, _CALLING_MAX, _ITEMS_MAX = 20, 1000, 20
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

    def __init__(
        self, connection: Connection, items_of: Callable[[Touched], Sequence[str]]
    ) -> None:
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
        known = [self._known[number] for number in sorted(numbers)]
        lost = [one for one in known if one.id not in self._lost and self._is_lost(one)]
        self._lost.update(one.id for one in lost)
        added: set[int] = set()
        for number, items in self._mark(lost).items():
            added |= self._pair(number, self._candidates(items))
        for number, claims in self._calling(known).items():
            added |= self._pair(number, claims)
        return added

    def _candidates(self, items: Sequence[str]) -> list[int]:
        """Return the orders that share most items with a lost claim; of equals the newest."""
        shared: Counter[int] = Counter()
        for item in items[:_ITEMS_MAX]:
            shared.update(cases.newest(self._connection, ITEM + item, _CANDIDATES_MAX))
        best = sorted(shared, key=lambda number: (-shared[number], -number))
        return best[:_CANDIDATES_MAX]

    def _calling(self, known: Iterable[Touched]) -> dict[int, list[int]]:
        """Return for each order the claims that are lost and bill its items."""
        orders: dict[str, list[int]] = {}
        for one in known:
            for key in one.keys if one.kind == "purchase_order" else ():
                if key.startswith(ITEM):
                    orders.setdefault(LOST + key.removeprefix(ITEM), []).append(one.id)
        found: dict[int, list[int]] = {}
        for key, claim in cases.having(self._connection, orders, _CALLING_MAX):
            for order in orders[key]:
                found.setdefault(order, []).append(claim)
        return found

    def _pair(self, number: int, others: Collection[int]) -> set[int]:
        added = self._bind(others) if others else set()
        for other in others:
            if self._belongs(self._known[other]):
                self._pairs.setdefault(number, set()).add(other)
                self._pairs.setdefault(other, set()).add(number)
        return added

    def _belongs(self, other: Touched) -> bool:
        """Whether a candidate is one: a claim that has found its order loses its marks."""
        if other.kind != "invoice" or self._is_lost(other):
            return True
        marks = [key for key in other.keys if key.startswith(LOST)]
        cases.remove_touches(self._connection, other.id, marks)
        return False

    def _is_lost(self, one: Touched) -> bool:
        """Whether a record is a claim, and names no order or one that is not here."""
        if one.kind != "invoice":
            return False
        orders = [key for key in one.keys if key.startswith(_ORDER)]
        return not orders or any(not self._has_order(key) for key in orders)

    def _has_order(self, key: str) -> bool:
        there = self._by_key.get(key, ())
        return any(self._known[number].kind == "purchase_order" for number in there)

    def _mark(self, claims: Collection[Touched]) -> dict[int, list[str]]:
        """Mark claims as lost, so that their orders find them; returns their items."""
        items: dict[int, list[str]] = {}
        for one in claims:
            test = TEST if any(key.endswith(TEST) for key in one.keys) else ""
            items[one.id] = [f"{item}{test}" for item in self._items_of(one)]
        marks = {number: [LOST + item for item in several] for number, several in items.items()}
        cases.insert_touches(self._connection, marks)
        return items

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
