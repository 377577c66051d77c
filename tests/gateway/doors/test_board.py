"""The board says what is so, since when, and to strangers no names."""

from gateway.doors.board import Board
from tests.gateway.conftest import StandingClock


def test_the_worst_stands_first_and_time_counts_from_the_change(clock: StandingClock) -> None:
    board = Board(clock)
    told = []
    board.changed = told.append
    board.say("folders/acme", "well", "watched")
    board.say("sftp", "failing", "the port is taken")
    clock.pass_seconds(60)
    board.say("sftp", "failing", "the port is still taken")
    board.say("folders/acme", "slow", "looked at every 5 seconds")
    board.say("folders/acme", "slow", "looked at every 5 seconds")
    assert [(one.door, one.since[11:16]) for one in board.lines()] == [
        ("sftp", "09:00"),
        ("folders/acme", "09:01"),
    ]
    assert len(told) == 4
    assert board.fails()


def test_notes_name_no_partner(clock: StandingClock) -> None:
    board = Board(clock)
    board.say("folders/acme", "slow", "looked at every 5 seconds")
    board.say("folders/bolt", "slow", "looked at every 5 seconds")
    board.say("sftp", "well", "listens")
    assert board.notes() == ["the door folders works by its second-best way"]
    board.take_down("folders/acme")
    assert not board.fails()
    assert len(board.lines()) == 2
