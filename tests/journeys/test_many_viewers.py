"""Many viewers at once: no error, fast ticker switches, and memory that is freed when they leave."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from tests.support.dashboard import Dashboard, serving
from tests.support.load_viewers import measure_switches

TICKERS = ("CIFR", "CLSK", "IREN", "MARA", "RIOT")
ROUNDS = 6
SESSION_LIFETIME_SECONDS = 150.0  # Streamlit keeps a closed session for two minutes, in case its viewer returns


def resident_mb(dashboard: Dashboard) -> float:
    """Return the memory that the server holds."""
    status = Path(f"/proc/{dashboard.pid}/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def switch_durations(dashboard: Dashboard, viewers: int, interval: float, seconds: float) -> list[float]:
    """Measure in a thread, because Playwright's event loop occupies this one once a browser has been started."""
    measuring = measure_switches(dashboard.url, viewers, TICKERS, interval, seconds)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, measuring).result()


@pytest.mark.server
@pytest.mark.slow
@pytest.mark.xdist_group("dashboard")
def test_several_viewers_switch_tickers_without_an_error(dashboard: Dashboard) -> None:
    logged_before = len(dashboard.log_text())
    durations: list[float] = []
    for _ in range(ROUNDS):  # as many as a busy machine needs: speed is for the soak test
        durations += switch_durations(dashboard, viewers=6, interval=1.0, seconds=3.0)
        if len(durations) >= 6 * 3:
            break
    assert len(durations) >= 6 * 3
    assert "Traceback" not in dashboard.log_text()[logged_before:]


@pytest.mark.server
@pytest.mark.soak
def test_fifty_viewers_wait_at_most_three_times_as_long_as_one() -> None:
    with serving() as dashboard:
        alone = switch_durations(dashboard, viewers=1, interval=1.0, seconds=30.0)
        before = resident_mb(dashboard)
        together = switch_durations(dashboard, viewers=50, interval=10.0, seconds=120.0)
        during = resident_mb(dashboard)
        time.sleep(SESSION_LIFETIME_SECONDS)
        switch_durations(dashboard, viewers=1, interval=1.0, seconds=3.0)
        after, log = resident_mb(dashboard), dashboard.log_text()
    one, many = float(np.percentile(alone, 95)), float(np.percentile(together, 95))
    print(
        f"\n{len(together)} switches of 50 viewers: p95 {many:.3f} s, of one viewer {one:.3f} s: {many / one:.2f} times"
    )
    print(f"memory {before:.0f} MB before, {during:.0f} MB during, {after:.0f} MB afterwards")
    assert "Traceback" not in log
    assert many <= 3.0 * one
    assert after <= 1.2 * before
