"""What journeys share: one dashboard in each test process, the Yahoo that it asks, and its store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.support.browser_page import checked_page
from tests.support.dashboard import Dashboard, serving
from tests.support.replay_server import ReplayServer, listing


@dataclass(frozen=True)
class Stage:
    """A dashboard, the Yahoo that it asks, and the address of its store."""

    dashboard: Dashboard
    yahoo: ReplayServer
    store: str


@pytest.fixture(scope="session")
def shared_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Serve one dashboard to all journeys of this process that need no other environment."""
    store = str(tmp_path_factory.mktemp("store") / "levels.db")
    with ReplayServer() as yahoo:
        yahoo.lists(listing("CIFR"), listing("CLSK", name="CleanSpark Inc.", seed=8))
        with serving(yahoo.environment | {"LEVELS_STORE": store}) as dashboard:
            yield Stage(dashboard, yahoo, store)


@pytest.fixture
def stage(shared_stage: Stage) -> Stage:
    """Lend the shared dashboard, with a Yahoo that works."""
    shared_stage.yahoo.works()
    return shared_stage


@pytest.fixture
def dashboard(stage: Stage) -> Dashboard:
    return stage.dashboard


@pytest.fixture
def page(browser: Path, dashboard: Dashboard, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Lend the window, at 1280 x 900 in light colors or as the test's parameters say; `checked_page` has its checks."""
    with checked_page(browser, dashboard, **getattr(request, "param", {})) as page:
        yield page
