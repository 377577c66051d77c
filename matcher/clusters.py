"""Clusters of things that hang together, directly or through others (union-find)."""

from collections.abc import Hashable
from typing import Generic, TypeVar

_T = TypeVar("_T", bound=Hashable)


class Clusters(Generic[_T]):
    """Things, joined pair by pair; each cluster is known by one of its things, its root."""

    def __init__(self) -> None:
        self._above: dict[_T, _T] = {}

    def root(self, thing: _T) -> _T:
        """Return the root of a thing's cluster; a thing never joined is its own."""
        path = []
        while (above := self._above.get(thing, thing)) is not thing:
            path.append(thing)
            thing = above
        for passed in path:
            self._above[passed] = thing
        return thing

    def join(self, first: _T, *others: _T) -> None:
        """Make one cluster of those of all these things."""
        root = self.root(first)
        for other in others:
            found = self.root(other)
            if found is not root:
                self._above[found] = root
