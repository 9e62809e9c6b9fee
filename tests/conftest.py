"""What all tests share: which of them may be left out, and the order they run in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.support.paths import MARKET_DATA

if TYPE_CHECKING:
    from tests.support.replay_server import ReplayServer

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
NEEDED_IN_CI = ("browser", "postgres")
LATER = ("slow", "postgres", "browser", "soak")

WEDNESDAY = datetime(2025, 11, 26, 17, 0, tzinfo=UTC)

# No deadline: the machines that run this are slow at times, and a time is no property
settings.register_profile("levelboard", deadline=None, max_examples=60, derandomize=bool(os.environ.get("CI")))
settings.load_profile("levelboard")


def browser_path() -> Path | None:
    """The installed Chromium or Chrome; BROWSER_PATH names another."""
    named = os.environ.get("BROWSER_PATH")
    found = named or next(filter(None, map(shutil.which, BROWSERS)), None)
    return Path(found) if found else None


def postgres_bin() -> Path | None:
    """The folder of `initdb` and `pg_ctl`, which Debian keeps off the PATH."""
    found = shutil.which("initdb")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return Path(found).parent if found else debian[-1].parent if debian else None


MISSING = {
    "browser": (browser_path, "no Chromium or Chrome is installed (Debian: apt install chromium)"),
    "postgres": (postgres_bin, "no PostgreSQL server is installed (Debian: apt install postgresql)"),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_rank)


def _rank(item: pytest.Item) -> int:
    return max((LATER.index(name) + 1 for name in LATER if item.get_closest_marker(name)), default=0)


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, (found, reason) in MISSING.items():
        if item.get_closest_marker(marker) and found() is None:
            pytest.skip(reason)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """In CI a browser or PostgreSQL test that is left out has failed: nobody would notice otherwise.

    What a test printed is made UTF-8, lone surrogates too: it travels between the processes that share the tests.
    """
    report = yield
    report.sections = [(name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections]
    if report.skipped and not hasattr(report, "wasxfail") and _must_run(item):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} must run in CI, and was left out: {reason}"
    return report


def _must_run(item: pytest.Item) -> bool:
    in_ci = os.environ.get("CI", "").lower() in ("1", "true")
    return in_ci and any(item.get_closest_marker(name) for name in NEEDED_IN_CI)


@pytest.fixture(scope="session")
def market_data() -> Path:
    """The folder of real bars and of Yahoo's recorded answers."""
    if not MARKET_DATA.is_dir():
        pytest.skip("../shared/market-data is not on this machine")
    return MARKET_DATA


@pytest.fixture(scope="session")
def browser() -> Path:
    """The installed browser, for tests marked `browser`."""
    found = browser_path()
    if found is None:
        pytest.skip(MISSING["browser"][1])
    return found


@pytest.fixture(autouse=True)
def store_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No test opens the user's store or log, nor that of another test."""
    path = tmp_path / "levels.db"
    monkeypatch.setenv("LEVELS_STORE", str(path))
    monkeypatch.setenv("LEVELS_LOG", str(tmp_path / "levelboard.log"))
    return path


@pytest.fixture
def yahoo(monkeypatch: pytest.MonkeyPatch) -> Iterator[ReplayServer]:
    """Yahoo on loopback, half an hour after New York's close of Monday 2025-11-24; nothing was asked yet.

    This process's own clock says Wednesday noon: what is fresh depends on the day of the week.
    """
    import time_machine
    from yfinance.data import SingletonMeta

    from market.yahoo import rate_limit, session
    from tests.support.replay_server import ReplayServer

    with ReplayServer(datetime(2025, 11, 24, 21, 30, tzinfo=UTC)) as server, time_machine.travel(WEDNESDAY):
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        SingletonMeta._instances.clear()
        session._configure_yfinance.cache_clear()
        rate_limit.rate_limiter.cache_clear()
        yield server
    SingletonMeta._instances.clear()
