"""What all tests share: the order they run in, which are left out where a program is missing, and common fixtures."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.support.installed import PROGRAMS
from tests.support.paths import MARKET_DATA

if TYPE_CHECKING:
    from tests.support.replay_server import ReplayServer

# Tests with a later marker run after tests with an earlier one; unmarked tests run first
LATER = ("slow", "postgres", "server", "browser", "long", "soak")

WEDNESDAY = datetime(2025, 11, 26, 17, 0, tzinfo=UTC)

# No deadline: the machines that run this are slow at times, and speed is no property of the code under test
settings.register_profile("levelboard", deadline=None, max_examples=25, derandomize=bool(os.environ.get("CI")))
settings.register_profile("fast", settings.get_profile("levelboard"), max_examples=8)  # `make test-fast`
settings.load_profile("levelboard")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_rank)


def _rank(item: pytest.Item) -> tuple[int, bool]:
    """Groups come before single tests: one process runs a group as a whole, and the others run singles meanwhile."""
    marked = max((LATER.index(name) + 1 for name in LATER if item.get_closest_marker(name)), default=0)
    return marked, item.get_closest_marker("xdist_group") is None


def pytest_collection_finish() -> None:
    """Let AppTest look for components once: it reads what every installed package says of itself before each run."""
    if "streamlit.testing.v1" in sys.modules:
        from streamlit.components.v2 import manifest_scanner

        manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, program in PROGRAMS.items():
        if item.get_closest_marker(marker) and program.find() is None:
            pytest.skip(program.missing)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Fail a test that CI leaves out although it should have the program: nobody would notice otherwise.

    What a test printed is made valid UTF-8, lone surrogates too: it travels between the processes that run the tests.
    """
    report = yield
    report.sections = [(name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections]
    if report.skipped and not hasattr(report, "wasxfail") and _must_run(item):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} must run in CI, and was left out: {_skip_reason(report)}"
    return report


def _must_run(item: pytest.Item) -> bool:
    in_ci = os.environ.get("CI", "").lower() in ("1", "true")
    return in_ci and any(item.get_closest_marker(name) for name in PROGRAMS)


def _skip_reason(report: pytest.TestReport) -> str:
    return str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr).removeprefix("Skipped: ")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print one line for each missing program: how to install it, and in which files tests were left out for it."""
    skipped: list[pytest.TestReport] = terminalreporter.stats.get("skipped", [])
    for program in PROGRAMS.values():
        left_out = [report for report in skipped if _skip_reason(report) == program.missing]
        files = Counter(report.nodeid.partition("::")[0] for report in left_out)
        if files:
            counts = ", ".join(f"{name} ({count})" for name, count in files.items())
            terminalreporter.write_line(f"Left out because {program.missing}: {counts}")


def pytest_sessionfinish() -> None:
    if (browser_page := sys.modules.get("tests.support.browser_page")) is not None:
        browser_page.stop_browsers()


@pytest.fixture(scope="session")
def market_data() -> Path:
    """Return the folder of real bars and of Yahoo's recorded responses."""
    if not MARKET_DATA.is_dir():
        pytest.skip("../shared/market-data is not on this machine")
    return MARKET_DATA


@pytest.fixture(scope="session")
def browser() -> Path:
    """Return the installed browser, for tests marked `browser`."""
    program = PROGRAMS["browser"]
    found = program.find()
    if found is None:
        pytest.skip(program.missing)
    return found


@pytest.fixture(autouse=True)
def own_store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Keep each test away from the user's store and log, and from those of other tests."""
    path = tmp_path / "levels.db"
    monkeypatch.setenv("LEVELS_STORE", str(path))
    monkeypatch.setenv("LEVELS_LOG", str(tmp_path / "levelboard.log"))
    return path


@pytest.fixture
def open_umask() -> Iterator[None]:
    """Let new files be open to everyone, as some systems have it."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def yahoo(monkeypatch: pytest.MonkeyPatch) -> Iterator[ReplayServer]:
    """Serve Yahoo on loopback, half an hour after New York's close of Monday 2025-11-24, before any request.

    The clock of this process is set to noon on Wednesday, because what counts as fresh depends on the day of the week.
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
