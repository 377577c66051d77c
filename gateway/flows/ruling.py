"""Limits that people set on screens, laid over the policy of the file (S5.4).

They are rules of the policy like those of its file: for one supplier or for everybody, resolved
field by field, and of two alike the later holds. The version of a policy with such rules is its
own, so results tell by which they were made.
"""

import hashlib
from collections.abc import Sequence

from msgspec.structs import replace

from gateway.store.limits import NewRule
from matcher.policy import Policy, policy_of


def with_rules(policy: Policy, rules: Sequence[NewRule]) -> Policy:
    """Return `policy` with `rules` over it; raises PolicyError for a value that cannot be."""
    if not rules:
        return policy
    overrides = policy_of({"overrides": [_override(one) for one in rules]}).overrides
    values = dict(policy.values)
    for one in overrides:
        values |= {} if one.supplier else one.values
    said = "\n".join(f"{one.supplier or ''}|{one.key}|{one.value}" for one in rules)
    digest = hashlib.sha256(f"{policy.version}\n{said}".encode()).hexdigest()
    own = tuple(one for one in overrides if one.supplier)
    return replace(policy, values=values, overrides=(*policy.overrides, *own), version=digest[:12])


def _override(rule: NewRule) -> dict[str, object]:
    match = {"supplier": rule.supplier} if rule.supplier else {}
    return {"match": match, "set": {rule.key: rule.value}}
