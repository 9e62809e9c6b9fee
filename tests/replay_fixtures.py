"""The fixture `yahoo`: a replay server that yfinance in this process takes for Yahoo. Import it into a test module."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from yfinance.data import SingletonMeta

from tests.replay_server import ReplayServer

NOW = datetime(2025, 11, 24, 21, 30, tzinfo=UTC)  # a Monday, half an hour after New York closed


@pytest.fixture
def yahoo(monkeypatch: pytest.MonkeyPatch) -> Iterator[ReplayServer]:
    """Yahoo on the evening of 2025-11-24, asked by a yfinance without cookie, crumb or open connection."""
    with ReplayServer(NOW) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        SingletonMeta._instances.clear()
        yield server
    SingletonMeta._instances.clear()
