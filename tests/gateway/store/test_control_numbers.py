"""Control numbers: without gaps, none twice, whatever dies and whoever else takes some."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert

from gateway.store.acknowledgments import LAST_NUMBER, take_numbers
from gateway.store.engine import Store
from gateway.store.migrate import upgrade
from gateway.store.schema import control_number

PAIRS = st.sampled_from(
    [
        ("ZZ:US", "ZZ:A", "x12 interchange"),
        ("ZZ:US", "ZZ:B", "x12 interchange"),
        ("ZZ:US", "ZZ:A", "x12 group"),
        ("14:US", "14:A", "edifact interchange"),
    ]
)
TAKER = """
import sys
from pathlib import Path
from gateway.store.acknowledgments import take_numbers
from gateway.store.engine import Store
store = Store(Path(sys.argv[1]))
for _ in range(int(sys.argv[2])):
    with store.write() as connection:
        print(*take_numbers(connection, ("ZZ:US", "ZZ:THEM", "x12 interchange"), 2), flush=True)
"""
DIES = """
import os, signal, sys
from pathlib import Path
from gateway.store.acknowledgments import take_numbers
from gateway.store.engine import Store
store = Store(Path(sys.argv[1]))
with store.write() as connection:
    take_numbers(connection, ("ZZ:US", "ZZ:THEM", "x12 interchange"), 5)
    os.kill(os.getpid(), signal.SIGKILL)
"""


class UndoneError(Exception):
    """Rolls a transaction back."""


def take(store: Store, count: int = 1) -> tuple[int, ...]:
    with store.write() as connection:
        return take_numbers(connection, ("ZZ:US", "ZZ:THEM", "x12 interchange"), count)


def take_some(
    store: Store, pair: tuple[str, str, str], count: int, *, kept: bool
) -> tuple[int, ...]:
    """Take numbers, or take them and give them back."""

    def end() -> None:
        if not kept:
            raise UndoneError

    with suppress(UndoneError), store.write() as connection:
        numbers = take_numbers(connection, pair, count)
        end()
        return numbers
    return ()


def test_numbers_begin_with_one_and_follow_each_other(store: Store) -> None:
    assert take(store) == (1,)
    assert take(store, 3) == (2, 3, 4)
    assert take(store, 0) == ()
    assert take(store) == (5,)


def test_behind_the_last_number_comes_the_first(store: Store) -> None:
    row = {"sender": "ZZ:US", "receiver": "ZZ:THEM", "level": "x12 interchange"}
    with store.write() as connection:
        connection.execute(insert(control_number), row | {"last": LAST_NUMBER - 1})
    assert take(store, 3) == (LAST_NUMBER, 1, 2)
    assert take(store) == (3,)


def test_what_is_rolled_back_gives_its_numbers_back(store: Store) -> None:
    def failing(connection: Connection) -> None:
        take_numbers(connection, ("ZZ:US", "ZZ:THEM", "x12 interchange"), 9)
        raise UndoneError

    with pytest.raises(UndoneError), store.write() as connection:
        failing(connection)
    assert take(store) == (1,)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(st.tuples(PAIRS, st.integers(0, 5), st.booleans()), max_size=25),
    start=st.integers(1, LAST_NUMBER),
)
def test_each_pair_sees_its_numbers_in_a_row(
    steps: list[tuple[tuple[str, str, str], int, bool]],
    start: int,
    tmp_path_factory: pytest.TempPathFactory,
    empty_database: Path,
) -> None:
    path = tmp_path_factory.mktemp("numbers") / "dockmatch.db"
    path.write_bytes(empty_database.read_bytes())
    store, seen = Store(path), dict[tuple[str, str, str], list[int]]()
    with store.write() as connection:
        rows = [("ZZ:US", "ZZ:A", "x12 interchange")]
        for sender, receiver, level in rows:
            row = {"sender": sender, "receiver": receiver, "level": level, "last": start}
            connection.execute(insert(control_number), row)
            seen[sender, receiver, level] = [start]
    for pair, count, kept in steps:
        numbers = take_some(store, pair, count, kept=kept)
        if numbers:
            seen.setdefault(pair, []).extend(numbers)
    store.close()
    for numbers in seen.values():
        first = numbers[0]
        row = [(first - 1 + step) % LAST_NUMBER + 1 for step in range(len(numbers))]
        assert numbers == row


def test_processes_take_turns(tmp_path: Path) -> None:
    store = Store(tmp_path / "dockmatch.db")
    upgrade(store, tmp_path)
    command = [sys.executable, "-c", TAKER, str(tmp_path / "dockmatch.db"), "40"]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path.cwd())
        for _ in range(2)
    ]
    said = [one.communicate(timeout=120)[0] for one in running]
    assert [one.returncode for one in running] == [0, 0]
    taken = [int(number) for text in said for number in text.split()]
    assert sorted(taken) == list(range(1, 161))
    for text in said:
        for line in text.splitlines():
            first, second = map(int, line.split())
            assert second == first + 1
    store.close()


def test_a_killed_process_leaves_no_gap(tmp_path: Path) -> None:
    store = Store(tmp_path / "dockmatch.db")
    upgrade(store, tmp_path)
    assert take(store) == (1,)
    command = [sys.executable, "-c", DIES, str(tmp_path / "dockmatch.db")]
    killed = subprocess.run(command, check=False, cwd=Path.cwd(), env=dict(os.environ))
    assert killed.returncode == -signal.SIGKILL
    assert take(store) == (2,)
    store.close()
