"""What holds for every test: a busy machine is no failure, and CI repeats what it did."""

import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "house",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("house")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the browser come last: it keeps an event loop running that asyncio's tests need free."""
    items.sort(key=lambda item: "browser" in item.path.parts)
