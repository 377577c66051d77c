"""The only wiring: everything the gateway is made of, put together, started and stopped.

Threads do what blocks (folders, jobs, answers, the sweeper), processes do what is hostile
(reading), and the event loop does what waits (the HTTP server and the dispatcher).
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from functools import partial
from typing import Protocol

import structlog
from aiohttp import web
from msgspec.structs import replace

from gateway.archive import Archive
from gateway.audit.sealer import Sealer
from gateway.clock import Clock, stamp, system_clock
from gateway.config import Config, ConfigError
from gateway.delivering.choice import couriers, vault_of, wanted
from gateway.doors.access import WebSettings, knows_host
from gateway.doors.board import Board, log_line
from gateway.doors.choice import doors, elsewhere
from gateway.doors.folder import FolderDoor
from gateway.doors.household import House
from gateway.doors.http import build_app
from gateway.doors.listening import runner_of
from gateway.doors.partner import PartnerFolder
from gateway.doors.refusals import Refusals
from gateway.doors.services import Services
from gateway.doors.taking import Room, Taking
from gateway.events.versions import NEWEST
from gateway.flows import advising
from gateway.flows.advising import Advising
from gateway.flows.answering import Answering
from gateway.flows.chunks import KIND, UNPACK
from gateway.flows.delivery import Dispatcher
from gateway.flows.intake import Intake
from gateway.flows.matching import Matching
from gateway.flows.onboarding import Doors
from gateway.flows.outbox import Outbox
from gateway.flows.restoring import restore
from gateway.flows.retaining import Retaining
from gateway.flows.unpacking import Unpacking
from gateway.jobs.choice import engine_of
from gateway.jobs.port import Handler
from gateway.jobs.sweeper import Sweeper
from gateway.outbound import Outbound, networks, target
from gateway.punchout.catalog import Catalog, CatalogError, load_catalog
from gateway.punchout.desk import Desk
from gateway.punchout.endpoint import Endpoint
from gateway.punchout.ordering import KIND as SEND
from gateway.punchout.ordering import Sending, on_loop
from gateway.punchout.posting import post
from gateway.punchout.shop import Shop
from gateway.punchout.trade import Trade, watch
from gateway.punchout.trading import Trading
from gateway.reading.pool import Readers
from gateway.rulebook import judge_of, rules_of
from gateway.solitude import hold
from gateway.store import activity, endpoints
from gateway.store.engine import Store
from gateway.store.migrate import prepare
from gateway.watching.traces import spans_of

_POLL_SECONDS = 0.02
_SOURCE = "urn:dockmatch"

_log = structlog.get_logger()


class _Part(Protocol):
    def stop(self) -> None: ...


class Gateway:
    """A whole gateway on the data of `config`.

    `start` it inside a running event loop; after that `address` is where its pages are, and `store`
    and `inbox` what it works on.
    """

    def __init__(self, config: Config, clock: Clock = system_clock) -> None:
        """Read the policy and the master data; raises ConfigError."""
        self.config = config
        self.clock = clock
        self.inbox = config.inbox
        self.judge = judge_of(config)
        self._catalog = _catalog(config)
        self._web = _web(config)
        self._endpoints = wanted(config.endpoints, config.root)
        self.vault = vault_of(config)
        self.address = ""

    async def start(self) -> None:
        """Start everything.

        Raises AnotherGatewayError, NewerSchemaError, InsecureError, and OSError where an address or
        a folder cannot be used; nothing is left running then.
        """
        async with AsyncExitStack() as stack:
            await asyncio.to_thread(self._open, stack)
            await self._deliver(stack)
            self._trade(stack)
            await self._listen(stack)
            for part, start in self._workers():
                await asyncio.to_thread(start)
                stack.push_async_callback(asyncio.to_thread, part.stop)
            self._running = stack.pop_all()
        _log.info("gateway.started", address=self.address, inbox=str(self.inbox))

    async def stop(self) -> None:
        """Stop taking in, end what is in work, let deliveries in flight come back."""
        await self._running.aclose()
        _log.info("gateway.stopped")

    def hand_back(self) -> int:
        """Give up what is in hand, for the next start; returns how many jobs it was."""
        handed = self.jobs.hand_back()
        self.readers.kill()
        return handed

    def _open(self, stack: AsyncExitStack) -> None:
        """Take hold of the data, and put together what works on it."""
        config, data = self.config, self.config.data
        stack.enter_context(hold(data / "gateway.lock"))
        self.store = Store(config.database)
        stack.callback(self.store.close)
        self.spans = spans_of(config.traces)
        stack.callback(self.spans.close)
        copy = prepare(self.store, data / "backups")
        if copy:
            _log.info("database.upgraded", backup=str(copy))
        self.archive = Archive(data / "archive")
        self.archive.prepare()
        self.jobs = engine_of(self.store, self.clock)
        self.readers = Readers(data / "archive", data / "spool", config.reading)
        self.intake = Intake(self.store, self.archive, self.jobs, self.clock)
        self.matching = Matching(self.store, self.jobs, self.readers, self.judge, self.clock)
        unpacking = config.unpacking
        self.unpacking = Unpacking(self.store, self.intake, self.jobs, unpacking, self.clock)
        self.matching.spans = self.spans
        outbox = Outbox(self.store, self.inbox, self.clock)
        restore(self.store, self.inbox, data / "machine")
        self.answering = Answering(self.store, self.inbox, outbox, elsewhere(config))
        self.advising = Advising(self.store, self.jobs, self.clock)
        self.sweeper = Sweeper(self.store, self.jobs, self.clock)
        self.sealer = Sealer(self.store, self.clock)
        self.retaining = Retaining(
            self.store, data / "archive", self.inbox, config.retention, self.clock
        )
        self.board = Board(self.clock)
        self.board.changed = log_line
        self.inbox.mkdir(parents=True, exist_ok=True)
        for partner in config.partners:
            PartnerFolder(self.inbox / partner.name).prepare()
        refusals = Refusals(self.store, self.clock)
        room = Room((self.inbox, data), config.folders.free_min_bytes)
        self.taking = Taking(self.intake, refusals, room, config.folders.size_max_bytes)
        house = House(self.store, self.board, self.clock)
        self.doors = list(doors(config, self.taking, house))
        self.folders = FolderDoor(
            self.inbox, self.taking, config.folders, self.board, elsewhere(config)
        )
        self._declare_endpoints()

    def _workers(self) -> Iterator[tuple[_Part, Callable[[], None]]]:
        """Name the parts with threads or processes of their own, in the order of their start."""
        handlers: dict[str, Handler] = {KIND: self.matching, SEND: self.sending}
        handlers[advising.KIND] = self.advising
        handlers[UNPACK] = self.unpacking
        concurrency = self.config.reading.readers + 1
        yield self.readers, self.readers.start
        yield self.sweeper, self.sweeper.start
        yield self.sealer, self.sealer.start
        yield self.retaining, self.retaining.start
        yield self.jobs, lambda: self.jobs.start(handlers, concurrency)
        yield self.answering, self.answering.start
        yield self.folders, self.folders.start
        yield from ((door, door.start) for door in self.doors)

    def _declare_endpoints(self) -> None:
        at = stamp(self.clock())
        with self.store.write() as connection:
            for one in self._endpoints:
                endpoints.declare(connection, one, at, newest=NEWEST, vault=self.vault)
            endpoints.remove_others(connection, [one.url for one in self._endpoints])
            endpoints.reseal(connection, self.vault)

    async def _deliver(self, stack: AsyncExitStack) -> None:
        self.outbound = Outbound(networks(self.config.outbound.allow))
        stack.push_async_callback(self.outbound.close)
        self.dispatcher = Dispatcher(
            self.store,
            couriers(self.config, self.outbound, self.vault, _SOURCE, self.clock, self.spans),
            clock=self.clock,
        )
        loop = asyncio.get_running_loop()

        def committed() -> None:
            self.answering.wake()
            loop.call_soon_threadsafe(self.dispatcher.wake)

        async def end() -> None:
            self.dispatcher.stop()
            await delivering

        self.matching.committed = self.unpacking.committed = committed
        delivering = asyncio.create_task(self.dispatcher.run())
        stack.push_async_callback(end)

    def _trade(self, stack: AsyncExitStack) -> None:
        """Put together punchout and the cXML endpoint."""
        loop, config = asyncio.get_running_loop(), self.config

        def announced() -> None:
            loop.call_soon_threadsafe(self.dispatcher.wake)

        desk = Desk(
            store=self.store,
            intake=self.intake,
            archive=self.archive,
            jobs=self.jobs,
            trading=Trading(config.file(config.punchout.partners), config.root),
            post=partial(post, self.outbound),
            clock=self.clock,
            address=lambda: self.address,
            announced=announced,
            settings=config.punchout,
            cxml=config.cxml,
        )
        shop = Shop(desk, self._catalog, config.catalog) if self._catalog else None
        self.sending = Sending(desk, self.inbox, on_loop(desk, loop))
        self.trade = Trade(desk=desk, endpoint=Endpoint(desk, shop, self.clock()), shop=shop)
        watching = asyncio.create_task(watch(desk))
        stack.callback(watching.cancel)

    async def _listen(self, stack: AsyncExitStack) -> None:
        services = Services(
            store=self.store,
            archive=self.archive,
            intake=self.intake,
            jobs=self.jobs,
            rematch=self.matching.rematch,
            reviewer=self.judge,
            judge=self.matching.judge,
            settings=self._web,
            people=self.config.people,
            policy=rules_of(self.config)[0],
            review=self.config.review,
            clock=self.clock,
            announced=self.dispatcher.wake,
            source=_SOURCE,
            api=self.config.api,
            trade=self.trade,
            board=self.board,
            readers=self.readers,
            doors=Doors(inbox=self.inbox, sftp=self.config.sftp, mail=self.config.mail),
        )
        runner = runner_of(build_app(services))
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, self.config.web.host, self.config.web.port).start()
        host, port = runner.addresses[0][:2]
        self.address = f"http://{f'[{host}]' if ':' in host else host}:{port}"

    async def drain(self) -> None:
        """Return when everything that lies in the folders is decided, answered and delivered.

        What waits for its time (a retry, a file that is still being written) is waited for, too,
        where it is a file, and not where it is a delivery.
        """
        while True:
            seen = self.folders.passes
            self.folders.look()
            while self.folders.passes < seen + 2:
                await asyncio.sleep(_POLL_SECONDS)
                self.folders.look()
            if self.folders.idle and not await asyncio.to_thread(self._is_busy):
                return

    def _is_busy(self) -> bool:
        with self.store.read() as connection:
            return activity.is_busy(connection, stamp(self.clock()))


def _web(config: Config) -> WebSettings:
    """Return the settings of the server, which answers to the name in its public address, too."""
    address = config.cxml.public_url
    if address is None:
        return config.web
    try:
        name = target(address).host or ""
    except ValueError as error:
        message = f"cxml.public_url: {error}"
        raise ConfigError(message) from error
    if knows_host(config.web, name):
        return config.web
    return replace(config.web, hosts=(*config.web.hosts, name))


def _catalog(config: Config) -> Catalog | None:
    name = config.catalog.items
    if name is None:
        return None
    try:
        return load_catalog(config.file(name))
    except CatalogError as error:
        raise ConfigError(str(error)) from error
