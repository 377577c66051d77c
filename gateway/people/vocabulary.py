"""What the company and its groups can set: the policy's own keys, and those of the workspace.

Everything is kept as text and read by the policy's own rules, so that a value that no policy file
may hold cannot be set here either.
"""

import re
from typing import Final, Literal

from msgspec import Struct

from matcher.policy import KEYS, Policy, read_policy

_AMOUNT = re.compile(r"\d{1,15}(\.\d{1,4})?")
_HOURS = re.compile(r"\d{1,5}")
_MAIL = re.compile(r"[^@\s<>\"',;]{1,64}@[^@\s<>\"',;]{1,189}")
_MAILS_MAX = 20


class OwnKey(Struct, frozen=True):
    """A setting of the workspace; `default` is what holds where nobody says anything."""

    kind: Literal["amount", "hours", "mails"]
    default: str | None
    means: str


_TABLES: Final = {
    "approval": {
        "limit": OwnKey("amount", None, "the amount up to which the group approves itself"),
        "remind_hours": OwnKey("hours", "72", "after how long an approver is reminded"),
        "expire_hours": OwnKey("hours", "168", "after how long a request expires"),
    },
    "review": {
        "target_hours": OwnKey("hours", "48", "within how long an exception is to be decided"),
    },
    "notify": {
        "mail": OwnKey("mails", None, "who is written to, addresses with blanks between them"),
    },
}
OWN: Final = {
    f"{table}.{name}": key for table, keys in _TABLES.items() for name, key in keys.items()
}
VOCABULARY: Final = (*OWN, *KEYS)


class SettingError(ValueError):
    """What was to be set cannot be; the message says why."""


def checked(key: str, text: str) -> str:
    """Return `text` as it is kept for `key`; raises SettingError."""
    text = " ".join(text.split())
    fault = _fault_of_own(OWN[key], text) if key in OWN else _fault_of_policy(key, text)
    if fault:
        message = f"{key}: {fault}"
        raise SettingError(message)
    return text


def default_of(key: str, policy: Policy) -> tuple[str | None, str]:
    """Return what holds for `key` where no level says anything, and where that comes from."""
    if key in OWN:
        return OWN[key].default, "default"
    shown = policy.limits().shown(key)
    text = None if shown == "not given" else shown
    return text, "default" if policy.values[key] == KEYS[key].default else "policy file"


def _fault_of_own(key: OwnKey, text: str) -> str | None:
    if key.kind == "amount":
        return None if _AMOUNT.fullmatch(text) else "must be an amount such as 500.00"
    if key.kind == "hours":
        is_right = _HOURS.fullmatch(text) and int(text) > 0
        return None if is_right else "must be a whole number of hours, 1 or more"
    mails = text.split()
    are_right = mails and len(mails) <= _MAILS_MAX and all(_MAIL.fullmatch(one) for one in mails)
    return None if are_right else f"must be e-mail addresses, {_MAILS_MAX} at most"


def _fault_of_policy(key: str, text: str) -> str | None:
    value = {"true": True, "false": False}.get(text, text) if text else None
    if value is None:
        return "must say something; to inherit, take it away"
    _, problems = read_policy({key: value})
    return problems[0].message if problems else None
