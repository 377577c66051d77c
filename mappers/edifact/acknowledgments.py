"""Acknowledgments: CONTRL (syntax) and APERAK (application).

ISO 9735 CONTRL: UCI, UCM, UCS, UCD; UN/EDIFACT D.96A APERAK: ERC, FTX.
"""

from mappers.canonical import Acknowledgment, AcknowledgmentError, AcknowledgmentOf
from mappers.convert import codes
from mappers.rules import Const, Each, Join, One, Table, Take, When

_ACTIONS = codes(
    {"4": "rejected", "5": "rejected", "6": "rejected", "7": "accepted", "8": "accepted"},
    other=None,
)
"""UCI and UCM 0083."""


def _fault(name: str, code: str, *at: str) -> Table:
    rows = (Join("at", at), Take("code", code))
    return Table(name, AcknowledgmentError, (When(code, (), rows),))


SYNTAX = Table(
    "CONTRL",
    Acknowledgment,
    (
        One(
            "of",
            Table(
                "acknowledged",
                AcknowledgmentOf,
                (Take("interchange", "UCI/11"), Take("transaction", "UCM/11")),
            ),
        ),
        Take("status", "UCI/41", _ACTIONS),
        Each("errors", "UCI", _fault("interchange fault", "UCI/51", "UCI/11")),
        Each("errors", "UCM", _fault("message fault", "UCM/41", "UCM/11", "UCM/21")),
        Each("errors", "UCM/UCS", _fault("segment fault", "UCS/21", "^UCM/11", "UCS/11")),
        Each("errors", "UCM/UCS/UCD", _fault("element fault", "UCD/11", "^UCM/11", "^UCS/11")),
    ),
)

_ERROR = Table(
    "application fault",
    AcknowledgmentError,
    (
        Take("code", "ERC/11"),
        Join("text", ("FTX/41", "FTX/42", "FTX/43", "FTX/44", "FTX/45")),
        Take("at", "RFF/12"),
    ),
)

APPLICATION = Table(
    "APERAK",
    Acknowledgment,
    (
        One(
            "of",
            Table("answered", AcknowledgmentOf, (Take("number", ("RFF[ON]/12", "RFF/12")),)),
        ),
        Take("status", "BGM/31", codes({"27": "rejected", "29": "accepted"}, other=None)),
        When("ERC/11", (), (Const("status", "rejected"),)),
        Each("errors", "ERC", _ERROR),
    ),
)
