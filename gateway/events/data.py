"""What the data of events looks like, where no flow has a type of its own for it.

A field never changes its meaning, and none is taken away: what has to be told differently gets a
field of its own. Receivers pass over fields that they do not know.
"""

from msgspec import Struct

from gateway.flows.sending import SentFile
from matcher.result import Reconciliation
from parsers.form import Problem


class FileNews(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file came in: `document` is its receipt number, `repeat_of` that of the same bytes.

    `archive` is that of the archive or e-mail that it came in.
    """

    document: int
    partner: str
    name: str
    door: str
    sha256: str
    size: int
    repeat_of: int | None = None
    archive: int | None = None


class QuarantineNews(Struct, frozen=True, kw_only=True):
    """Nothing of a file could be used; the problems say why."""

    document: int
    problems: tuple[Problem, ...]


class RefusalNews(Struct, frozen=True, kw_only=True):
    """Something in a partner's folder was not taken in, so it has no receipt number."""

    partner: str
    name: str
    problems: tuple[Problem, ...]


class AnswerNews(Struct, frozen=True, kw_only=True):
    """An interchange was answered: `kind` and `status` of the answer, `file` in the partner's out/.

    `outgoing` is the number of the answer here.
    """

    document: int
    outgoing: int
    kind: str
    status: str
    file: str
    test: bool


class SentNews(SentFile, frozen=True, kw_only=True, omit_defaults=True):
    """An interchange of ours is sent; `resends` is the number of the one that it repeats."""

    resends: int | None = None


class ArrivalNews(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The partner's AS2 server said whether it has what was sent: `disposition` is in its words.

    `file` is the name of ours in `out/`, where the receipt tells it.
    """

    partner: str
    file: str | None = None
    disposition: str
    message_id: str | None = None
    mic: str | None = None


class AcknowledgmentNews(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What we sent was acknowledged, or not in time: `state` is what it is now.

    `document` is the receipt of the acknowledgment, `errors` are its sentences.
    """

    outgoing: int
    partner: str
    kind: str
    control: str
    number: str | None
    file: str
    sent_at: str
    due_at: str | None
    state: str | None = None
    document: int | None = None
    errors: tuple[str, ...] = ()


class Decision(Struct, frozen=True, kw_only=True):
    """What a person decided, why, and who it was."""

    action: str
    reason: str
    actor: str


class DecisionNews(
    Reconciliation,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    tag_field="kind",
    tag="reconciliation",
):
    """A person decided on an invoice: the result with its money as decided, and the decision."""

    record: int
    version: int
    decision: Decision


class CommentNews(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person said something; `mentioned` are roles, `assigned` who has the next move from now."""

    record: int
    number: str | None = None
    text: str = ""
    mentioned: tuple[str, ...] = ()
    assigned: str | None = None


class PunchoutNews(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A shopping session changed; `order` is the number of the order that its cart became."""

    session: int
    supplier: str | None = None
    reason: str | None = None
    order: str | None = None
    state: str | None = None
    note: str | None = None


class DeadNews(Struct, frozen=True, kw_only=True):
    """The last try to deliver `event` to an endpoint failed; it can be replayed.

    `status` and `answer` are those of the last try; without a status, `answer` says what kept it.
    """

    endpoint: int
    url: str
    event: str
    tries: int | None = None
    status: int | None = None
    answer: str | None = None


class EndpointNews(Struct, frozen=True, kw_only=True):
    """An endpoint changed its state; `note` says why."""

    endpoint: int
    url: str
    note: str | None


class PostedNews(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A receiver made a document of its own of `event`, or refused to, and says why."""

    record: int
    event: str
    document_number: str | None = None
    reason: str | None = None


class KeyNews(Struct, frozen=True, kw_only=True):
    """An API key was made or ended: its `name` is who did it in the log."""

    key: int
    name: str
    rights: list[str]
    partner: str | None


class PersonNews(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person was invited, or something about them changed: `change` says what."""

    person: int
    name: str
    roles: list[str]
    groups: list[str]
    disabled: bool = False
    change: str | None = None


class SignInNews(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody came, went or was turned away at `address`; nobody is named whom nobody knows.

    `by` is what proved them: password, link, oidc or proxy. `wait_seconds` is how long the next try
    has to wait.
    """

    address: str | None
    person: int | None = None
    name: str | None = None
    by: str | None = None
    reason: str | None = None
    wait_seconds: int | None = None


class GroupNews(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A group was changed: where it hangs, or what it says of `setting`; None is what it inherits.

    Group 0 is the company.
    """

    group: int
    name: str
    change: str
    setting: str | None = None
    before: str | None = None
    after: str | None = None


class RetentionNews(Struct, frozen=True, kw_only=True):
    """What was older than its retention went: contents and their bytes, answers, events, files.

    `digest` is that over the numbers of the events and the hashes of the data that they had.
    """

    contents: int
    bytes: int
    answers: int
    events: int
    files: int
    digest: str


class HoldNews(Struct, frozen=True, kw_only=True):
    """A legal hold began or ended: on a partner, on one file of it, or on everything (`*`)."""

    hold: int
    partner: str
    document: int | None
    reason: str


class SealNews(Struct, frozen=True, kw_only=True):
    """The log up to event number `last` has this digest."""

    last: int
    digest: str
    at: str
