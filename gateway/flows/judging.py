"""Judging: gather the cases that new records touch, assess them, and keep what changed.

Assessment is a function of a set of facts, so the set must not change between gathering and
writing: both happen inside the caller's write transaction. A result that is what it was is not
written, and one that says what it said before, though it rests on other documents now, is not
announced.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Collection, Iterator, Sequence
from datetime import date

import msgspec
from sqlalchemy import Connection

from gateway.flows import news
from gateway.flows.gathering import Case, Gathering
from gateway.flows.ruling import with_rules
from gateway.store import cases, limits, runs
from gateway.store.cases import Known, Result, Touched
from gateway.store.events import NewEvent
from gateway.store.limits import Rule
from mappers.canonical import AnyRecord
from matcher.assess import assess
from matcher.entries import Amendment, BuyerDebit, Void
from matcher.facts import Fact, Master, facts_of, recovery_keys_of
from matcher.policy import Policy
from matcher.result import Finding, Reconciliation

_record: msgspec.json.Decoder[AnyRecord] = msgspec.json.Decoder(AnyRecord)
_decided: msgspec.json.Decoder[Amendment | BuyerDebit | Void] = msgspec.json.Decoder(
    Amendment | BuyerDebit | Void
)
_json = msgspec.json.Encoder()
_NOTHING_FOUND = "Everything that is billed was ordered, and what had to come has come."
_HINTS = frozenset({"candidates"})
_WORST_FIRST = ("critical", "block", "wait", "tolerance", "warning", "info")
_FACTS_KEPT = 20_000
_TOGETHER = 500  # records in one assessment, where cases do not hang together

_Judged = dict[int, tuple[Touched, Reconciliation]]


class Judge:
    """Judges by one policy and one set of master data; used by one transaction at a time.

    `as_of` is the day to judge by instead of the present one.
    """

    def __init__(self, policy: Policy, master: Master, as_of: date | None = None) -> None:
        self._policy = policy
        self._master = master
        self._as_of = as_of
        # By their key, which content alone makes: numbers may be given again after a rollback.
        self._facts: OrderedDict[str, tuple[Fact, ...]] = OrderedDict()
        self._more: tuple[Fact, ...] = ()
        self._rules: tuple[Rule, ...] = ()
        self._ruling = policy  # with the limits that people have set on screens
        self._tries_rules = False

    def trying(self, *, rules: Sequence[Rule] | None = None, more: Sequence[Fact] = ()) -> "Judge":
        """Return a judge that tries other limits instead of those in force, or further facts."""
        other = Judge(self._policy, self._master, self._as_of)
        other._more = tuple(more)
        if rules is not None:
            other._rules, other._tries_rules = tuple(rules), True
            other._ruling = with_rules(self._policy, rules)
        return other

    def results(
        self, connection: Connection, seeds: Collection[int], today: date
    ) -> dict[int, Reconciliation]:
        """Return what the cases of `seeds` come to now, and write none of it."""
        self._rule(connection)
        found, _ = self._assess_around(connection, seeds, today)
        return {number: result for number, (_, result) in found.items()}

    def judge(
        self, connection: Connection, fresh: Collection[int], today: date, at: str
    ) -> list[NewEvent]:
        """Assess the cases of `fresh` again, write what changed, and return its events."""
        self._rule(connection)
        judged, bystanders = self._assess_around(connection, fresh, today)
        if bystanders:  # results of other cases that rest on what is fresh: theirs as well
            judged |= self._assess_around(connection, bystanders, today)[0]
        known = cases.known_results(connection, judged)
        changed = [
            (one, result, row)
            for number, (one, result) in judged.items()
            if (row := _row(number, result, known.get(number))) is not None
        ]
        new = [one for one in changed if _is_news(one[2], known.get(one[0].id))]
        runs.keep(connection, cases.result_bodies(connection, [one.id for one, _, _ in new]))
        cases.write_results(connection, [row for _, _, row in changed], at)
        return [
            news.of_result(one, result, row.version, known.get(one.id)) for one, result, row in new
        ]

    def _rule(self, connection: Connection) -> None:
        """Look which limits people have set: another process may have written them."""
        rules = self._rules if self._tries_rules else tuple(limits.in_force(connection))
        if rules != self._rules:
            self._rules, self._ruling = rules, with_rules(self._policy, rules)

    def _assess_around(
        self, connection: Connection, seeds: Collection[int], today: date
    ) -> tuple[_Judged, set[int]]:
        """Return the results for the cases of `seeds`, and the claims of others behind them."""
        found = Gathering(connection, lambda one: _items_of(connection, one)).cases(seeds)
        self._learn(connection, [one for case in found for one in (*case.members, *case.near)])
        judged: _Judged = {}
        bystanders: set[int] = set()
        for together in _together(found):
            members = {one.fact: one for case in together for one in case.members}
            near = {one.fact: one for case in together for one in case.near}
            sown = {one.fact for one in members.values() if one.id in seeds}
            unsure = any(case.lost == "alone" for case in together)
            numbers = [one.id for one in (*members.values(), *near.values())]
            decided = cases.amendments(connection, numbers)
            for result in self._assess(members.keys() | near.keys(), decided, today):
                if result.invoice.id in members:
                    one = members[result.invoice.id]
                    judged[one.id] = one, result
                elif result.invoice.id not in near:
                    continue  # a debit memo of ours, which is no record
                elif unsure or not sown.isdisjoint(result.inputs) or _compares(result):
                    bystanders.add(near[result.invoice.id].id)
        self._forget()
        return judged, bystanders - judged.keys()

    def _assess(
        self, keys: Collection[str], decided: Collection[tuple[str, bytes]], today: date
    ) -> list[Reconciliation]:
        facts = [fact for key in sorted(keys) for fact in self._facts[key]]
        facts += [msgspec.structs.replace(_decided.decode(body), id=id_) for id_, body in decided]
        facts += self._more
        return assess(facts, self._ruling, self._as_of or today, self._master)

    def _learn(self, connection: Connection, records: Collection[Touched]) -> None:
        """Have the facts of `records` at hand: read once by its key.

        A record that a person corrects gets another key.
        """
        missing = {one.id: one.fact for one in records if one.fact not in self._facts}
        for number, body in cases.bodies(connection, list(missing)).items():
            self._facts[missing[number]] = facts_of(_record.decode(body), missing[number])
        for one in records:
            self._facts.move_to_end(one.fact)

    def _forget(self) -> None:
        while len(self._facts) > _FACTS_KEPT:
            self._facts.popitem(last=False)


def _compares(result: Reconciliation) -> bool:
    """Whether a claim was compared with others: what has gone from these is among no inputs."""
    return any(one.rule.startswith("S8") for one in result.workings)


def _items_of(connection: Connection, one: Touched) -> tuple[str, ...]:
    return recovery_keys_of(_record.decode(cases.bodies(connection, [one.id])[one.id]))


def _together(found: Collection[Case]) -> Iterator[list[Case]]:
    """Put cases into assessments: many share one, where none of them could take another's order."""
    yield from ([case] for case in found if case.lost == "alone")
    for sort in (None, "bare"):
        room, several = _TOGETHER, list[Case]()
        for case in found:
            if case.lost != sort:
                continue
            if room < 0:
                yield several
                room, several = _TOGETHER, []
            several.append(case)
            room -= len(case.members) + len(case.near)
        if several:
            yield several


def _row(number: int, result: Reconciliation, known: Known | None) -> Result | None:
    """Return what is to be stored of a result; None where it is known already."""
    body = _json.encode(result)
    body_digest = hashlib.sha256(body).hexdigest()
    if known is not None and known.body_digest == body_digest:
        return None
    digest = hashlib.sha256(_json.encode(_says(result))).hexdigest()
    gravest = _gravest(result)
    return Result(
        record_id=number,
        verdict=result.verdict,
        currency=result.currency,
        approved=str(result.approved),
        pending=str(result.pending),
        disputed=str(result.disputed),
        reason=gravest.sentence if gravest else _NOTHING_FOUND,
        codes=" ".join(dict.fromkeys(finding.code for finding in result.findings)),
        role=gravest.role if gravest else None,
        cause=gravest.code if gravest else None,
        **_terms(result),
        digest=digest,
        body=body,
        body_digest=body_digest,
        version=known.version + (digest != known.digest) if known else 1,
    )


def _terms(result: Reconciliation) -> dict[str, str | None]:
    """Return what waiting costs: the day to pay by, and the discount that ends before."""
    terms = result.terms
    if terms is None:
        return {}
    amount, until = terms.discount_amount, terms.discount_until
    return {
        "due": terms.due.isoformat() if terms.due else None,
        "discount_until": until.isoformat() if until and amount else None,
        "discount": str(amount) if until and amount else None,
    }


def _is_news(row: Result, known: Known | None) -> bool:
    return known is None or row.digest != known.digest


def _says(result: Reconciliation) -> Reconciliation:
    """Return what a result tells others, and what a person decides on.

    That is not on which documents it rests, nor by which policy, nor what might be tried: the
    orders that are nearest to one that is not known change with every order that comes.
    """
    return msgspec.structs.replace(
        result,
        inputs=(),
        workings=(),
        repairs=(),
        policy_version="",
        findings=tuple(map(_finding, result.findings)),
    )


def _finding(one: Finding) -> Finding:
    """Return a finding by its values, which its sentence puts into words, without its hints."""
    values = {name: text for name, text in one.values.items() if name not in _HINTS}
    return msgspec.structs.replace(one, values=values, sentence="", suggestions=(), sources=())


def _gravest(result: Reconciliation) -> Finding | None:
    return min(result.findings, key=lambda one: _WORST_FIRST.index(one.severity), default=None)
