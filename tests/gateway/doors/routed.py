"""An application with every route that there can be: pages, API, punchout and the catalogue."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from gateway.doors.access import WebSettings
from gateway.doors.services import Services
from gateway.punchout.catalog import load_catalog
from gateway.punchout.trade import Trade
from tests.gateway.punchout.conftest import BUYER, ITEMS, Side


@contextmanager
def everything(
    database: Path, folder: Path, clock: Any, settings: WebSettings
) -> Iterator[Services]:
    """Yield the services of a gateway on a copy of `database` that sells and buys."""
    side = Side(folder / "routed", database, clock, "https://buy.tamarack.example")
    side.agree("tamarack", BUYER)
    (folder / "items.csv").write_text(ITEMS, encoding="utf-8")
    side.open_shop(load_catalog(folder / "items.csv"))
    services = Services(
        store=side.store,
        archive=side.archive,
        intake=side.desk.intake,
        jobs=side.desk.jobs,
        rematch=lambda _record: None,
        clock=clock,
    )
    trade = Trade(desk=side.desk, endpoint=side.endpoint, shop=side.shop)
    yield replace(services, settings=settings, trade=trade)
    side.store.close()
