"""What the HTTP doors and pages work with, handed over once where the application is wired."""

from collections.abc import Callable, Collection

from aiohttp import web
from msgspec import Struct, field
from sqlalchemy import Connection

from gateway.api.settings import ApiSettings
from gateway.archive import Archive
from gateway.clock import Clock, system_clock
from gateway.doors.access import WebSettings
from gateway.doors.board import Board
from gateway.flows.intake import Intake
from gateway.flows.judging import Judge
from gateway.flows.onboarding import Doors
from gateway.jobs.port import Jobs
from gateway.people.settings import PeopleSettings
from gateway.punchout.trade import Trade
from gateway.reading.pool import Readers
from gateway.store.engine import Store
from gateway.web.risk import ReviewSettings
from matcher.entries import Master
from matcher.policy import Policy, policy_of


def _nothing() -> None:
    """Wake nobody: where no dispatcher runs in this process, it looks at the log by itself."""


def _unjudged(_connection: Connection, _records: Collection[int]) -> None:
    """Judge nobody: where no matcher runs in this process."""


class Services(Struct, frozen=True, kw_only=True):
    """`rematch` judges a record's case again, `judge` cases within a transaction.

    `announced` is called when events were committed; `reviewer` judges and tries for people,
    `readers` read what they want to try; `doors` is what partners come in by.
    """

    store: Store
    archive: Archive
    intake: Intake
    jobs: Jobs
    rematch: Callable[[int], None]
    judge: Callable[[Connection, Collection[int]], None] = _unjudged
    reviewer: Judge = field(default_factory=lambda: Judge(policy_of({}), Master()))
    settings: WebSettings = WebSettings()
    people: PeopleSettings = PeopleSettings()
    policy: Policy = field(default_factory=Policy)
    review: ReviewSettings = ReviewSettings()
    clock: Clock = system_clock
    announced: Callable[[], None] = _nothing
    source: str = "urn:dockmatch"
    api: ApiSettings = ApiSettings()
    trade: Trade | None = None
    board: Board = field(default_factory=lambda: Board(system_clock))
    readers: Readers | None = None
    doors: Doors = Doors()


SERVICES = web.AppKey("services", Services)
