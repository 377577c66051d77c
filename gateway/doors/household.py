"""What doors that go out themselves work with beside what takes in."""

from msgspec import Struct

from gateway.clock import Clock
from gateway.doors.board import Board
from gateway.store.engine import Store


class House(Struct, frozen=True):
    """Where doors remember what they did, and where they say how they are."""

    store: Store
    board: Board
    clock: Clock
