"""Many viewers at once: no error, fast switches, and memory that is freed when they leave."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from market import PriceHistory, PriceTarget
from market.store.store import Store
from tests.support.dashboard import OFFLINE, Dashboard, serving
from tests.support.generated_bars import walk
from tests.support.load_viewers import View, Viewer, measure_switches
from tests.support.own_loop import run_in_own_loop

SAMPLE_VIEWS = [View(ticker) for ticker in ("CIFR", "CLSK", "IREN", "MARA", "RIOT")]
STORED = [f"TEAM{number:02d}" for number in range(30)]
SESSIONS = 2_500  # ten years, as Yahoo is asked for
ROUNDS = 6
INTERVAL_SECONDS, SOAK_SECONDS = 5.0, 300.0
SESSION_LIFETIME_SECONDS = 150.0  # Streamlit keeps a closed session for two minutes, in case its viewer returns


def stored_views() -> list[View]:
    """Return 30 tickers, each in three periods as of four days."""
    days = [f"{day:%Y/%m/%d}" for day in pd.bdate_range(end=datetime.now(UTC).date(), periods=121)[::40]]
    return [View(*choice) for choice in product(STORED, ("6m", "1y", "5y"), days)]


def fill_store(address: str) -> None:
    """Store ten years of bars and some targets of 30 tickers, fetched just now."""
    store, now = Store(address), datetime.now(UTC)
    days = pd.bdate_range(end=now.date(), periods=SESSIONS, name="date")
    for seed, symbol in enumerate(STORED):
        bars = walk(SESSIONS, seed).set_axis(days)
        close = float(bars["close"].iloc[-1])
        rows = [
            PriceTarget(symbol, f"Firm {firm}", days[-1 - 20 * firm].date(), round(close * (0.8 + firm / 10), 2))
            for firm in range(12)
        ]
        store.save_history(PriceHistory(symbol, f"{symbol} Inc.", "USD", bars, fetched_at=now, zone="America/New_York"))
        store.save_targets(symbol, rows, now.date(), now)
    store.database.close()


def switch_durations(
    dashboard: Dashboard, source: str, views: Sequence[View], viewers: int, interval: float, seconds: float
) -> list[float]:
    """Measure in a thread, because Playwright's event loop occupies this one once a browser has been started."""
    measuring = measure_switches(dashboard.url, source, viewers, views, interval, seconds)
    return run_in_own_loop(measuring)


@pytest.mark.server
@pytest.mark.long
@pytest.mark.xdist_group("dashboard")
def test_several_viewers_switch_tickers_without_an_error(dashboard: Dashboard) -> None:
    logged_before = len(dashboard.log_text())
    durations: list[float] = []
    for _ in range(ROUNDS):  # as many as a busy machine needs: speed is for the soak test
        durations += switch_durations(dashboard, "Sample", SAMPLE_VIEWS, viewers=6, interval=1.0, seconds=3.0)
        if len(durations) >= 6 * 3:
            break
    assert len(durations) >= 6 * 3
    assert "Traceback" not in dashboard.log_text()[logged_before:]


@pytest.mark.server
@pytest.mark.long
@pytest.mark.xdist_group("dashboard")
def test_a_switch_runs_the_page_once_and_sends_one_chart(dashboard: Dashboard) -> None:
    async def switch() -> tuple[int, int]:
        async with Viewer(dashboard.url, {"source": "Sample", "ticker": "CIFR"}) as viewer:
            await viewer.switch(View("CLSK"))
            return viewer.runs, len(viewer.charts)

    assert run_in_own_loop(switch()) == (1, 1)


@pytest.mark.server
@pytest.mark.soak
def test_fifty_viewers_wait_at_most_three_times_as_long_as_one(tmp_path: Path) -> None:
    fill_store(str(tmp_path / "levels.db"))
    views = stored_views()
    with serving({**OFFLINE, "LEVELS_STORE": str(tmp_path / "levels.db")}) as dashboard:
        alone = switch_durations(dashboard, "Yahoo", views, 1, 1.0, 30.0)
        before = dashboard.resident_mb()
        together = switch_durations(dashboard, "Yahoo", views, 50, INTERVAL_SECONDS, SOAK_SECONDS)
        during, load = dashboard.resident_mb(), os.getloadavg()[1]
        time.sleep(SESSION_LIFETIME_SECONDS)
        switch_durations(dashboard, "Yahoo", views, 1, 1.0, 3.0)
        after, log = dashboard.resident_mb(), dashboard.log_text()
    one, many = float(np.percentile(alone, 95)), float(np.percentile(together, 95))
    print(
        f"\nload {load:.1f}, {len(together)} switches of 50 viewers:"
        f" p95 {many:.3f} s, of one viewer {one:.3f} s: {many / one:.2f} times"
    )
    print(f"memory {before:.0f} MB before, {during:.0f} MB during, {after:.0f} MB afterwards")
    assert "Traceback" not in log
    assert many <= 3.0 * one
    assert after <= 1.2 * before
