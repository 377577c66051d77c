"""What an acknowledgment makes of the sets that we sent, and of their interchange. Pure.

A 997 answers a group, and what it does not name goes with the group; a CONTRL and an 824 likewise.
A TA1 answers the envelope only: it can reject, and what it accepts still awaits the rest.
"""

from collections.abc import Iterable, Sequence

from gateway.acknowledging.replies import Reply, number_of
from gateway.acknowledging.states import ACCEPTED, AWAITED, PARTIALLY, REJECTED, SENT, WITH_ERRORS
from gateway.store.awaited import SentSet

_WORST_FIRST = (REJECTED, PARTIALLY, WITH_ERRORS, AWAITED, SENT, ACCEPTED)


def states_after(reply: Reply, sets: Sequence[SentSet]) -> dict[int, str]:
    """Return the new states of sets, by their place; of those that are spoken of."""
    if reply.kind == "TA1" and reply.status != REJECTED:
        return {}
    named = {(kind, number_of(control)): state for kind, control, state in reply.sets if state}
    numbers = {control: state for (_, control), state in named.items()}
    after: dict[int, str] = {}
    for one in sets:
        control = number_of(one.control)
        said = named.get((one.kind, control)) or numbers.get(control)
        whole = reply.status if reply.status in _COVERING or not reply.sets else ACCEPTED
        state = said or whole
        if state:
            after[one.position] = state
    return after


_COVERING = {REJECTED, ACCEPTED}


def state_of(states: Iterable[str]) -> str:
    """Return the state of an interchange from those of its sets."""
    found = list(states)
    if REJECTED in found and set(found) != {REJECTED}:
        return PARTIALLY
    return next((one for one in _WORST_FIRST if one in found), ACCEPTED)
