"""Which findings a sender is told, and what an acknowledgment makes of what we sent."""

import pytest

from gateway.acknowledging.business import FINDINGS, OURS, Judged, judged
from gateway.acknowledging.replies import Reply
from gateway.acknowledging.settling import state_of, states_after
from gateway.answers import DocumentAnswer, Reason
from gateway.store.awaited import SentSet
from matcher.codes import CODES
from parsers.form import Problem


def told(*findings: Reason, problems: tuple[Problem, ...] = ()) -> Judged:
    document = DocumentAnswer(
        position=0, kind="invoice", called="invoice", findings=findings, problems=problems
    )
    return judged(document, "x12")


def test_every_finding_told_is_one_of_the_matcher() -> None:
    assert FINDINGS.keys() <= CODES.keys()
    assert CODES.keys() >= OURS
    assert not FINDINGS.keys() & OURS


def test_what_a_supplier_must_mend_is_told() -> None:
    theirs = {name for name, code in CODES.items() if code.role == "supplier"}
    told_of = {name for name, code in CODES.items() if code.effect}
    assert (theirs | told_of) - FINDINGS.keys() <= OURS


def test_a_finding_rejects_or_not() -> None:
    duplicate = Reason(code="DUP_EXACT", severity="block", sentence="It came before.")
    sums = Reason(code="ARITH_TOTAL", severity="block", line=None, sentence="The total is off.")
    assert told(duplicate).outcome == "rejected"
    assert [one.code for one in told(sums).faults] == ["010"]
    assert told(sums).outcome == "accepted_with_errors"
    assert told(Reason(code="WAITING_RECEIPT", severity="wait")) == Judged(outcome="accepted")


def test_what_the_syntax_told_is_not_told_twice() -> None:
    def problem(code: str) -> Problem:
        return Problem(code=code, message="it is wrong", at="segment 3 (TDS)")

    assert told(problems=(problem("value.not_date"),)).faults == ()
    (fault,) = told(problems=(problem("invoice.total_missing"),)).faults
    assert (fault.code, fault.sentence) == ("007", "segment 3 (TDS): it is wrong")


SETS = [
    SentSet(
        outgoing_id=1,
        position=at,
        code="PO",
        group="7",
        kind="850",
        control=f"000{at + 1}",
        state="awaited",
    )
    for at in range(3)
]


@pytest.mark.parametrize(
    ("reply", "states"),
    [
        (Reply(kind="997", status="accepted", group="7"), ["accepted"] * 3),
        (Reply(kind="997", status="rejected", group="7"), ["rejected"] * 3),
        (
            Reply(
                kind="997",
                status="partially_accepted",
                group="7",
                sets=(("850", "0002", "rejected"), ("850", "0003", "accepted_with_errors")),
            ),
            ["accepted", "rejected", "accepted_with_errors"],
        ),
        (
            Reply(
                kind="CONTRL", status="accepted", interchange="5", sets=(("", "0001", "rejected"),)
            ),
            ["rejected", "accepted", "accepted"],
        ),
        (Reply(kind="TA1", status="accepted", interchange="5"), []),
        (Reply(kind="TA1", status="rejected", interchange="5"), ["rejected"] * 3),
    ],
)
def test_what_becomes_of_sets(reply: Reply, states: list[str]) -> None:
    assert list(states_after(reply, SETS).values()) == states


@pytest.mark.parametrize(
    ("states", "whole"),
    [
        (["accepted", "accepted"], "accepted"),
        (["accepted", "awaited"], "awaited"),
        (["accepted", "accepted_with_errors"], "accepted_with_errors"),
        (["rejected", "accepted"], "partially_accepted"),
        (["rejected", "rejected"], "rejected"),
    ],
)
def test_the_state_of_an_interchange_is_that_of_its_sets(states: list[str], whole: str) -> None:
    assert state_of(states) == whole
