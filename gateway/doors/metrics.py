"""`GET /metrics` for Prometheus: what the tables say, the jobs, and the room that is left."""

import asyncio
import shutil
from collections.abc import Iterator, Sequence

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from gateway.doors.services import SERVICES, Services
from gateway.store.measures import Measure, measures

_PREFIX = "dockmatch_"


async def scrape(request: web.Request) -> web.Response:
    """Answer with all numbers, taken now."""
    services = request.app[SERVICES]
    taken = await asyncio.to_thread(lambda: list(_taken(services)))
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Taken(taken))
    return web.Response(
        body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
    )


def _taken(services: Services) -> Iterator[Measure]:
    with services.store.read() as connection:
        yield from measures(connection, services.clock())
        stats = services.jobs.stats(connection)
    for state in ("ready", "working", "waiting", "dead"):
        yield Measure(
            name="jobs",
            means="Jobs by their state",
            value=float(getattr(stats, state)),
            labels=(("state", state),),
        )
    yield Measure(
        name="archive_free_bytes",
        means="The room that is left where the archive is",
        value=float(shutil.disk_usage(services.archive.root).free),
    )


class _Taken(Collector):
    """Hands over numbers that were taken already."""

    def __init__(self, taken: Sequence[Measure]) -> None:
        self._taken = taken

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield each name once, with all its values."""
        families: dict[str, GaugeMetricFamily] = {}
        for one in self._taken:
            labels = [name for name, _ in one.labels]
            family = families.setdefault(
                one.name, GaugeMetricFamily(_PREFIX + one.name, one.means, labels=labels)
            )
            family.add_metric([value for _, value in one.labels], one.value)
        yield from families.values()
