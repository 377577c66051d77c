"""Things that hang together, however they were joined."""

from hypothesis import given
from hypothesis import strategies as st

from matcher.clusters import Clusters

pairs = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=20)


def reached(start: int, joined: list[tuple[int, int]]) -> set[int]:
    found, ahead = {start}, [start]
    while ahead:
        at = ahead.pop()
        near = {b for a, b in joined if a == at} | {a for a, b in joined if b == at}
        ahead += near - found
        found |= near
    return found


@given(pairs)
def test_one_root_for_all_that_can_be_reached(joined: list[tuple[int, int]]) -> None:
    clusters = Clusters[int]()
    for one, other in joined:
        clusters.join(one, other)
    for one in range(13):
        alike = {other for other in range(13) if clusters.root(other) == clusters.root(one)}
        assert alike == reached(one, joined)
